/**
 * The property sheet as it lives: the draft, what is under way, and what happened last. It fetches the
 * settings, follows other windows, applies and undoes. No component knows how any of this is done, and nothing
 * typed is ever dropped on the way.
 */
import { isDefinedError } from '@orpc/client';
import type { SettingPath } from '../../server/contract/settings.ts';
import { changedPaths } from '../../server/contract/validate.ts';
import type { LiveView } from '../../server/contract/views.ts';
import { type Connection, ConnectionLost } from '../client.ts';
import { createStore, type Readable } from '../ui/store.ts';
import { type Base, type Draft, type DraftAction, newDraft, reduceDraft, sentIsInForce } from './draft.ts';
import { type Refusal, readRefusal } from './refusal.ts';
import { reviewDraft } from './review.ts';
import { settingName } from './wording.ts';

/** What happened, in words. */
export interface Notice {
  readonly kind: 'done' | 'info' | 'problem';
  readonly text: string;
}

export interface SheetState {
  /** Undefined until the settings have arrived. */
  readonly draft: Draft | undefined;
  readonly busy: 'applying' | 'undoing' | undefined;
  readonly notice: Notice | undefined;
  /** Grows with every Apply that was refused because of a field; the first such field gets the focus. */
  readonly faults: number;
  /** Apply waits for a choice between what was typed here and what was applied elsewhere. */
  readonly choosing: boolean;
}

export interface Sheet {
  readonly state: Readable<SheetState>;
  edit(action: DraftAction): void;
  /** Applies the draft, or says why that can't be done. */
  apply(): Promise<void>;
  undo(): Promise<void>;
  /** Ends the choice: `mine` stay as they are typed, `theirs` are given up, and then all is applied. */
  choose(mine: readonly SettingPath[], theirs: readonly SettingPath[]): Promise<void>;
  /** Ends the choice without having chosen. */
  decideLater(): void;
  /** Says something that was done elsewhere in this window. */
  announce(text: string): void;
}

/** Milliseconds before asking again for settings that could not be had. */
const RETRY = 2000;

