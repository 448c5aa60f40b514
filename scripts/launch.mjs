import { join } from 'node:path';
import { runChild } from './child.mjs';
import { NO_NODE, node24 } from './node24.mjs';
import { PlainError, root, say } from './project.mjs';
import { SERVICE_FLAGS } from './service-flags.mjs';
import { setup } from './setup.mjs';

/**
 * Runs what a person has called: it ends when the npm that called it does, and what they can mend is told in one
 * line.
 * @param {() => Promise<void>} work
 */
export async function command(work) {
  stopWithNpm();
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    say(error.message);
    process.exitCode = error.status;
  }
}

/**
 * Runs Waypost's command line with `args` on Node 24, setting up first when needed. On Node 24 already, it
 * becomes the command line; on an older one, and for the mail service, which needs Node to be started in its own
 * way, it starts a child, passes signals on and ends as the child ends.
 * @param {string[]} args what follows `waypost`
 * @throws {PlainError} when it can't be set up
 */
export async function runWaypost(args) {
  await setup();
  const node = node24();
  const flags = args[0] === 'serve' ? SERVICE_FLAGS : [];
  if (node !== process.execPath || flags.length > 0) {
    process.exitCode = await hand(node, [...flags, join(root, 'scripts', 'run-built.mjs'), ...args]);
    return;
  }
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  await import('./run-built.mjs');
}

/**
 * `npm start` and `npx` run us through a shell, and pass a signal on to that shell only: it dies, and the
 * service would live on with nobody to stop it. So when that shell goes, this process ends like it.
 */
function stopWithNpm() {
  const byNpm = ['start', 'npx'].includes(process.env.npm_lifecycle_event ?? '');
  if (!byNpm || process.platform === 'win32') return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}

/**
 * @param {string} node
 * @param {string[]} args
 */
async function hand(node, args) {
  try {
    return (await runChild(node, args, { bound: true })).status;
  } catch {
    // The package's binary does not run here, as on a system with another C library.
    throw new PlainError(NO_NODE);
  }
}
