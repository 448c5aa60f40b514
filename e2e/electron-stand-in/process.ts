/** Makes this process look like Electron's main process, before anything can look. Import it first. */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { SETTINGS, type StandInSettings } from './wire.ts';

/** The folder of the app, which the launcher names as Electron's command line does. */
const folder = process.argv[2] ?? '.';

/** What the launcher says of the world around the app, and the app is not to see. */
export const settings = JSON.parse(process.env[SETTINGS] ?? '{}') as StandInSettings;
delete process.env[SETTINGS];

/** The app's own folder, as it is. */
export const appFolder = resolve(folder);

const { version } = createRequire(import.meta.url)('electron/package.json') as { version: string };
const versions = { ...process.versions, electron: version, chrome: settings.chrome };

process.argv = [process.execPath, folder, ...process.argv.slice(3)];
process.execArgv = [];
for (const [name, value] of Object.entries({
  versions,
  type: 'browser',
  defaultApp: true,
  resourcesPath: join(appFolder, 'node_modules', 'electron', 'dist', 'resources'),
})) {
  Object.defineProperty(process, name, { value, enumerable: true, configurable: true, writable: false });
}
