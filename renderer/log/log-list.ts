/**
 * The log as a list of any length, of which a window is loaded: a run of entries without a gap, oldest first.
 *
 * It grows at both ends, by pages beside the entry at that end and, while it reaches to the newest, by what is
 * written. When it is too large it loses entries at the end that is not looked at. Since every page and the live
 * log go on from an id, nothing is missing or there twice, whatever is added, trimmed or lost meanwhile.
 */
import { type LogFilter, type LogPage, MOST_LOG_ROWS } from '../../server/contract/log.ts';
import type { LogView } from '../../server/contract/views.ts';
import { type Connection, connected } from '../client.ts';
import { problemText } from '../problem.ts';
import { createStore, type Readable } from '../ui/store.ts';
import { type Choices, filterOf } from './filter.ts';
import { type LogListState, NOTHING_KNOWN } from './log-state.ts';

export interface LogList {
  readonly state: Readable<LogListState>;
  /** Asks for the newest unless that is done already, for whoever is about to show it. */
  open(): void;
  /** Shows something else, from its newest on. */
  show(change: Partial<Choices>): Promise<void>;
  /** To the newest, and on with what comes. */
  toNewest(): Promise<void>;
  toOldest(): Promise<void>;
  loadOlder(): Promise<void>;
  loadNewer(): Promise<void>;
  setPaused(isPaused: boolean): void;
  /** Whether what is new may push out what is oldest: not while somebody reads there. */
  setFollowing(isFollowing: boolean): void;
  /** What is asked for now. */
  filter(): LogFilter;
  /** Follows the log until the returned function is called. */
  follow(): () => void;
}

/** Entries of the first page, and of those after it. */
const FIRST = 150;
const PAGE = 500;
/** Entries that are kept; beyond it some at the other end go. */
const MOST_KEPT = 6_000;
/** So far behind the log it is better to begin anew at its end. */
const TOO_FAR_BEHIND = 4 * MOST_LOG_ROWS;
/** Milliseconds before following again when the engine ended it without closing the connection. */
const PAUSE = 1_000;

