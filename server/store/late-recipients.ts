/** The queued recipients whose sender is still to be told that they are late. */
import type { LastAttempt } from './last-attempt.ts';
import { type QueuedRow, queuedRow, WAITING } from './queue-rows.ts';
import type { Db } from './schema.ts';

/** A late recipient. */
export interface LateRow extends QueuedRow {
  readonly nextAttemptAt: number;
  /** Null before the first attempt. */
  readonly lastAttempt: LastAttempt | null;
}

/** A message that has late recipients. */
export interface LateMessage {
  readonly id: string;
  readonly receivedAt: number;
}

/** Which messages are late. Times are in ms since 1970. */
export interface LateWanted {
  /** Those received until then. */
  readonly receivedUntil: number;
  /** Of those whose recipients are all due for an attempt by now, only those received until `dueUntil`. */
  readonly now: number;
  readonly dueUntil: number;
  /** The last one of an earlier part. */
  readonly after?: LateMessage | undefined;
  readonly limit: number;
}

export class LateRecipients {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** The late messages, oldest first. Read from an index that holds only what nobody was told of yet. */
  async messages({ receivedUntil, now, dueUntil, after, limit }: LateWanted): Promise<LateMessage[]> {
    let query = this.#db
      .selectFrom('queue')
      .select(['message_id as id', 'notice_from as receivedAt'])
      .distinct()
      .where('state', 'in', WAITING)
      .where(({ eb, or }) => or([eb('next_attempt_at', '>', now), eb('notice_from', '<=', dueUntil)]))
      .where('notice_from', '<=', receivedUntil)
      .orderBy('notice_from')
      .orderBy('message_id')
      .limit(limit);
    if (after) {
      const { receivedAt, id } = after;
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('notice_from', 'message_id'), '>', tuple(receivedAt, id)),
      );
    }
    return (await query.execute()).map(({ id, receivedAt }) => ({ id, receivedAt: receivedAt ?? 0 }));
  }

  /** A message's recipients of whose delay nobody was told yet, whether it is late or not. */
  async ofMessage(id: string): Promise<LateRow[]> {
    const rows = await this.#db
      .selectFrom('queue')
      .selectAll()
      .where('message_id', '=', id)
      .where('notice_from', 'is not', null)
      .where('state', 'in', WAITING)
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      ...queuedRow(row),
      nextAttemptAt: row.next_attempt_at,
      lastAttempt: row.last_attempt === null ? null : (JSON.parse(row.last_attempt) as LastAttempt),
    }));
  }

  /** When the oldest of those messages was received that were received after `after`; undefined without any. */
  async nextReceivedAt(after: number): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('queue')
      .select('notice_from')
      .where('notice_from', '>', after)
      .where('state', 'in', WAITING)
      .orderBy('notice_from')
      .limit(1)
      .executeTakeFirst();
    return row?.notice_from ?? undefined;
  }
}
