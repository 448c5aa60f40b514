/**
 * The settings while the server runs: one frozen snapshot with a revision, and the only way to change it.
 *
 * `apply` is a transaction: check the revision → validate → `prepare` (the engine opens new listeners) →
 * persist → swap the snapshot → `commit` (the engine closes what is no longer wanted). Up to the swap any
 * failure leaves everything as it was; after it nothing can fail. `undo` is such a transaction too, back to
 * the settings before the last one, which are kept in memory only.
 */
import type { ApplyErrorCode } from '../contract/api.ts';
import { defaultSettings, type Settings, settingSpec } from '../contract/settings.ts';
import { changedPaths, type Issue, mergeSettings } from '../contract/validate.ts';
import { sealed, stillUnopened, type Unopened, unsealed } from './sealed.ts';
import type { SecretBox } from './secrets.ts';
import { type SettingsStore, type StoredSettings, UnusableSettings } from './store.ts';

export interface Snapshot {
  readonly revision: number;
  readonly settings: Settings;
  /** Secrets that are stored but can't be read here; in `settings` they are ''. */
  readonly unopened: Unopened;
  /** Whether `undo` can take back the change that led here. */
  readonly canUndo: boolean;
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
  constructor(code: ApplyErrorCode, issues: readonly Issue[], options?: ErrorOptions) {
    super(issues.map((issue) => issue.message).join(' '), options);
    this.code = code;
    this.issues = issues;
  }
}

/** There is no change that could be taken back. */
export class NothingToUndo extends Error {
  override name = 'NothingToUndo';
  constructor() {
    super('There is nothing to undo: no settings were applied since Waypost started.');
  }
}

export class SettingsService {
  readonly #store: SettingsStore;
  readonly #secrets: SecretBox;
  readonly #defaults: Settings;
  #snapshot: Snapshot;
  /** The settings before the last change; undefined while there was none. */
  #before: Pick<Snapshot, 'settings' | 'unopened'> | undefined;
  #applying: Promise<unknown> = Promise.resolve();
  /** Sentences about what happened while loading, for the log. */
  readonly notices: string[] = [];

  /** Loads what is stored. @param machineName the default of `hostname` */
  constructor(store: SettingsStore, secrets: SecretBox, machineName: string) {
    this.#store = store;
    this.#secrets = secrets;
    this.#defaults = defaultSettings(machineName);
    this.#snapshot = { revision: 0, settings: this.#defaults, unopened: new Map(), canUndo: false };
    try {
      this.#load();
    } catch (error) {
      if (!(error instanceof UnusableSettings)) throw error;
      const name = store.setAside(error.reason);
      this.notices.push(`${error.message}. It was kept as ${name}, and Waypost starts with its defaults.`);
    }
  }

  /** What protects the stored secrets. */
  get protection(): SecretBox['protection'] {
    return this.#secrets.protection;
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
    return this.#inTurn(() => {
      this.#refuseStale(revision);
      const settings = this.merge(patch);
      const unopened = stillUnopened(this.#snapshot.unopened, settings, patch);
      return this.#change({ settings, unopened }, prepare);
    });
  }

  /**
   * Takes back the last change, secrets included; taking that back brings it again.
   * @param revision the one the last change led to
   * Throws `NothingToUndo`, or `SettingsRefused` as `apply` does; nothing changed then.
   */
  undo(revision: number, prepare: Prepare): Promise<Snapshot> {
    return this.#inTurn(() => {
      this.#refuseStale(revision);
      if (!this.#before) throw new NothingToUndo();
      return this.#change(this.#before, prepare);
    });
  }

  /** What was applied so far is no longer to be undone. */
  forgetUndo(): void {
    this.#before = undefined;
    this.#snapshot = { ...this.#snapshot, canUndo: false };
  }

  #inTurn(work: () => Promise<Snapshot>): Promise<Snapshot> {
    const done = this.#applying.then(work);
    this.#applying = done.catch(() => {});
    return done;
  }

  #refuseStale(revision: number | undefined): void {
    if (revision === undefined || revision === this.#snapshot.revision) return;
    const message =
      'These settings were changed elsewhere in the meantime. Look at the new values and apply again.';
    throw new SettingsRefused('STALE', [{ path: '', message }]);
  }

  async #change(to: Pick<Snapshot, 'settings' | 'unopened'>, prepare: Prepare): Promise<Snapshot> {
    const before = this.#snapshot;
    const isSame = before.unopened.size === to.unopened.size;
    if (isSame && changedPaths(before.settings, to.settings).length === 0) return before;
    const prepared = await prepare(before.settings, to.settings);
    const after = { ...to, revision: before.revision + 1, canUndo: true };
    try {
      this.#store.save(this.#toStored(after));
    } catch (error) {
      // Why the change can't be kept is what matters, whatever becomes of taking it back.
      await prepared.abort().catch(() => {});
      throw notSaved(error);
    }
    this.#snapshot = after;
    this.#before = before;
    prepared.commit();
    return after;
  }

  #load(): void {
    const stored = this.#store.load();
    if (!stored) return;
    const { patch, unopened, isCurrent } = unsealed(stored, this.#secrets);
    const merged = mergeSettings(this.#defaults, patch);
    if (!merged.ok) {
      const [first] = merged.issues;
      throw new UnusableSettings('damaged', `settings.json is damaged (${first?.path}: ${first?.message})`);
    }
    this.#snapshot = { revision: stored.revision, settings: merged.settings, unopened, canUndo: false };
    for (const path of unopened.keys()) {
      const { group, label } = settingSpec(path);
      this.notices.push(`The stored ${group} ${label} can't be read here. Please enter it again.`);
    }
    if (!isCurrent) this.#sealAnew();
  }

  /** Protects secrets as well as the box can by now; that it can't is no reason not to start. */
  #sealAnew(): void {
    try {
      this.#store.save(this.#toStored(this.#snapshot));
    } catch (error) {
      this.notices.push(`The stored passwords can't be sealed anew: ${saveProblem(error)}.`);
    }
  }

  #toStored({ revision, settings, unopened }: Snapshot): StoredSettings {
    const paths = changedPaths(this.#defaults, settings);
    return { revision, settings: sealed(settings, paths, unopened, this.#secrets) };
  }
}

const SAVE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOENT: 'the data folder is gone',
};

function notSaved(error: unknown): SettingsRefused {
  const reason = saveProblem(error);
  const issue = { path: '', message: `The settings can't be saved: ${reason}. Nothing has changed.` };
  return new SettingsRefused('NOT_SAVED', [issue], { cause: error });
}

function saveProblem(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return SAVE_PROBLEMS[code] ?? message;
}