export function createLogList(connection: Connection): LogList {
  const { client } = connection;
  const state = createStore(NOTHING_KNOWN);
  let filter: LogFilter = {};
  /** The id after which what is new begins. */
  let seen = 0;
  let isFollowing = true;
  /** What was asked for before it changed is not listened to. */
  let generation = new AbortController();
  let loading: Promise<void> | undefined;
  let isOpening = false;
  let watching: AbortController | undefined;
  let watchers = 0;

  const change = (part: Partial<LogListState>) => state.set({ ...state.get(), ...part });

  /** Begins anew at one end. */
  async function begin(at: 'newest' | 'oldest'): Promise<void> {
    generation.abort();
    generation = new AbortController();
    const { signal } = generation;
    stopWatching();
    // What the one before still loads is not waited for.
    loading = undefined;
    const now = new Date();
    filter = filterOf(state.get().choices, now);
    // While it is paused, what is shown is from the time at which it was asked for last.
    change({ isPending: true, pausedAt: state.get().pausedAt && now });
    await guarded(signal, async () => {
      const where = at === 'newest' ? {} : { after: 0 };
      const page = await client.log.page(
        { filter, ...where, limit: at === 'newest' ? FIRST : PAGE },
        { signal },
      );
      if (signal.aborted) return;
      seen = page.last;
      change({
        entries: page.rows.toReversed(),
        hasOlder: at === 'newest' && page.more,
        hasNewer: at === 'oldest' && page.more,
        isPending: false,
        isKnown: true,
        start: { at },
        problem: '',
      });
      watch();
    });
  }

  /** One page more at an end; one at a time. `load` resolves with what adds it to the list. */
  function load(load: (signal: AbortSignal) => Promise<(() => void) | undefined>): Promise<void> {
    const { signal } = generation;
    // Until the list has begun anew, its ends are those of another.
    if (state.get().isPending) return Promise.resolve();
    if (loading) return loading;
    const own = guarded(signal, async () => {
      const addPage = await load(signal).finally(() => {
        // Before the page is added: whoever sees it there may ask for the next one at once.
        if (!signal.aborted) loading = undefined;
      });
      if (!signal.aborted) addPage?.();
    });
    loading = own;
    return own;
  }

  async function guarded(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      // What is still shown may be of something else, and nothing can be added to it.
      const ends = state.get().isPending ? { hasOlder: false, hasNewer: false } : {};
      change({ ...ends, problem: problemText(error as Error), isPending: false });
    }
  }

  const page = (where: { before: number } | { after: number }, signal: AbortSignal): Promise<LogPage> =>
    client.log.page({ filter, ...where, limit: PAGE }, { signal });

  async function older(signal: AbortSignal): Promise<(() => void) | undefined> {
    const [first] = state.get().entries;
    if (!first || !state.get().hasOlder) return;
    const { rows, more } = await page({ before: first.id }, signal);
    return () => {
      const entries = [...rows.toReversed(), ...state.get().entries];
      const kept = entries.slice(0, MOST_KEPT);
      const isCut = kept.length < entries.length;
      if (isCut) stopWatching();
      change({ entries: kept, hasOlder: more, hasNewer: state.get().hasNewer || isCut, problem: '' });
    };
  }

  async function newer(signal: AbortSignal): Promise<(() => void) | undefined> {
    const last = state.get().entries.at(-1);
    if (!last || !state.get().hasNewer) return;
    const { rows, more, last: end } = await page({ after: last.id }, signal);
    return () => {
      seen = more ? (rows[0]?.id ?? last.id) : end;
      const entries = [...state.get().entries, ...rows.toReversed()];
      const kept = entries.slice(-MOST_KEPT);
      const hasOlder = state.get().hasOlder || kept.length < entries.length;
      change({ entries: kept, hasOlder, hasNewer: more, problem: '' });
      watch();
    };
  }

  /** Adds what is new. False when there is no room for it as long as somebody reads at the other end. */
  function add(rows: readonly LogView[]): boolean {
    const entries = [...state.get().entries, ...rows];
    if (entries.length > MOST_KEPT && !isFollowing) {
      change({ hasNewer: true });
      return false;
    }
    const kept = entries.slice(-MOST_KEPT);
    change({ entries: kept, hasOlder: state.get().hasOlder || kept.length < entries.length });
    return true;
  }

  /** Follows the log where the list reaches to its end and somebody is there to see it. */
  function watch(): void {
    const { hasNewer, pausedAt, isPending, problem } = state.get();
    if (watchers === 0 || watching || hasNewer || pausedAt || isPending || problem !== '') return;
    watching = new AbortController();
    void watchOn(watching.signal);
  }

  function stopWatching(): void {
    watching?.abort();
    watching = undefined;
  }

  async function watchOn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await connected(connection);
      try {
        const news = await client.log.live({ filter, since: seen }, { signal });
        for await (const { rows, behind } of news) {
          if (signal.aborted) return;
          if (behind > TOO_FAR_BEHIND) return void begin('newest');
          if (!add(rows)) return stopWatching();
          seen = rows.at(-1)?.id ?? seen;
        }
      } catch {
        // Whatever ended it, the answer is the same: go on from the last id.
      }
      if (signal.aborted) return;
      if (connection.link.get().state === 'connected')
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  function open(): void {
    const { isKnown, problem } = state.get();
    if (isOpening || (isKnown && problem === '') || connection.link.get().state !== 'connected') return;
    isOpening = true;
    void begin('newest').finally(() => {
      isOpening = false;
    });
  }

  return {
    state,
    open,
    async show(part) {
      change({ choices: { ...state.get().choices, ...part } });
      await begin('newest');
    },
    async toNewest() {
      if (state.get().pausedAt) change({ pausedAt: undefined });
      const { hasNewer, isKnown, problem } = state.get();
      if (hasNewer || !isKnown || problem !== '') return begin('newest');
      watch();
      change({ start: { at: 'newest' } });
    },
    async toOldest() {
      if (state.get().hasOlder) return begin('oldest');
      change({ start: { at: 'oldest' } });
    },
    loadOlder: () => load(older),
    loadNewer: () => load(newer),
    setPaused(isPaused) {
      change({ pausedAt: isPaused ? new Date() : undefined });
      if (isPaused) stopWatching();
      else watch();
    },
    setFollowing(next) {
      isFollowing = next;
    },
    filter: () => filter,
    follow() {
      if (watchers++ === 0) watch();
      open();
      const stopLooking = connection.link.subscribe(open);
      return () => {
        stopLooking();
        if (--watchers === 0) stopWatching();
      };
    },
  };
}
