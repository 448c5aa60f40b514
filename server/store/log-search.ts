/**
 * How the log is searched without holding up mail: there is one thread, so a long search is cut into steps.
 *
 * Each step looks at so many ids and then lets others work. It ends when the page is full. Ids run with the
 * time, so that a step is a range of the primary key, and a cursor is an id: rows that are added or trimmed
 * meanwhile neither shift a page nor show up twice. An index by words would make searching quicker and writing
 * several times as slow; what is looked up again and again, a session or a message, has an index.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { LogFilter, LogPage } from '../contract/log.ts';
import type { LogView } from '../contract/views.ts';
import type { LogSchema } from './log-schema.ts';
import { containing } from './text-match.ts';

/** What is asked for: the newest that match, or those next to an id. */
export interface LogQuery {
  readonly filter: LogFilter;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit: number;
  /** Ends the search; what was found by then does not matter any more. */
  readonly signal?: AbortSignal | undefined;
}

type Row = Omit<LogView, 'at'> & { at: number };
type Condition = RawBuilder<unknown>;

/** Ids in one step. */
const STEP = 10_000;

/** Searches in steps; rejects with the signal's reason when it is aborted. */
export async function searchLog(db: Kysely<LogSchema>, query: LogQuery): Promise<LogPage> {
  const { filter, before = Number.MAX_SAFE_INTEGER, after, limit, signal } = query;
  const { first, last } = await extent(db);
  const wanted = conditions(filter);
  const up = after !== undefined;
  const [low, high] = await bounds(db, filter, Math.max(first, (after ?? 0) + 1), Math.min(last, before - 1));
  const rows: Row[] = [];
  const direct = indexed(filter);
  const step = direct ? last : STEP;
  let from = up ? low : high;
  // One more than asked for, to know whether there are more.
  while (rows.length <= limit && from >= low && from <= high) {
    const to = up ? Math.min(high, from + step - 1) : Math.max(low, from - step + 1);
    const [bottom, top] = up ? [from, to] : [to, from];
    // The plus keeps SQLite from taking the ids' own index where a better one serves.
    const id = direct ? sql`+id` : sql`id`;
    const range = sql`${id} between ${bottom} and ${top}`;
    const order = sql.raw(up ? 'asc' : 'desc');
    const found = await sql<Row>`
      select * from log where ${sql.join([range, ...wanted], sql` and `)}
      order by id ${order} limit ${limit + 1 - rows.length}`.execute(db);
    rows.push(...found.rows);
    from = up ? to + 1 : to - 1;
    await nextTurn();
    signal?.throwIfAborted();
  }
  const page = rows.slice(0, limit).map((row) => ({ ...row, at: new Date(row.at) }));
  return { rows: up ? page.reverse() : page, more: rows.length > limit, last };
}

/** The ids between which everything is; 0 and 0 when there is nothing. */
async function extent(db: Kysely<LogSchema>): Promise<{ first: number; last: number }> {
  // Two questions, because SQLite reads the whole table for both ends at once.
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    select (select min(id) from log) as first, (select max(id) from log) as last`.execute(db);
  return { first: rows[0]?.first ?? 0, last: rows[0]?.last ?? 0 };
}

/** Narrows a range of ids by the times, which an index knows. */
async function bounds(
  db: Kysely<LogSchema>,
  { from, to }: LogFilter,
  low: number,
  high: number,
): Promise<[number, number]> {
  const lowest = from && (await furthest(db, 'asc', from.getTime()));
  const highest = to && (await furthest(db, 'desc', to.getTime()));
  return [Math.max(low, lowest ?? low), Math.min(high, highest ?? high)];
}

/**
 * The lowest id of all entries at or after a time, or the highest of all at or before it. All of them are looked
 * at, since a clock that was set back makes times and ids disagree.
 */
async function furthest(db: Kysely<LogSchema>, order: 'asc' | 'desc', time: number): Promise<number> {
  const up = order === 'asc';
  let id = up ? Number.MAX_SAFE_INTEGER : 0;
  for (let at = time; ; await nextTurn()) {
    const { rows } = await sql<{ id: number | null; at: number; n: number }>`
      select ${sql.raw(up ? 'min(id)' : 'max(id)')} as id, ${sql.raw(up ? 'max(at)' : 'min(at)')} as at, count(*) as n
      from (select id, at from log indexed by log_at
            where at ${sql.raw(up ? '>=' : '<=')} ${at} order by at ${sql.raw(order)} limit ${STEP})`.execute(
      db,
    );
    const [found] = rows;
    if (!found || found.id === null) return id;
    id = up ? Math.min(id, found.id) : Math.max(id, found.id);
    if (found.n < STEP) return id;
    // Of entries of the same time the index has those first whose ids reach furthest.
    at = found.at === at ? at + (up ? 1 : -1) : found.at;
  }
}

function indexed({ session, message }: LogFilter): boolean {
  return Boolean(session || message);
}

function conditions(filter: LogFilter): Condition[] {
  const { text, address, host, message, session, kinds, levels, from, to } = filter;
  const all: Condition[] = [];
  if (session) all.push(beginning('session', session));
  if (message) all.push(beginning('message', message));
  if (from) all.push(sql`+at >= ${from.getTime()}`);
  if (to) all.push(sql`+at <= ${to.getTime()}`);
  if (kinds?.length) all.push(sql`kind in (${sql.join(kinds)})`);
  if (levels?.length) all.push(sql`level in (${sql.join(levels)})`);
  if (address) all.push(containing(['address'], address));
  if (host) all.push(containing(['host'], host));
  if (text) all.push(containing(['text', 'address', 'host', 'message', 'session'], text));
  return all;
}

function beginning(column: string, start: string): Condition {
  // Written so that the index serves it, which holds no empty ones.
  const name = sql.ref(column);
  return sql`(${name} != '' and ${name} >= ${start} and ${name} < ${`${start}\u{10ffff}`})`;
}
