/** The mailboxes: which messages an account has, and their bytes. */
import type { Bodies } from './bodies.ts';
import { forgetMessages } from './ledger.ts';
import type { Db } from './schema.ts';

/** A message in a mailbox. */
export interface MailboxEntry {
  readonly id: string;
  readonly from: string;
  readonly subject: string;
  /** Bytes of the message as `read` gives it. */
  readonly size: number;
  readonly receivedAt: number;
}

/** A message's bytes, in parts: `head` is our own Return-Path and trace, then comes the content. */
export interface RawMessage {
  readonly total: number;
  read(offset: number, length: number): Promise<Buffer>;
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
    const rows = await this.#db
      .selectFrom('mailbox')
      .innerJoin('messages', 'messages.id', 'mailbox.message_id')
      .select(['messages.id', 'sender', 'subject', 'messages.size', 'trace', 'received_at'])
      .where('account_id', '=', accountId)
      .orderBy('mailbox.id')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      from: row.sender,
      subject: row.subject,
      size: Buffer.byteLength(headOf(row)) + row.size,
      receivedAt: row.received_at,
    }));
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
    const head = Buffer.from(headOf(row));
    return {
      total: head.length + row.size,
      read: async (offset, length) => {
        const ours = head.subarray(offset, offset + length);
        const skip = Math.max(0, offset - head.length);
        const wanted = Math.min(length - ours.length, row.size - skip);
        if (wanted <= 0) return ours;
        return Buffer.concat([ours, await this.#bodies.read(messageId, skip, wanted)]);
      },
    };
  }

  /** Removes every message of an account. Returns how many there were. */
  async clear(accountId: number): Promise<number> {
    const { count, freed } = await this.#db.transaction().execute(async (tx) => {
      const rows = await tx
        .deleteFrom('mailbox')
        .where('account_id', '=', accountId)
        .returning('message_id')
        .execute();
      await tx.updateTable('accounts').set({ used_bytes: 0 }).where('id', '=', accountId).execute();
      return {
        count: rows.length,
        freed: await forgetMessages(tx, [...new Set(rows.map((row) => row.message_id))]),
      };
    });
    await this.#bodies.remove(freed);
    return count;
  }
}

/** What final delivery puts in front of a message (RFC 5321 section 4.4). */
function headOf(row: { sender: string; trace: string }): string {
  return `Return-Path: <${row.sender}>\r\n${row.trace}`;
}
