/**
 * The queue as a list of any length. Only what somebody looks at is asked for, and kept by its place in an order
 * that the engine keeps under a name, so that pages fit together whatever happens meanwhile.
 *
 * A refresh asks for the order anew and where those are who were in view. The list then stays at the first of
 * them who is still there, and whoever has left the queue is shown as gone for a moment before their row goes.
 */
import type { QueuePage, QueuePageInput, QueueRowView } from '../../server/contract/queue.ts';
import type { Client } from '../client.ts';
import { problemText } from '../problem.ts';
import { createStore } from '../ui/store.ts';
import {
  type QueueList,
  type QueueListState,
  type QueueScope,
  type Rows,
  UNKNOWN,
} from './queue-list-state.ts';
import { follow, NOTHING_SELECTED, type Selection } from './selection.ts';

/** Rows asked for around those in view, and at most at a time. */
const MARGIN = 20;
const FIRST_ROWS = 60;
const MOST_ROWS = 200;
/** Rows that are kept while scrolling; beyond it only those around the view. */
const MOST_KEPT = 3_000;
const MOST_KNOWN = 1_000;
const MOST_IDS = 20_000;
/** How long rows show that they are gone. */
export const GONE_MS = 900;

export function createQueueList(client: Pick<Client, 'queue'>): QueueList {
  const state = createStore(UNKNOWN);
  let order: string | undefined;
  let view = { first: 0, last: 30, atTop: true };
  let tookMs = 0;
  /** Answers to what was asked for another scope, or before the order changed, are not listened to. */
  let generation = 0;
  let loading: Promise<void> | undefined;
  let refreshing: Promise<void> | undefined;
  let again: Promise<void> | undefined;

  const change = (part: Partial<QueueListState>) => state.set({ ...state.get(), ...part });
  const page = (wanted: Partial<QueuePageInput> & { offset: number; limit: number }) =>
    client.queue.page({ ...state.get().scope, ...wanted });
  const fail = (error: unknown) => change({ problem: problemText(error as Error), isPending: false });

  /** Loads what is missing in view, one request after the other: who scrolls quickly skips what is between. */
  function load(): Promise<void> {
    loading ??= loadMissing().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function loadMissing(): Promise<void> {
    for (;;) {
      const missing = missingIn(state.get(), view.first - MARGIN, view.last + MARGIN);
      if (!missing || order === undefined) return;
      const mine = generation;
      try {
        const read = await page({ ...missing, order });
        if (mine === generation) take(read, missing.offset);
      } catch (error) {
        if (mine === generation) fail(error);
        return;
      }
    }
  }

  /** Takes over a page; of another order than the one before, all that was known is forgotten. */
  function take(read: QueuePage, offset: number, more: Partial<QueueListState> = {}): void {
    const isSame = read.order === order;
    order = read.order;
    const before = isSame ? state.get().rows : new Map<number, QueueRowView | null>();
    const rows = new Map(before.size > MOST_KEPT ? around(before) : before);
    for (const [index, row] of read.rows.entries()) rows.set(offset + index, row);
    const { total, counts, tries, hops, readAt } = read;
    change({ rows, total, counts, tries, hops, readAt, problem: '', isPending: false, ...more });
  }

  function around(rows: Rows): [number, QueueRowView | null][] {
    return [...rows].filter(([index]) => index >= view.first - MOST_ROWS && index <= view.last + MOST_ROWS);
  }

  async function show(part: Partial<QueueScope>): Promise<void> {
    const mine = ++generation;
    const { scope, selection } = state.get();
    const kept = part.filter ? NOTHING_SELECTED : selection;
    change({ scope: { ...scope, ...part }, isPending: true, selection: kept, gone: new Set() });
    order = undefined;
    view = { first: 0, last: view.last - view.first, atTop: true };
    const known = knownOf(kept);
    try {
      const read = await page({ offset: 0, limit: FIRST_ROWS, known });
      if (mine !== generation) return;
      take(read, 0, { moved: { to: 0 }, selection: follow(state.get().selection, placesOf(known, read)) });
    } catch (error) {
      if (mine === generation) fail(error);
    }
  }

  async function refreshNow(): Promise<void> {
    const mine = generation;
    const began = performance.now();
    const { rows, selection } = state.get();
    const seen = view;
    const inView = [...rows].filter(([index, row]) => row && index >= seen.first && index <= seen.last);
    inView.sort(([one], [two]) => one - two);
    const ids = inView.map(([, row]) => row?.id ?? '');
    const known = [...new Set([...ids, ...knownOf(selection)])].slice(0, MOST_KNOWN);
    const limit = Math.min(MOST_ROWS, seen.last - seen.first + 1 + MARGIN);
    try {
      let offset = seen.first;
      let read = await page({ offset, limit, known });
      const find = placesOf(known, read);
      const stays = inView.find(([, row]) => row && typeof find(row.id)?.index === 'number');
      const by = stays && !seen.atTop ? (find(stays[1]?.id ?? '')?.index ?? 0) - stays[0] : 0;
      if (by !== 0) {
        offset = Math.max(0, seen.first + by);
        const moved = await page({ offset, limit, order: read.order });
        read = { ...moved, known: read.known };
      }
      tookMs = performance.now() - began;
      const gone = new Set(ids.filter((id) => find(id)?.isGone));
      if (gone.size > 0 && mine === generation) {
        change({ gone });
        await new Promise((resolve) => setTimeout(resolve, GONE_MS));
      }
      if (mine !== generation) return;
      generation++;
      const selected = follow(state.get().selection, find);
      const moved = by === 0 ? {} : { moved: { by } };
      take(read, offset, { selection: selected, gone: new Set(), ...moved });
      void load();
    } catch (error) {
      if (mine === generation) fail(error);
    }
  }

  function begin(): Promise<void> {
    again = undefined;
    refreshing = refreshNow().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  return {
    state,
    get tookMs() {
      return tookMs;
    },
    look(first, last, atTop) {
      view = { first, last, atTop };
      void load();
    },
    show,
    select: (selection) => change({ selection }),
    refresh() {
      if (order === undefined) return show({});
      // Who asks while a refresh is under way has seen something that it may have missed.
      if (refreshing) again ??= refreshing.then(begin);
      return again ?? begin();
    },
    async ids(first, last) {
      const found: string[] = [];
      const wanted = { ...state.get().scope, order };
      for (let offset = first; offset <= last; offset += MOST_IDS) {
        const limit = Math.min(MOST_IDS, last - offset + 1);
        const read = await client.queue.ids({ ...wanted, offset, limit });
        if (read.order !== wanted.order) return [];
        found.push(...read.ids);
      }
      return found;
    },
    inView() {
      const { rows } = state.get();
      return [...rows].flatMap(([index, row]) =>
        row && index >= view.first && index <= view.last ? [row] : [],
      );
    },
    loadedIds(first, last) {
      const { rows } = state.get();
      const found: string[] = [];
      for (let index = first; index <= last; index++) {
        const row = rows.get(index);
        if (row === undefined) return undefined;
        if (row) found.push(row.id);
      }
      return found;
    },
    async at(index) {
      const row = state.get().rows.get(index);
      if (row || order === undefined) return row ?? undefined;
      const mine = generation;
      const read = await page({ offset: index, limit: 1, order });
      if (mine === generation) take(read, index);
      return read.rows[0] ?? undefined;
    },
  };
}

/** The first places between two that nothing is known of. */
function missingIn(
  { rows, total = 0 }: QueueListState,
  from: number,
  to: number,
): { offset: number; limit: number } | undefined {
  const last = Math.min(to, total - 1);
  let offset = Math.max(0, from);
  while (offset <= last && rows.has(offset)) offset++;
  if (offset > last) return undefined;
  let end = last;
  while (rows.has(end)) end--;
  return { offset, limit: Math.min(MOST_ROWS, end - offset + 1) };
}

function knownOf({ ids, lead, anchor }: Selection): string[] {
  const places = [lead, anchor].flatMap((place) => place?.id ?? []);
  return [...new Set([...places, ...[...ids].slice(0, MOST_KNOWN / 2)])];
}

function placesOf(known: readonly string[], read: QueuePage) {
  const places = new Map(known.map((id, index) => [id, read.known[index]]));
  return (id: string) => places.get(id);
}
