/**
 * The rows of the list: entries one after the other, or one row for each session, attempt or message with its
 * entries below. A group stands where its newest entry does, so what happened last is at the end either way, and
 * older entries that are loaded later move no group that is shown. Pure.
 */
import type { LogLevel, LogView } from '../../server/contract/views.ts';
import { clock } from './words.ts';

export interface Group {
  readonly key: string;
  readonly what: 'session' | 'attempt' | 'message';
  readonly entries: readonly LogView[];
  /** The gravest of its entries. */
  readonly level: LogLevel;
  /** The entry that tells most. */
  readonly telling: LogView;
}

export type Row =
  | { readonly type: 'day'; readonly key: string; readonly at: Date }
  | { readonly type: 'entry'; readonly key: string; readonly entry: LogView; readonly inGroup: boolean }
  | { readonly type: 'group'; readonly key: string; readonly group: Group; readonly isOpen: boolean };

/** A row each, below the day it is of. @param entries oldest first */
export function flatRows(entries: readonly LogView[]): Row[] {
  const rows: Row[] = [];
  let day = '';
  for (const entry of entries) {
    day = withDay(rows, entry.at, day);
    rows.push({ type: 'entry', key: keyOf(entry), entry, inGroup: false });
  }
  return rows;
}

/** A row for each group, and below those that are open one for each of their entries. */
export function groupedRows(entries: readonly LogView[], open: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  let day = '';
  for (const group of groupsOf(entries)) {
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

/** In the order of their newest entries. */
function groupsOf(entries: readonly LogView[]): Group[] {
  const found = new Map<string, LogView[]>();
  for (const entry of entries) {
    const key = entry.session || entry.message || keyOf(entry);
    const known = found.get(key);
    // Taken out and put in again, a key moves to the end.
    if (known) found.delete(key);
    known?.push(entry);
    found.set(key, known ?? [entry]);
  }
  return [...found].map(([key, of]) => {
    const telling = tellingOf(of);
    const [first = telling] = of;
    const what =
      first.session === '' ? 'message' : of.some(({ kind }) => kind === 'delivery') ? 'attempt' : 'session';
    return { key: `group-${key}`, what, entries: of, level: telling.level, telling };
  });
}

/** "Session", "Delivery attempt", "Message" and when: `14:02:11`, or from when to when. */
export function spanText({ entries }: Group): string {
  const [first, last] = [entries[0], entries.at(-1)].map((entry) => (entry ? clock(entry.at) : ''));
  return first === last ? `${last}` : `${first} – ${last}`;
}

export const GROUP_NAMES: Readonly<Record<Group['what'], string>> = {
  session: 'Session',
  attempt: 'Attempt',
  message: 'Message',
};

const GRAVITY: Readonly<Record<LogLevel, number>> = { info: 0, warning: 1, error: 2 };

/** The gravest; among equals what tells of a message, and of those the newest. */
function tellingOf(entries: readonly LogView[]): LogView {
  const weight = ({ level, kind }: LogView) => 2 * GRAVITY[level] + (kind === 'session' ? 0 : 1);
  return entries.reduce((most, entry) => (weight(entry) >= weight(most) ? entry : most));
}

function withDay(rows: Row[], at: Date, before: string): string {
  const day = at.toDateString();
  // A clock that is set back, or a group that began earlier, may lead to a day once more.
  if (day !== before)
    rows.push({ type: 'day', key: `day-${day}-${rows.length === 0 ? 'first' : rows.at(-1)?.key}`, at });
  return day;
}
