/** The queue as the window holds it: what is known of it, and what can be asked of the list. */
import type {
  QueueFilter,
  QueuePage,
  QueueRowView,
  QueueSort,
  QueueState,
} from '../../server/contract/queue.ts';
import type { Readable } from '../ui/store.ts';
import { NOTHING_SELECTED, type Selection } from './selection.ts';

/** What is shown of the queue, and in which order. */
export interface QueueScope {
  readonly filter: QueueFilter;
  readonly sort: QueueSort;
  readonly direction: 'ascending' | 'descending';
}

export type Rows = ReadonlyMap<number, QueueRowView | null>;

export interface QueueListState {
  readonly scope: QueueScope;
  /** The rows are still those of another scope. */
  readonly isPending: boolean;
  /** How many fit the filter; undefined until the engine has answered. */
  readonly total: number | undefined;
  readonly counts: Readonly<Record<QueueState, number>>;
  /** Those who are known, by their place; null for who had left when they were asked for. */
  readonly rows: Rows;
  /** Ids of those in view who have just left the queue. */
  readonly gone: ReadonlySet<string>;
  readonly selection: Selection;
  readonly tries: number;
  readonly hops: QueuePage['hops'];
  readonly readAt: Date;
  /** The list has moved by so many rows under its window, or to its beginning. */
  readonly moved: { readonly by: number } | { readonly to: 0 };
  /** Why it can't be shown as it is, '' when it can. */
  readonly problem: string;
}

export interface QueueList {
  readonly state: Readable<QueueListState>;
  /** Says which places are in view, and whether the first of all is; what is not known of them is asked for. */
  look(first: number, last: number, atTop: boolean): void;
  /** Changes what is shown. */
  show(change: Partial<QueueScope>): Promise<void>;
  select(selection: Selection): void;
  /** Asks anew for what is in view. */
  refresh(): Promise<void>;
  /** Milliseconds that a refresh took the last time. */
  readonly tookMs: number;
  /** The ids between two places, both included; fewer when the order was forgotten meanwhile. */
  ids(first: number, last: number): Promise<string[]>;
  /** Those in view. */
  inView(): QueueRowView[];
  /** The ids between two places, if all of them are known. */
  loadedIds(first: number, last: number): string[] | undefined;
  /** The recipient at a place, asked for where not known. */
  at(index: number): Promise<QueueRowView | undefined>;
}

/** Before anything is known. */
export const UNKNOWN: QueueListState = {
  scope: { filter: {}, sort: 'next', direction: 'ascending' },
  isPending: true,
  total: undefined,
  counts: { due: 0, sending: 0, deferred: 0, held: 0 },
  rows: new Map(),
  gone: new Set(),
  selection: NOTHING_SELECTED,
  tries: 0,
  hops: ['mx'],
  readAt: new Date(0),
  moved: { to: 0 },
  problem: '',
};
