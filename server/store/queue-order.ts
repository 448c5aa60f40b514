/**
 * Who of the queue is wanted, in which order: read in one go.
 *
 * SQLite can skip to the 90,000th row only by reading all before it, and with a filter or a sort that no index
 * serves it does so for every page anew (0.4 s each, with 100,000 rows). So the ids are read once, in their
 * order, which takes 25 ms where the index serves and a tenth of a second at most; pages are then looked up by
 * their ids. They come, and are kept, as one text of lines, each a letter for the state and an id: a string for
 * each would take as long again, and several times the memory.
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

/** Reads the order of all who fit, with those received after `until` left out where it is given. */
export async function readOrder(
  db: Db,
  { filter, sort, direction }: OrderWanted,
  { now, sending }: Moment,
  until?: number,
): Promise<QueueOrder> {
  const ids = JSON.stringify([...sending]);
  const isSending = sql`when queue.id in (select value from json_each(${ids})) then ${LETTERS.sending}`;
  const letter = sql`case
    ${sending.size > 0 ? isSending : sql``}
    when state = 'held' then ${LETTERS.held}
    when next_attempt_at <= ${now} then ${LETTERS.due}
    else ${LETTERS.deferred} end`;
  const conditions = conditionsOf(filter, until);
  if (filter.state) conditions.push(sql`${letter} = ${LETTERS[filter.state]}`);
  const joined =
    filter.text || sort === 'size' ? sql`join messages on messages.id = queue.message_id` : sql``;
  const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``;
  const way = sql.raw(direction === 'ascending' ? 'asc' : 'desc');
  const { rows } = await sql<{ lines: string | null }>`
    select group_concat(line, char(10)) as lines from (
      select ${letter} || queue.id as line from queue ${joined} ${where}
      order by ${SORTS[sort]} ${way}, queue.id ${way}
    )`.execute(db);
  // By the next attempt those on hold come last, whichever way: they have none.
  return new QueueOrder(rows[0]?.lines ?? '', sort === 'next' ? 'held' : undefined);
}

const LETTERS: Readonly<Record<QueueState, string>> = { due: 'd', sending: 's', deferred: 'w', held: 'h' };

/** Ids in an order. */
export class QueueOrder {
  readonly #lines: string;
  /** Where the line of each place begins. */
  readonly #starts: Uint32Array;
  readonly counts: Readonly<Record<QueueState, number>>;

  /** @param lines a letter for the state and an id in each. @param last a state that comes after all others */
  constructor(lines: string, last?: QueueState) {
    this.#lines = lines;
    const letters = new Uint32Array(128);
    // No id is empty, so a line has three characters at least, its end included.
    const starts = new Uint32Array(Math.ceil((lines.length + 1) / 3));
    let length = 0;
    for (let at = 0; at < lines.length; at = this.#endOf(at) + 1) {
      starts[length++] = at;
      const letter = lines.charCodeAt(at);
      letters[letter] = (letters[letter] ?? 0) + 1;
    }
    const count = (state: QueueState) => letters[LETTERS[state].charCodeAt(0)] ?? 0;
    this.counts = {
      due: count('due'),
      sending: count('sending'),
      deferred: count('deferred'),
      held: count('held'),
    };
    this.#starts = starts.slice(0, length);
    if (last && count(last) > 0) {
      const isLast = (start: number) => lines.charAt(start) === LETTERS[last];
      const ends = this.#starts.filter(isLast);
      this.#starts.set(this.#starts.filter((start) => !isLast(start)));
      this.#starts.set(ends, length - ends.length);
    }
  }

  get length(): number {
    return this.#starts.length;
  }

  /** The ids from one place to another, which is not included; fewer at the end. */
  ids(from = 0, to = this.length): string[] {
    const ids: string[] = [];
    for (let index = from; index < Math.min(to, this.length); index++) ids.push(this.#id(index));
    return ids;
  }

  /** The places of those of the ids that are in it. */
  places(ids: readonly string[]): Map<string, number> {
    const wanted = new Set(ids);
    const places = new Map<string, number>();
    for (let index = 0; index < this.length && places.size < wanted.size; index++) {
      const id = this.#id(index);
      if (wanted.has(id)) places.set(id, index);
    }
    return places;
  }

  #id(index: number): string {
    const start = this.#starts[index] ?? 0;
    return this.#lines.slice(start + 1, this.#endOf(start));
  }

  /** Where the line ends that begins there. */
  #endOf(start: number): number {
    const end = this.#lines.indexOf('\n', start);
    return end < 0 ? this.#lines.length : end;
  }
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
