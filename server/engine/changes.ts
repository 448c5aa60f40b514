/** How settings change: what a change would do, in words, and the change itself, all of it or nothing. */
import { type Settings, settingSpec } from '../contract/settings.ts';
import { changedPaths } from '../contract/validate.ts';
import type { Sender } from '../delivery/sender.ts';
import { previewSentences } from '../settings/preview.ts';
import type { Prepare, SettingsService, Snapshot } from '../settings/service.ts';
import type { Entrance } from './entrance.ts';
import type { Overview } from './overview.ts';
import { asRefusal } from './refusals.ts';

/** Settings that are true now, and what that changed, in words. */
export interface Applied {
  readonly snapshot: Snapshot;
  readonly sentences: string[];
}

export interface ChangesParts {
  readonly service: SettingsService;
  readonly entrance: Entrance;
  readonly sender: Sender;
  readonly overview: Overview;
  /** Looks after the size of the log again. */
  readonly trimLog: () => void;
  /** Takes a sentence for the log. */
  readonly say: (text: string) => void;
  /** Tells whoever watches. */
  readonly changed: () => void;
}

export class Changes {
  readonly #parts: ChangesParts;

  constructor(parts: ChangesParts) {
    this.#parts = parts;
  }

  /** What applying `patch` would do, in words. Throws `SettingsRefused` for values that are not valid. */
  async preview(patch: unknown): Promise<string[]> {
    const { service } = this.#parts;
    return this.#sentences(service.current.settings, service.merge(patch));
  }

  /** Applies settings; resolves when it is true. Throws `SettingsRefused`, and then nothing has changed. */
  apply(patch: unknown, revision?: number): Promise<Applied> {
    const { service } = this.#parts;
    return this.#change('Settings applied', (prepare) => service.apply(patch, revision, prepare));
  }

  /** Takes back the last apply. Throws `NothingToUndo` or `SettingsRefused`, and then nothing has changed. */
  undo(revision: number): Promise<Applied> {
    const { service } = this.#parts;
    return this.#change('Settings taken back', (prepare) => service.undo(revision, prepare));
  }

  async #change(what: string, change: (prepare: Prepare) => Promise<Snapshot>): Promise<Applied> {
    let sentences: string[] | undefined;
    const snapshot = await change(async (before, after) => {
      sentences = await this.#sentences(before, after);
      return this.#prepare(before, after);
    });
    if (!sentences) return { snapshot, sentences: ['Nothing changes.'] };
    this.#parts.say(`${what} (revision ${snapshot.revision}): ${sentences.join(' ')}`);
    this.#parts.changed();
    return { snapshot, sentences };
  }

  async #prepare(before: Settings, after: Settings): ReturnType<Prepare> {
    const { entrance, sender, trimLog } = this.#parts;
    const prepared = await entrance.receiver?.prepare(before, after).catch((error: unknown) => {
      throw asRefusal(error);
    });
    return {
      abort: async () => prepared?.abort(),
      commit: () => {
        prepared?.commit();
        const effects = changedPaths(before, after).map((path) => settingSpec(path).effect);
        void sender.settingsChanged(effects.includes('route'));
        if (effects.includes('log')) trimLog();
      },
    };
  }

  async #sentences(before: Settings, after: Settings): Promise<string[]> {
    const { overview, entrance } = this.#parts;
    const { due, deferred } = await overview.counts();
    const sessions = entrance.receiver?.sessions ?? [];
    return previewSentences(before, after, {
      sessionsOnPort: (port) => sessions.filter((session) => session.localPort === port).length,
      waiting: due + deferred,
    });
  }
}
