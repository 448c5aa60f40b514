/** The queue: one row per recipient that is not ours. What is being sent right now, the scheduler knows. */
import type { QueueState } from '../mail/message.ts';
import type { Bodies } from './bodies.ts';
import { chunks } from './chunks.ts';
import { forgetMessages } from './ledger.ts';
import { countQueue, type QueueCounts } from './queue-counts.ts';
import {
  type DueRow,
  dueQuery,
  dueRows,
  dueRowsOfMessage,
  messageRows,
  nextAttemptRows,
  type QueuedRow,
  queuedRow,
  type StoredMessage,
  WAITING,
} from './queue-rows.ts';
import type { Db } from './schema.ts';

/** A line of the queue as lists show it. */
export interface QueueEntry {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly state: Exclude<QueueState, 'sending'>;
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly lastReply: string | null;
  readonly size: number;
}

/** Reads and steers the queue. */
export class Queue {
  readonly #db: Db;
  readonly #bodies: Bodies;

  constructor(db: Db, bodies: Bodies) {
    this.#db = db;
    this.#bodies = bodies;
  }

  /** The recipients whose time has come, oldest first, leaving out those of the given domains. */
  async due(now: number, limit: number, exceptDomains: readonly string[]): Promise<DueRow[]> {
    const rows =
      exceptDomains.length === 0
        ? await dueRows(this.#db, now, limit)
        : await dueQuery(this.#db, now, limit).where('domain', 'not in', exceptDomains).execute();
    return rows.map(({ id, message_id, domain }) => ({ id, messageId: message_id, domain }));
  }

  /** All due recipients of one message, those of one domain only when `domain` is given. */
  async dueOfMessage(messageId: string, now: number, domain?: string): Promise<QueuedRow[]> {
    const rows = await dueRowsOfMessage(this.#db, messageId, now);
    return rows.filter((row) => domain === undefined || row.domain === domain).map(queuedRow);
  }

  /** When, after `now`, the next recipient becomes due, in ms since 1970; undefined when none will. */
  async nextAttemptAt(now: number): Promise<number | undefined> {
    const [row] = await nextAttemptRows(this.#db, now);
    return row?.next_attempt_at;
  }

  /** A message's envelope and trace; undefined when it is gone. */
  async message(id: string): Promise<StoredMessage | undefined> {
    const [row] = await messageRows(this.#db, id);
    if (!row) return undefined;
    const { smtp_utf8, eight_bit, received_at, ...rest } = row;
    return { ...rest, smtpUtf8: smtp_utf8 === 1, eightBit: eight_bit === 1, receivedAt: received_at };
  }

  /** The whole queue, next attempts first. */
  async list(): Promise<QueueEntry[]> {
    const rows = await this.#db
      .selectFrom('queue')
      .innerJoin('messages', 'messages.id', 'queue.message_id')
      .select([
        'queue.id',
        'sender',
        'recipient',
        'state',
        'attempts',
        'next_attempt_at',
        'last_reply',
        'size',
      ])
      .orderBy('next_attempt_at')
      .orderBy('queue.id')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      from: row.sender,
      to: row.recipient,
      state: row.state,
      attempts: row.attempts,
      nextAttemptAt: row.next_attempt_at,
      lastReply: row.last_reply,
      size: row.size,
    }));
  }

  /** How many wait, as `countQueue` counts. */
  counts(now: number, stuckBefore: number): Promise<QueueCounts> {
    return countQueue(this.#db, now, stuckBefore);
  }

  /** Makes waiting recipients due now: the given ones, or all. Returns how many there were. */
  async retry(ids: readonly string[] | 'all', now: number): Promise<number> {
    const query = this.#db
      .updateTable('queue')
      .set({ state: 'due', next_attempt_at: now })
      .where('state', 'in', WAITING);
    return ids === 'all' ? updated(query) : forParts(ids, (part) => updated(query.where('id', 'in', part)));
  }

  /** The clock was put back by `ms`: times that lie ahead of `now` were meant to be so much earlier. */
  async shift(now: number, ms: number): Promise<void> {
    await this.#db
      .updateTable('queue')
      .set((column) => ({ next_attempt_at: column('next_attempt_at', '-', ms) }))
      .where('state', 'in', WAITING)
      .where('next_attempt_at', '>', now)
      .execute();
  }

  /** Makes due whose next attempt lies beyond `latest`, as it can't by any schedule. */
  async bringForward(now: number, latest: number): Promise<void> {
    await this.#db
      .updateTable('queue')
      .set({ state: 'due', next_attempt_at: now })
      .where('state', 'in', WAITING)
      .where('next_attempt_at', '>', latest)
      .execute();
  }

  /** Stops attempts for the given recipients until they are released. Returns how many there were. */
  async hold(ids: readonly string[]): Promise<number> {
    const query = this.#db.updateTable('queue').set({ state: 'held' });
    return forParts(ids, (part) => updated(query.where('id', 'in', part)));
  }

  /** Makes held recipients due now. Returns how many there were. */
  async release(ids: readonly string[], now: number): Promise<number> {
    const query = this.#db
      .updateTable('queue')
      .set({ state: 'due', next_attempt_at: now })
      .where('state', '=', 'held');
    return forParts(ids, (part) => updated(query.where('id', 'in', part)));
  }

  /** Takes recipients out of the queue, and messages nobody needs any more with them. Returns how many. */
  async remove(ids: readonly string[]): Promise<number> {
    return forParts(ids, async (part) => {
      const { count, freed } = await this.#db.transaction().execute(async (tx) => {
        const rows = await tx.deleteFrom('queue').where('id', 'in', part).returning('message_id').execute();
        const messages = [...new Set(rows.map((row) => row.message_id))];
        return { count: rows.length, freed: await forgetMessages(tx, messages) };
      });
      await this.#bodies.remove(freed);
      return count;
    });
  }

  /** Of the given ids, those of recipients in the queue; a message's id stands for all its recipients. */
  async resolveIds(ids: readonly string[]): Promise<string[]> {
    const found = new Set<string>();
    for (const part of chunks(ids)) {
      const rows = await this.#db
        .selectFrom('queue')
        .select('id')
        .where(({ or, eb }) => or([eb('id', 'in', part), eb('message_id', 'in', part)]))
        .execute();
      for (const { id } of rows) found.add(id);
    }
    return [...found];
  }
}

/** Does a thing for as many ids as a statement holds at a time, and adds up what it counts. */
async function forParts(ids: readonly string[], work: (part: string[]) => Promise<number>): Promise<number> {
  let count = 0;
  for (const part of chunks(ids)) count += await work(part);
  return count;
}

async function updated(query: {
  executeTakeFirstOrThrow(): Promise<{ numUpdatedRows: bigint }>;
}): Promise<number> {
  return Number((await query.executeTakeFirstOrThrow()).numUpdatedRows);
}
