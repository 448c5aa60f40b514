/** The folders that Electron knows by name, as they are on each system. */
import { mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { missing } from './strict.ts';

type PathName = Parameters<Electron.App['getPath']>[0];

/** Folders that every system of today has in the home folder, by these names. */
const AT_HOME = {
  desktop: 'Desktop',
  documents: 'Documents',
  downloads: 'Downloads',
  music: 'Music',
  pictures: 'Pictures',
  videos: 'Videos',
} as const;

export class Paths {
  readonly #set = new Map<string, string>();
  readonly #name: () => string;

  /** @param name the app's name, after which its folder is called */
  constructor(name: () => string) {
    this.#name = name;
  }

  get(name: PathName): string {
    const found = this.#set.get(name) ?? this.#usual(name);
    if (name === 'logs' || name === 'crashDumps') mkdirSync(found, { recursive: true });
    return found;
  }

  /** The folder need not be there, and is not made: so it is in Electron, whatever its documentation says. */
  set(name: string, path: string): void {
    this.#usual(name as PathName);
    if (!isAbsolute(path)) throw new Error('Path must be absolute');
    this.#set.set(name, path);
  }

  #usual(name: PathName): string {
    switch (name) {
      case 'home':
        return homedir();
      case 'appData':
        return appData();
      case 'userData':
        return join(this.get('appData'), this.#name());
      case 'sessionData':
        return this.get('userData');
      case 'temp':
        return tmpdir();
      case 'exe':
      case 'module':
        return process.execPath;
      case 'logs':
        return process.platform === 'darwin'
          ? join(homedir(), 'Library', 'Logs', this.#name())
          : join(this.get('userData'), 'logs');
      case 'crashDumps':
        return join(this.get('userData'), 'Crashpad');
      case 'desktop':
      case 'documents':
      case 'downloads':
      case 'music':
      case 'pictures':
      case 'videos':
        return join(homedir(), AT_HOME[name]);
      default:
        throw missing(`path '${name}'`);
    }
  }
}

function appData(): string {
  switch (process.platform) {
    case 'win32':
      return process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support');
    default:
      return process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config');
  }
}
