/**
 * The settings while the server runs: one frozen snapshot with a revision, and the only way to change it.
 *
 * `apply` is a transaction: check the revision → validate → `prepare` (the engine opens new listeners) →
 * persist → swap the snapshot → `commit` (the engine closes what is no longer wanted). Up to the swap any
 * failure leaves everything as it was; after it nothing can fail.
 */
import type { ApplyErrorCode } from '../contract/api.ts';
import {
  defaultSettings,
  nest,
  SETTING_PATHS,
  type SettingPath,
  type Settings,
  settingSpec,
  valueAt,
} from '../contract/settings.ts';
import { changedPaths, type Issue, mergeSettings } from '../contract/validate.ts';
import type { SecretBox } from './secrets.ts';
import { type SettingsStore, type StoredSettings, UnusableSettings } from './store.ts';

export interface Snapshot {
  readonly revision: number;
  readonly settings: Settings;
}

/** A change that is ready to happen. Exactly one of the two is called. */
export interface Prepared {
  /** Makes the change visible; must not fail. */
  commit(): void;
  /** Takes back what was prepared. */
  abort(): Promise<void>;
}

/** Gets everything ready that could fail. Throws `SettingsRefused`, and then nothing is left behind. */
export type Prepare = (before: Settings, after: Settings) => Promise<Prepared>;

/** Settings were refused; nothing changed. */
export class SettingsRefused extends Error {
  override name = 'SettingsRefused';
  readonly code: ApplyErrorCode;
  readonly issues: readonly Issue[];
  constructor(code: ApplyErrorCode, issues: readonly Issue[]) {
    super(issues.map((issue) => issue.message).join(' '));
    this.code = code;
    this.issues = issues;
  }
}

export class SettingsService {
  readonly #store: SettingsStore;
  readonly #secrets: SecretBox;
  readonly #defaults: Settings;
  #snapshot: Snapshot;
  #applying: Promise<unknown> = Promise.resolve();
  /** Sentences about what happened while loading, for the log. */
  readonly notices: string[] = [];

  /** Loads what is stored. @param machineName the default of `hostname` */
  constructor(store: SettingsStore, secrets: SecretBox, machineName: string) {
    this.#store = store;
    this.#secrets = secrets;
    this.#defaults = defaultSettings(machineName);
    this.#snapshot = { revision: 0, settings: this.#defaults };
    try {
      this.#load();
    } catch (error) {
      if (!(error instanceof UnusableSettings)) throw error;
      const name = store.setAside(error.reason);
      this.notices.push(`${error.message}. It was kept as ${name}, and Waypost starts with its defaults.`);
    }
  }

  get current(): Snapshot {
    return this.#snapshot;
  }

  /** The settings that `patch` would lead to. Throws `SettingsRefused`. */
  merge(patch: unknown): Settings {
    const merged = mergeSettings(this.#snapshot.settings, patch);
    if (!merged.ok) throw new SettingsRefused('INVALID', merged.issues);
    return merged.settings;
  }

  /**
   * Applies `patch`. @param revision the one the values came from; undefined takes the newest.
   * Resolves when it is true; throws `SettingsRefused` when nothing changed.
   */
  apply(patch: unknown, revision: number | undefined, prepare: Prepare): Promise<Snapshot> {
    const applied = this.#applying.then(() => this.#apply(patch, revision, prepare));
    this.#applying = applied.catch(() => {});
    return applied;
  }

  async #apply(patch: unknown, revision: number | undefined, prepare: Prepare): Promise<Snapshot> {
    const before = this.#snapshot;
    if (revision !== undefined && revision !== before.revision) {
      const message =
        'These settings were changed elsewhere in the meantime. Look at the new values and apply again.';
      throw new SettingsRefused('STALE', [{ path: '', message }]);
    }
    const settings = this.merge(patch);
    if (changedPaths(before.settings, settings).length === 0) return before;
    const prepared = await prepare(before.settings, settings);
    const after = { revision: before.revision + 1, settings };
    try {
      this.#store.save(this.#toStored(after));
    } catch (error) {
      // Why the change can't be kept is what matters, whatever becomes of taking it back.
      await prepared.abort().catch(() => {});
      throw error;
    }
    this.#snapshot = after;
    prepared.commit();
    return after;
  }

  #load(): void {
    const stored = this.#store.load();
    if (!stored) return;
    const merged = mergeSettings(this.#defaults, this.#fromStored(stored));
    if (!merged.ok) {
      const [first] = merged.issues;
      throw new UnusableSettings('damaged', `settings.json is damaged (${first?.path}: ${first?.message})`);
    }
    this.#snapshot = { revision: stored.revision, settings: merged.settings };
  }

  #toStored({ revision, settings }: Snapshot): StoredSettings {
    const values = changedPaths(this.#defaults, settings).map((path) => {
      const value = valueAt(settings, path);
      return [path, settingSpec(path).secret ? this.#secrets.seal(String(value)) : value];
    });
    return { revision, settings: nest(Object.fromEntries(values)) };
  }

  /** The stored values as a patch over the defaults, with their secrets opened. */
  #fromStored({ settings }: StoredSettings): Record<string, unknown> {
    const patch = structuredClone(settings);
    for (const path of SECRET_PATHS) {
      const sealed = valueAt(patch, path);
      if (typeof sealed !== 'string') continue;
      const [group, name] = [path.slice(0, path.lastIndexOf('.')), path.slice(path.lastIndexOf('.') + 1)];
      (valueAt(patch, group) as Record<string, unknown>)[name] = this.#opened(path, sealed);
    }
    return patch;
  }

  #opened(path: SettingPath, sealed: string): string {
    try {
      return this.#secrets.open(sealed);
    } catch {
      const { group, label } = settingSpec(path);
      this.notices.push(`The stored ${group} ${label} can't be read here. Please enter it again.`);
      return '';
    }
  }
}

const SECRET_PATHS = SETTING_PATHS.filter((path) => settingSpec(path).secret);

/** The settings as they may leave the engine: a secret that is set is null. */
export function withoutSecrets(settings: Settings): Settings {
  const values = SETTING_PATHS.map((path) => {
    const value = valueAt(settings, path);
    return [path, settingSpec(path).secret && value !== '' ? null : value];
  });
  return nest(Object.fromEntries(values)) as Settings;
}
