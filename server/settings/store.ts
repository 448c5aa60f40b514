/**
 * Where settings are kept: `settings.json`, written by `conf` (atomically, mode 0600).
 *
 * Only values that differ from the defaults are stored. A file that can't be used is never overwritten: it
 * is kept aside under another name, and the server starts with defaults and says so.
 */
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import Conf from 'conf';
import { nameAside } from '../mail/put-aside.ts';

/** What is stored: the revision and the values that differ from the defaults, nested as in the table. */
export interface StoredSettings {
  readonly revision: number;
  readonly settings: Record<string, unknown>;
}

/** The port through which the settings service reads and writes. */
export interface SettingsStore {
  /**
   * What is stored; undefined at a first start. Throws `UnusableSettings`, or an error when it can't be read. Only for
   * the process that has the folder: what another has half written is removed.
   */
  load(): StoredSettings | undefined;
  save(stored: StoredSettings): void;
  /** Puts the stored settings aside under another name and returns that name. */
  setAside(reason: 'damaged' | 'newer'): string;
}

/** The stored settings are there but can't be used; the message is one sentence without its full stop. */
export class UnusableSettings extends Error {
  override name = 'UnusableSettings';
  readonly reason: 'damaged' | 'newer';
  constructor(reason: 'damaged' | 'newer', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The version of the file's format. A newer Waypost raises it when an older one could misread the file. */
const VERSION = 1;

/** The whole content of `settings.json`. */
export interface SettingsFile extends StoredSettings {
  readonly version: number;
}

/** The service's store in the given data folder. */
export function confStore(folder: string): SettingsStore {
  return settingsFile(folder, (file) => {
    const conf = new Conf<SettingsFile>({ cwd: folder, configName: 'settings', configFileMode: 0o600 });
    conf.store = file;
  });
}

/** The store of any shell. @param write replaces `settings.json` in `folder`, atomically and with mode 0600 */
export function settingsFile(folder: string, write: (file: SettingsFile) => void): SettingsStore {
  const path = join(folder, 'settings.json');
  return {
    load: () => {
      removeHalfWritten(folder);
      const text = read(path);
      return text === undefined ? undefined : parse(text);
    },
    save: (stored) => write({ version: VERSION, ...stored }),
    setAside: (reason) => {
      const aside = nameAside(path, reason);
      renameSync(path, aside);
      return basename(aside);
    },
  };
}

/** What `conf` writes before it takes the place of `settings.json`. */
const HALF_WRITTEN = /^settings\.json\.tmp-\d{10}[\da-f]{6}$/;

/** A process that was killed while it saved leaves such a file for good: nobody was told that its settings apply. */
function removeHalfWritten(folder: string): void {
  try {
    for (const name of readdirSync(folder)) if (HALF_WRITTEN.test(name)) rmSync(join(folder, name));
  } catch {
    // Not in the way; and a folder that can't be read or written is complained about by those who have to.
  }
}

/** A file that is there but can't be read is nobody's to put aside: the server must not start without it. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Error(`settings.json can't be read (${code}).`, { cause: error });
  }
}

function parse(text: string): StoredSettings {
  let file: Partial<SettingsFile>;
  try {
    file = JSON.parse(text) as Partial<SettingsFile>;
  } catch (error) {
    throw new UnusableSettings('damaged', `settings.json is damaged (${(error as Error).message})`);
  }
  if (typeof file !== 'object' || file === null || !Number.isInteger(file.version)) {
    throw new UnusableSettings('damaged', 'settings.json is damaged (it has no version)');
  }
  if (Number(file.version) > VERSION) {
    throw new UnusableSettings('newer', 'settings.json was written by a newer version of Waypost');
  }
  const { revision, settings } = file;
  if (!Number.isInteger(revision) || typeof settings !== 'object' || !settings || Array.isArray(settings)) {
    throw new UnusableSettings('damaged', 'settings.json is damaged (revision or settings are missing)');
  }
  return { revision: Number(revision), settings };
}
