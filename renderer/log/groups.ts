/**
 * The rows of the list: entries one after the other, or one row for each session and attempt, or for each message
 * with its whole way, and their entries below. A group stands where its newest entry does, so what happened last is at the end either way, and
 * older entries that are loaded later move no group that is shown. Pure.
 */
import type { LogLevel, LogView } from '../../server/contract/views.ts';

/** By what entries are put together. */
export const groupings = ['none', 'session', 'message'] as const;
export type Grouping = (typeof groupings)[number];

export interface Group {
  readonly key: string;
  readonly what: 'session' | 'attempt' | 'message';
  readonly entries: readonly LogView[];
  /** That of the entry that tells most. */
  readonly level: LogLevel;
  /** The gravest; of a message the gravest of how it stands with each of its addresses. */
  readonly telling: LogView;
}

export type Row =
  | { readonly type: 'day'; readonly key: string; readonly at: Date }
  | { readonly type: 'entry'; readonly key: string; readonly entry: LogView; readonly inGroup: boolean }
  | { readonly type: 'group'; readonly key: string; readonly group: Group; readonly isOpen: boolean };

/** The rows for a way of grouping. @param entries oldest first @param open the keys of groups that are open */
export function rowsOf(entries: readonly LogView[], grouping: Grouping, open: ReadonlySet<string>): Row[] {
  return grouping === 'none' ? flatRows(entries) : groupedRows(entries, grouping, open);
}

/** A row each, below the day it is of. */
function flatRows(entries: readonly LogView[]): Row[] {
  const rows: Row[] = [];
  let day = '';
  for (const entry of entries) {
    day = withDay(rows, entry.at, day);
    rows.push({ type: 'entry', key: keyOf(entry), entry, inGroup: false });
  }
  return rows;
}

/** A row for each group, and below those that are open one for each of their entries. */
function groupedRows(
  entries: readonly LogView[],
  by: Exclude<Grouping, 'none'>,
  open: ReadonlySet<string>,
): Row[] {
  const rows: Row[] = [];
  let day = '';
  for (const group of groupsOf(entries, by)) {
    const newest = group.entries.at(-1) ?? group.telling;
    day = withDay(rows, newest.at, day);
    const isOpen = open.has(group.key);
    // A single entry says itself what it is about.
    if (group.entries.length === 1) {
      rows.push({ type: 'entry', key: keyOf(newest), entry: newest, inGroup: false });
      continue;
    }
    rows.push({ type: 'group', key: group.key, group, isOpen });
    if (!isOpen) continue;
    for (const entry of group.entries) rows.push({ type: 'entry', key: keyOf(entry), entry, inGroup: true });
  }
  return rows;
}

function keyOf({ id }: LogView): string {
  return `entry-${id}`;
}

/** In the order of their newest entries. What has nothing of the wanted kind is grouped by the other. */
function groupsOf(entries: readonly LogView[], by: Exclude<Grouping, 'none'>): Group[] {
  const isByMessage = by === 'message';
  const found = new Map<string, LogView[]>();
  for (const entry of entries) {
    const { session, message } = entry;
    const key = (isByMessage ? message || session : session || message) || keyOf(entry);
    const known = found.get(key);
    // Taken out and put in again, a key moves to the end.
    if (known) found.delete(key);
    known?.push(entry);
    found.set(key, known ?? [entry]);
  }
  return [...found].map(([key, of]) => {
    const isMessage = of[0]?.message === key;
    const telling = tellingOf(isMessage ? lastWords(of) : of);
    const what = isMessage ? 'message' : of.some(({ kind }) => kind === 'delivery') ? 'attempt' : 'session';
    return { key: `group-${key}`, what, entries: of, level: telling.level, telling };
  });
}

const GRAVITY: Readonly<Record<LogLevel, number>> = { info: 0, warning: 1, error: 2 };

/** The gravest; among equals what tells of a message, and of those the newest. */
function tellingOf(entries: readonly LogView[]): LogView {
  const weight = ({ level, kind }: LogView) => 2 * GRAVITY[level] + (kind === 'session' ? 0 : 1);
  return entries.reduce((most, entry) => (weight(entry) >= weight(most) ? entry : most));
}

/** The newest entry about each address of a message: what was late and went out after all is late no more. */
function lastWords(entries: readonly LogView[]): LogView[] {
  const last = new Map(entries.map((entry) => [entry.address, entry]));
  return entries.filter((entry) => last.get(entry.address) === entry);
}

function withDay(rows: Row[], at: Date, before: string): string {
  const day = at.toDateString();
  // A clock that is set back, or a group that began earlier, may lead to a day once more.
  if (day !== before)
    rows.push({ type: 'day', key: `day-${day}-${rows.length === 0 ? 'first' : rows.at(-1)?.key}`, at });
  return day;
}