export function openSheet(connection: Connection, live: Readable<LiveView | undefined>): Sheet {
  const { client, link } = connection;
  const store = createStore<SheetState>(NOTHING_YET);
  const change = (part: Partial<SheetState>) => store.set({ ...store.get(), ...part });
  let fetching = false;
  /** Something changed while fetching or applying, so what came of that may be old already. */
  let behind = false;
  /** Counts what we changed ourselves: settings that were asked for before that are older than the draft. */
  let turn = 0;

  link.subscribe(() => {
    if (link.get().state === 'connected') void refresh();
  });
  live.subscribe(() => {
    const { draft } = store.get();
    if (draft && live.get()?.revision !== draft.base.revision) void refresh();
  });
  if (link.get().state === 'connected') void refresh();

  return {
    state: store,
    edit(action) {
      const { draft } = store.get();
      if (!draft) return;
      const next = reduceDraft(draft, action);
      // What happened before is of no interest once something new is typed.
      if (next !== draft)
        change({ draft: next, notice: action.type === 'left' ? store.get().notice : undefined });
    },
    apply,
    undo,
    async choose(mine, theirs) {
      const keep = mine.map((path): DraftAction => ({ type: 'keptMine', path }));
      const giveUp = theirs.map((path): DraftAction => ({ type: 'reverted', path }));
      const { draft } = store.get();
      const chosen = draft && [...keep, ...giveUp].reduce(reduceDraft, draft);
      change({ draft: chosen, choosing: false });
      if (chosen && reviewDraft(chosen).dirty) await apply();
      else change({ notice: info('The values of the other window stay as they are.') });
    },
    announce: (text) => change({ notice: done(text) }),
    decideLater: () => change({ choosing: false, notice: info('Not applied yet. Your entries are kept.') }),
  };

  async function refresh(): Promise<void> {
    behind = true;
    if (fetching || store.get().busy) return;
    fetching = true;
    try {
      while (behind && !store.get().busy) {
        behind = false;
        const asked = turn;
        const base = await client.settings.get();
        if (turn === asked && !store.get().busy) receive(base);
        else behind = true;
      }
    } catch (error) {
      if (error instanceof ConnectionLost) return; // asked again when it is back
      if (!store.get().draft) change({ notice: problem('The settings could not be read. Trying again…') });
      setTimeout(() => void refresh(), RETRY);
    } finally {
      fetching = false;
    }
  }

  /** The settings in force, asked for by ourselves: another window, or an answer that was lost, changed them. */
  function receive(base: Base): void {
    const { draft } = store.get();
    if (!draft) {
      change({ draft: newDraft(base), notice: undefined });
      return;
    }
    if (draft.sent) {
      const happened = sentIsInForce(draft, base);
      const next = reduceDraft(draft, { type: happened ? 'applied' : 'received', base });
      const notice = happened
        ? done('The connection was lost meanwhile, but the changes were applied.')
        : problem('The connection was lost before the changes were applied. Nothing you entered is lost.');
      change({ draft: next, notice });
      return;
    }
    const changed = changedPaths(draft.base.settings, base.settings);
    const notice =
      changed.length > 0
        ? info(`Changed in another window: ${changed.map(settingName).join('; ')}.`)
        : store.get().notice;
    change({ draft: reduceDraft(draft, { type: 'received', base }), notice });
  }

  async function apply(): Promise<void> {
    const { draft, busy, faults } = store.get();
    if (!draft || busy) return;
    const { patch, valid, dirty, conflicts } = reviewDraft(draft);
    if (link.get().state !== 'connected') return change({ notice: problem(NOT_CONNECTED) });
    if (!valid) return change({ notice: problem('Correct the marked fields first.'), faults: faults + 1 });
    if (!dirty) return change({ notice: info('Nothing was changed, so there is nothing to apply.') });
    if (conflicts.length > 0) return change({ choosing: true, notice: undefined });
    const paths = Object.keys(patch) as SettingPath[];
    change({ draft: reduceDraft(draft, { type: 'sent', paths }), busy: 'applying', notice: undefined });
    await settle(
      () => client.settings.apply({ patch, revision: draft.base.revision }),
      (sentences) => done(`Applied. ${sentences}`),
    );
  }

  async function undo(): Promise<void> {
    const { draft, busy } = store.get();
    if (!draft || busy) return;
    if (link.get().state !== 'connected') return change({ notice: problem(NOT_CONNECTED) });
    change({ busy: 'undoing', notice: undefined });
    await settle(
      () => client.settings.undo({ revision: draft.base.revision }),
      (sentences) => done(`Undone. ${sentences}`),
    );
  }

  async function settle(
    call: () => Promise<Base & { sentences: string[] }>,
    said: (sentences: string) => Notice,
  ): Promise<void> {
    try {
      const { sentences, ...base } = await call();
      finish({ type: 'applied', base }, said(sentences.join(' ')));
    } catch (error) {
      if (error instanceof ConnectionLost) {
        // Whether it happened shows when the settings can be had again.
        change({ busy: undefined, notice: problem('The connection was lost before Waypost answered.') });
      } else {
        refuse(readRefusal(isDefinedError(error) ? error : undefined));
      }
    }
    if (behind || live.get()?.revision !== store.get().draft?.base.revision) void refresh();
  }

  function refuse({ current, issues, text }: Refusal): void {
    finish({ type: 'refused', issues }, problem(text));
    if (current) {
      const { draft } = store.get();
      const next = draft && reduceDraft(draft, { type: 'received', base: current });
      if (next) change({ draft: next, choosing: reviewDraft(next).conflicts.length > 0 });
    }
    if (Object.keys(issues).length > 0) change({ faults: store.get().faults + 1 });
  }

  function finish(action: DraftAction, notice: Notice): void {
    const { draft } = store.get();
    turn += 1;
    change({ draft: draft && reduceDraft(draft, action), busy: undefined, notice });
  }
}

const NOTHING_YET: SheetState = {
  draft: undefined,
  busy: undefined,
  notice: undefined,
  faults: 0,
  choosing: false,
};

const NOT_CONNECTED = 'Apply is possible again once Waypost can be reached.';

const done = (text: string): Notice => ({ kind: 'done', text });
const info = (text: string): Notice => ({ kind: 'info', text });
const problem = (text: string): Notice => ({ kind: 'problem', text });
