/** The mailboxes: which messages an account has, and their bytes. */
import { returnPath } from '../mail/trace.ts';
import type { Bodies } from './bodies.ts';
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

/** A message's bytes, in parts: our own Return-Path and trace (RFC 5321 section 4.4), then the content. */
export interface RawMessage {
  /** Bytes of the whole. */
  readonly total: number;
  /** Bytes `offset` to `offset + length`, fewer at the end. Rejects when the content can't be read. */
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
      .select(['messages.id', 'sender', 'subject', 'mailbox.size', 'received_at'])
      .where('account_id', '=', accountId)
      .orderBy('mailbox.id')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      from: row.sender,
      subject: row.subject,
      size: row.size,
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
    const head = Buffer.from(returnPath(row.sender) + row.trace);
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
}
