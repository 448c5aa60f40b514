/**
 * The desktop app: Electron's main process hosts the engine. What must be said before Electron is ready is said
 * here, in this order; all else is in `desktop.ts`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, protocol } from 'electron';
import { prepareDataFolder } from '../server/host/data-folder.ts';
import { systemReason } from '../server/host/failure.ts';
import { readArguments } from './arguments.ts';
import { startDesktop } from './desktop.ts';
import { guardPages } from './guard.ts';
import { SCHEME } from './origin.ts';

const startedAt = performance.now();
// Mail, its index and its log are nobody else's business, whichever part or package makes the file.
process.umask(0o077);
app.setName('Waypost');
app.setAppUserModelId('org.waypost.desktop');
app.enableSandbox();
protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }]);
guardPages(app);

// The program comes first, and before it was packaged also the app's folder.
const args = readArguments(process.argv.slice(app.isPackaged ? 1 : 2));

try {
  const folder = prepareDataFolder(args.dataFolder);
  // One Waypost per data folder, and all that is Chromium's in a folder of its own.
  const own = join(folder, 'window');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  app.setPath('userData', own);
  // The one that has the folder raises its window.
  if (!app.requestSingleInstanceLock()) app.exit(0);
  // Not awaited here: Electron is ready only after this file has run to its end.
  else void app.whenReady().then(() => startDesktop({ ...args, dataFolder: folder }, startedAt));
} catch (error) {
  dialog.showErrorBox('Waypost can’t start', systemReason(error));
  app.exit(1);
}
