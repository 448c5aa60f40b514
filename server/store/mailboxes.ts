/** The mailboxes: which messages an account has, and their bytes. */
import { sql } from 'kysely';
import { returnPath } from '../mail/trace.ts';
import type { Bodies } from './bodies.ts';
import { chunks } from './chunks.ts';
import { forgetMessages } from './ledger.ts';
import { type RawMessage, rawMessage } from './raw-message.ts';
import type { Db } from './schema.ts';

export type { RawMessage } from './raw-message.ts';

/** A message in a mailbox. */
export interface MailboxEntry {
  readonly id: string;
  readonly from: string;
  readonly subject: string;
  /** Bytes of the message as `read` gives it. */
  readonly size: number;
  readonly receivedAt: number;
}

/** Which part of a mailbox is asked for; `search` is looked for in sender and subject. */
export interface PageWanted {
  readonly search?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

export class Mailboxes {
  readonly #db: Db;
  readonly #bodies: Bodies;

  constructor(db: Db, bodies: Bodies) {
    this.#db = db;
    this.#bodies = bodies;
  }

  /** The messages of an account, oldest first. */
  async list(accountId: number): Promise<MailboxEntry[]> {
    const rows = await this.#matching(accountId, '').select(COLUMNS).orderBy('mailbox.id').execute();
    return rows.map(entryOf);
  }

  /**
   * A part of an account's messages, newest first, and how many match in all. The search is for any case
   * where ASCII letters have one.
   */
  async page(
    accountId: number,
    { search = '', offset, limit }: PageWanted,
  ): Promise<{ total: number; rows: MailboxEntry[] }> {
    const wanted = search.trim();
    // Without a search nothing but the mailbox has to be read to count it.
    const counted =
      wanted === ''
        ? this.#db.selectFrom('mailbox').where('account_id', '=', accountId)
        : this.#matching(accountId, wanted);
    const { total } = await counted
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await this.#matching(accountId, wanted)
      .select(COLUMNS)
      .orderBy('mailbox.id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return { total, rows: rows.map(entryOf) };
  }

  /** A message of an account; undefined when the account has none with this id. */
  async raw(accountId: number, messageId: string): Promise<RawMessage | undefined> {
    const row = await this.#db
      .selectFrom('mailbox')
      .innerJoin('messages', 'messages.id', 'mailbox.message_id')
      .select(['sender', 'trace', 'messages.size'])
      .where('account_id', '=', accountId)
      .where('messages.id', '=', messageId)
      .executeTakeFirst();
    if (!row) return undefined;
    // Our own Return-Path and trace come first (RFC 5321 section 4.4).
    const head = Buffer.from(returnPath(row.sender) + row.trace);
    return rawMessage(this.#bodies, messageId, head, row.size);
  }

  /**
   * Deletes messages from an account's mailbox in one commit: the account's space is free again, and messages
   * that nobody else has or waits for are forgotten with their files. Ids that are not there count as nothing.
   * Returns how many were deleted.
   */
  async remove(accountId: number, messageIds: readonly string[]): Promise<number> {
    const { count, freed } = await this.#db.transaction().execute(async (tx) => {
      const gone: { message_id: string; size: number }[] = [];
      for (const part of chunks([...new Set(messageIds)])) {
        const rows = await tx
          .deleteFrom('mailbox')
          .where('account_id', '=', accountId)
          .where('message_id', 'in', part)
          .returning(['message_id', 'size'])
          .execute();
        gone.push(...rows);
      }
      if (gone.length === 0) return { count: 0, freed: [] };
      const bytes = gone.reduce((total, { size }) => total + size, 0);
      await tx
        .updateTable('accounts')
        .set((column) => ({ used_bytes: column('used_bytes', '-', bytes) }))
        .where('id', '=', accountId)
        .execute();
      const messages = new Set(gone.map(({ message_id }) => message_id));
      return { count: messages.size, freed: await forgetMessages(tx, [...messages]) };
    });
    await this.#bodies.remove(freed);
    return count;
  }

  /** The account's messages that match the search, all when it is ''. */
  #matching(accountId: number, search: string) {
    const query = this.#db
      .selectFrom('mailbox')
      .innerJoin('messages', 'messages.id', 'mailbox.message_id')
      .where('account_id', '=', accountId);
    if (search === '') return query;
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    return query.where(({ or }) =>
      or(
        (['sender', 'subject'] as const).map(
          (column) => sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`,
        ),
      ),
    );
  }
}

const COLUMNS = ['messages.id', 'sender', 'subject', 'mailbox.size', 'received_at'] as const;

function entryOf(row: {
  id: string;
  sender: string;
  subject: string;
  size: number;
  received_at: number;
}): MailboxEntry {
  return {
    id: row.id,
    from: row.sender,
    subject: row.subject,
    size: row.size,
    receivedAt: row.received_at,
  };
}
