/** Reads the books about reports; `filing.ts` writes them. Receivers are keys of addresses, times ms since 1970. */
import type { Db } from './schema.ts';

/** A digest that is due. */
export interface DueDigest {
  readonly receiver: string;
  /** The receiver's address as an envelope spelled it. */
  readonly sender: string;
}

/** What a digest tells of. */
export interface DigestContent {
  /** As they were handed in, the lowest rank first. */
  readonly entries: readonly string[];
  /** How many more there are, by their kind. */
  readonly others: Readonly<Record<string, number>>;
  readonly lastEntry: number;
}

export class Digests {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** The reports since `since`, oldest first, and for whom a digest is being collected. */
  async recent(since: number): Promise<{ sent: { receiver: string; at: number }[]; collecting: string[] }> {
    const sent = await this.#db
      .selectFrom('reports')
      .select(['receiver', 'at'])
      .where('at', '>', since)
      .orderBy('at')
      .execute();
    const digests = await this.#db.selectFrom('digests').select('receiver').execute();
    return { sent, collecting: digests.map(({ receiver }) => receiver) };
  }

  /** The digests that are due by `now`, and those due after `latest`: none can be, unless a clock went wrong. */
  due(now: number, latest: number): Promise<DueDigest[]> {
    return this.#db
      .selectFrom('digests')
      .select(['receiver', 'sender'])
      .where(({ eb, or }) => or([eb('due_at', '<=', now), eb('due_at', '>', latest)]))
      .orderBy('due_at')
      .execute();
  }

  /** When the next digest is due; undefined without any. */
  async nextDueAt(): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('digests')
      .select('due_at')
      .orderBy('due_at')
      .limit(1)
      .executeTakeFirst();
    return row?.due_at;
  }

  /** What a receiver is to be told, at most `limit` entries of it. Of those about the same, the last one. */
  async read(receiver: string, limit: number): Promise<DigestContent> {
    const newest = await this.#db
      .selectFrom('digest_entries')
      .select(({ fn }) => fn.max('id').as('id'))
      .where('receiver', '=', receiver)
      .groupBy('about')
      .execute();
    const all = await this.#db
      .selectFrom('digest_entries')
      .select(['id', 'kind'])
      .where('receiver', '=', receiver)
      .orderBy('rank')
      .orderBy('id')
      .execute();
    const latest = new Set(newest.map(({ id }) => id));
    const wanted = all.filter(({ id }) => latest.has(id));
    const listed = wanted.slice(0, limit).map(({ id }) => id);
    const others: Record<string, number> = {};
    for (const { kind } of wanted.slice(limit)) others[kind] = (others[kind] ?? 0) + 1;
    const rows = await this.#db
      .selectFrom('digest_entries')
      .select('entry')
      .where('id', 'in', listed)
      .orderBy('rank')
      .orderBy('id')
      .execute();
    const lastEntry = all.reduce((last, { id }) => Math.max(last, id), 0);
    return { entries: rows.map(({ entry }) => entry), others, lastEntry };
  }
}
