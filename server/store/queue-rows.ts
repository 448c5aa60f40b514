/** Rows of the queue as the sending side knows them, and the queries that run for each message. */
import { domainOf } from '../mail/address.ts';
import type { NewMessage, Notify } from '../mail/message.ts';
import { builtOnce } from './built-once.ts';
import type { Db, Schema } from './schema.ts';

/** A queued recipient as it is stored. */
export interface QueuedRow {
  readonly id: string;
  readonly messageId: string;
  readonly recipient: string;
  readonly domain: string;
  readonly notify: readonly Notify[] | null;
  readonly orcpt: string | null;
  readonly attempts: number;
  /** When the sender was told that it is late, in ms since 1970; null when that was not done. */
  readonly noticedAt: number | null;
}

/** A queued message as it is stored, without its recipients and content. */
export interface StoredMessage {
  readonly id: string;
  readonly sender: string;
  readonly smtpUtf8: boolean;
  readonly eightBit: boolean;
  readonly ret: 'FULL' | 'HDRS' | null;
  readonly envid: string | null;
  readonly trace: string;
  readonly completion: string;
  readonly size: number;
  readonly receivedAt: number;
}

/** A recipient whose time has come. */
export type DueRow = Pick<QueuedRow, 'id' | 'messageId' | 'domain'>;

/** The id of one of the recipients a message is queued for. */
export function queuedId(messageId: string, index: number): string {
  return `${messageId}-${index + 1}`;
}

/** The recipients a new message is queued for; their time has come. */
export function dueAtOnce({ id, queued }: Pick<NewMessage, 'id' | 'queued'>): DueRow[] {
  return queued.map(({ address }, index) => {
    return { id: queuedId(id, index), messageId: id, domain: domainOf(address) };
  });
}

/** States of recipients who get attempts. */
export const WAITING = ['due', 'deferred'] as const;

/** The recipients whose time has come, oldest first. */
export const dueQuery = (db: Db, now: number, limit: number) =>
  db
    .selectFrom('queue')
    .select(['id', 'message_id', 'domain'])
    .where('state', 'in', WAITING)
    .where('next_attempt_at', '<=', now)
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(limit);

export const dueRows = builtOnce(dueQuery);

/** When the next recipient becomes due. */
export const nextAttemptRows = builtOnce((db: Db, now: number) =>
  db
    .selectFrom('queue')
    .select('next_attempt_at')
    .where('state', 'in', WAITING)
    .where('next_attempt_at', '>', now)
    .orderBy('next_attempt_at')
    .limit(1),
);

/** All due recipients of one message. */
export const dueRowsOfMessage = builtOnce((db: Db, messageId: string, now: number) =>
  db
    .selectFrom('queue')
    .selectAll()
    .where('message_id', '=', messageId)
    .where('state', 'in', WAITING)
    .where('next_attempt_at', '<=', now)
    .orderBy('id'),
);

/** One message, without its content. */
export const messageRows = builtOnce((db: Db, id: string) =>
  db
    .selectFrom('messages')
    .select([
      'id',
      'sender',
      'smtp_utf8',
      'eight_bit',
      'ret',
      'envid',
      'trace',
      'completion',
      'size',
      'received_at',
    ])
    .where('id', '=', id),
);

/** A row of the table as the sending side knows it. */
export function queuedRow(row: Schema['queue']): QueuedRow {
  return {
    id: row.id,
    messageId: row.message_id,
    recipient: row.recipient,
    domain: row.domain,
    notify: row.notify === null ? null : (row.notify.split(',') as Notify[]),
    orcpt: row.orcpt,
    attempts: row.attempts,
    noticedAt: row.noticed_at,
  };
}
