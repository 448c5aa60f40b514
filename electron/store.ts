/** The door to electron-store: the settings, in the service's own format, and what the window remembers. */
import type { Rectangle } from 'electron';
import ElectronStore from 'electron-store';
import { type SettingsFile, type SettingsStore, settingsFile } from '../server/settings/store.ts';

/** The desktop's store of `settings.json` in the data folder. */
export function settingsStore(folder: string): SettingsStore {
  return settingsFile(folder, (file) => {
    const store = new ElectronStore<SettingsFile>({ cwd: folder, name: 'settings', configFileMode: 0o600 });
    store.store = file;
  });
}

/** What the desktop remembers for itself; losing it costs nothing but a little comfort. */
export interface Preferences {
  /** Where the window was. */
  readonly bounds?: Rectangle;
  /** Somebody has been told that closing the window leaves the server running. */
  readonly toldOfTray?: boolean;
}

export interface PreferencesStore {
  get(): Preferences;
  set(part: Preferences): void;
}

/** Kept in `preferences.json` of the given folder. A file that can't be read or written counts as empty. */
export function preferencesStore(folder: string): PreferencesStore {
  let store: ElectronStore<Preferences> | undefined;
  let known: Preferences = {};
  try {
    store = new ElectronStore<Preferences>({ cwd: folder, name: 'preferences', clearInvalidConfig: true });
    known = store.store;
  } catch {
    // Nothing is remembered then.
  }
  return {
    get: () => known,
    set: (part) => {
      known = { ...known, ...part };
      try {
        if (store) store.store = known;
      } catch {
        // A full disk is told of by those who need it.
      }
    },
  };
}
