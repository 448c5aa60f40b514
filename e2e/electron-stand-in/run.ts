/** Runs the app: its main file and preload are those that were built; only what `electron` means is different. */

import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { observeHere } from '../desktop-observer.ts';
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import electron from './electron.ts';
import { answerTests } from './link.ts';
import { nativeTheme } from './native-theme.ts';
import { setOnline } from './net.ts';
import { appFolder, settings } from './process.ts';
import { missing } from './strict.ts';

const MODULE = new URL('./electron.ts', import.meta.url).href;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

registerHooks({
  resolve(specifier, context, next) {
    if (!/^electron(\/|$)/.test(specifier)) return next(specifier, context);
    if (!['electron', 'electron/main', 'electron/common'].includes(specifier)) {
      throw missing(`module '${specifier}' in a main process`);
    }
    return { url: MODULE, shortCircuit: true };
  },
});

// Electron quits in an orderly way, unless the app listens to signals by itself.
for (const signal of SIGNALS) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) app.quit();
  });
}

observeHere(electron as unknown as typeof Electron.CrossProcessExports, settings.downloads, {
  setDark: (dark) => nativeTheme.setSystem(dark),
  setOnline,
  targets: () => BrowserWindow.targets(),
});
answerTests((source, argument) => {
  const run = new Function(`return (${source});`)() as (module: unknown, argument: unknown) => unknown;
  return run(electron, argument);
});

const { main = 'index.js' } = JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8')) as {
  main?: string;
};
try {
  await import(pathToFileURL(join(appFolder, main)).href);
} catch (error) {
  console.error('App threw an error during load\n', error);
  app.exit(1);
}
app.start();
