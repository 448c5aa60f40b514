import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './project.mjs';

// The last step of the launcher, on Node 24: becomes the built command line.

// The compiled code is kept from run to run; a command starts sooner.
nodeModule.enableCompileCache?.(join(root, 'out', 'compile-cache'));

// The launcher passes signals on, but SIGKILL it cannot even notice. The channel it opened closes with it,
// and whoever killed it meant this process.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}

const built = join(root, 'out', 'server', 'waypost.js');
process.argv[1] = built;
await import(pathToFileURL(built).href);
