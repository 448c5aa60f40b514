/**
 * Who of the queue is wanted, in which order: read in one go.
 *
 * SQLite can skip to the 90,000th row only by reading all before it, and with a filter or a sort that no index
 * serves it does so for every page anew (0.4 s each, with 100,000 rows). So the ids are read once, in their
 * order, which takes a tenth of a second at most and 15 ms where the index serves; pages are then looked up by
 * their ids. They come as one JSON text, because that is several times as quick as a row for each.
 */
import { type RawBuilder, sql } from 'kysely';
import type { QueueFilter, QueueSort, QueueState } from '../contract/queue.ts';
import type { Db } from './schema.ts';
import { containing } from './text-match.ts';

export interface OrderWanted {
  readonly filter: QueueFilter;
  readonly sort: QueueSort;
  readonly direction: 'ascending' | 'descending';
}

/** What only the moment knows. Times are in ms since 1970. */
export interface Moment {
  readonly now: number;
  /** Ids of those who are being sent. */
  readonly sending: ReadonlySet<string>;
}

export interface QueueOrder {
  readonly ids: readonly string[];
  readonly counts: Readonly<Record<QueueState, number>>;
}

/** Reads the order of all who fit, with those received after `until` left out where it is given. */
export async function readOrder(
  db: Db,
  { filter, sort, direction }: OrderWanted,
  { now, sending }: Moment,
  until?: number,
): Promise<QueueOrder> {
  const conditions = conditionsOf(filter, until);
  const joined =
    filter.text || sort === 'size' ? sql`join messages on messages.id = queue.message_id` : sql``;
  const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``;
  const way = sql.raw(direction === 'ascending' ? 'asc' : 'desc');
  const { rows } = await sql<{ entries: string }>`
    select json_group_array(entry) as entries from (
      select case when state = 'held' then 'h' when next_attempt_at <= ${now} then 'd' else 'w' end || queue.id
        as entry
      from queue ${joined} ${where}
      order by ${SORTS[sort]} ${way}, queue.id ${way}
    )`.execute(db);
  const entries = JSON.parse(rows[0]?.entries ?? '[]') as string[];
  return sorted(entries, sending, filter.state, sort === 'next');
}

const SORTS: Readonly<Record<QueueSort, RawBuilder<unknown>>> = {
  next: sql`next_attempt_at`,
  received: sql`queue.received_at`,
  recipient: sql`recipient collate nocase`,
  size: sql`size`,
  attempts: sql`attempts`,
};

function conditionsOf({ text = '', domain = '' }: QueueFilter, until: number | undefined) {
  const conditions: RawBuilder<unknown>[] = [];
  if (domain !== '') conditions.push(sql`domain = ${domain}`);
  if (text !== '') conditions.push(containing(['sender', 'recipient', 'last_reply'], text));
  if (until !== undefined) conditions.push(sql`queue.received_at <= ${until}`);
  return conditions;
}

const STATES: Readonly<Record<string, QueueState>> = { h: 'held', d: 'due', w: 'deferred' };

/** Takes the entries apart, each a letter and an id. */
function sorted(
  entries: readonly string[],
  sending: ReadonlySet<string>,
  wanted: QueueState | undefined,
  heldLast: boolean,
): QueueOrder {
  const counts = { due: 0, sending: 0, deferred: 0, held: 0 };
  const ids: string[] = [];
  const last: string[] = [];
  for (const entry of entries) {
    const id = entry.slice(1);
    const state = sending.has(id) ? 'sending' : STATES[entry.charAt(0)];
    if (!state || (wanted && state !== wanted)) continue;
    counts[state]++;
    (heldLast && state === 'held' ? last : ids).push(id);
  }
  return { ids: last.length > 0 ? ids.concat(last) : ids, counts };
}
