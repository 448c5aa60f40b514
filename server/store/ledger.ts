/**
 * The two things that change what mail there is: accepting a message and settling an attempt to deliver
 * one. Both go through one group commit, so accepting, delivering locally, rescheduling, reporting a
 * failure and forgetting a finished message are always whole: all of it happened or none.
 */
import { sql } from 'kysely';
import { domainOf } from '../mail/address.ts';
import type { NewMessage, Recipient } from '../mail/message.ts';
import { returnPath } from '../mail/trace.ts';
import { bodyColumns } from './bodies.ts';
import { builtOnce } from './built-once.ts';
import { bulkInsert } from './bulk-insert.ts';
import { Unconfirmed } from './disk-press.ts';
import { Expected } from './expected.ts';
import { fileReports, type ReportFiling } from './filing.ts';
import { GroupCommit } from './group-commit.ts';
import { asksForNotice, type LastAttempt, repliesText } from './last-attempt.ts';
import { queuedId } from './queue-rows.ts';
import type { Db, Schema, Tx } from './schema.ts';

/**
 * What becomes of one queued recipient: it leaves the queue, it waits there until `nextAttemptAt`, or nothing has
 * changed but that the sender is told `at` this time that it is late.
 */
export type Settlement =
  | { readonly id: string; readonly kind: 'finished' }
  | {
      readonly id: string;
      readonly kind: 'waits';
      readonly nextAttemptAt: number;
      readonly lastAttempt: LastAttempt;
    }
  | { readonly id: string; readonly kind: 'noticed'; readonly at: number };

/** One change of the ledger; its parts are committed together. */
export interface LedgerChange {
  readonly accept: readonly NewMessage[];
  /** Message of the settlements, '' when there are none. */
  readonly messageId: string;
  readonly settle: readonly Settlement[];
  readonly filing: ReportFiling;
}

/** Names of content files whose message is gone; they can be removed once the commit is done. */
type Freed = readonly string[];

/** Accepts messages and settles attempts, durably. */
export class Ledger {
  readonly #commits: GroupCommit<LedgerChange, Freed>;
  readonly #removeFiles: (files: readonly string[]) => Promise<void>;
  /** Who is about to accept or settle something; the next commit waits a moment for them. */
  readonly expected = new Expected();

  /** @param removeFiles removes content files after the commit that freed them */
  constructor(db: Db, removeFiles: (files: readonly string[]) => Promise<void>) {
    this.#commits = new GroupCommit(
      (batch) => db.transaction().execute((tx) => write(tx, batch)),
      this.expected,
    );
    this.#removeFiles = removeFiles;
  }

  /**
   * Resolves when the message is durable: in its mailboxes and in the queue, with the reports it causes. Rejects when
   * nothing of it is stored, or with `Unconfirmed`.
   */
  async accept(message: NewMessage, filing: ReportFiling = {}): Promise<void> {
    const accept = [message, ...(filing.reports ?? [])];
    await this.#commits.submit({ accept, messageId: '', settle: [], filing });
  }

  /** Commits how an attempt ended, together with the reports it causes. Rejects when nothing of it is stored. */
  async settle(messageId: string, settle: readonly Settlement[], filing: ReportFiling = {}): Promise<void> {
    const accept = filing.reports ?? [];
    try {
      const freed = await this.#commits.submit({ accept, messageId, settle, filing });
      await this.#removeFiles(freed);
    } catch (error) {
      // It stands. Should a power cut take it away, the attempt is made once more; its content is still there.
      if (!(error instanceof Unconfirmed)) throw error;
    }
  }

  /** Resolves when nothing submitted so far is open any more. */
  idle(): Promise<void> {
    return this.#commits.idle();
  }
}

const intoMessages = bulkInsert<Schema, 'messages'>('messages');
const intoMailbox = bulkInsert<Schema, 'mailbox'>('mailbox');
const intoQueue = bulkInsert<Schema, 'queue'>('queue');

async function write(tx: Tx, batch: readonly LedgerChange[]): Promise<readonly Freed[]> {
  await insertMessages(
    tx,
    batch.flatMap((change) => change.accept),
  );
  for (const change of batch) {
    await keepWaiting(tx, change.settle);
    await fileReports(tx, change.filing);
  }
  const files = await dropFinished(tx, batch);
  return batch.map(({ messageId }) => files.get(messageId) ?? []);
}

async function insertMessages(tx: Tx, messages: readonly NewMessage[]): Promise<void> {
  await intoMessages(tx, messages.map(messageRow));
  const copies = messages.flatMap(mailboxRows);
  await intoMailbox(tx, copies);
  await intoQueue(tx, messages.flatMap(queueRows));
  for (const [id, bytes] of bytesByAccount(copies)) await addUsage(tx, id, bytes);
}

/** Settles recipients who stay in the queue. */
async function keepWaiting(tx: Tx, settlements: readonly Settlement[]): Promise<void> {
  for (const one of settlements) {
    if (one.kind === 'finished') continue;
    const row = tx.updateTable('queue').where('id', '=', one.id);
    if (one.kind === 'noticed') {
      await row.set({ notice_from: null, noticed_at: one.at }).execute();
      continue;
    }
    await row
      .set((column) => ({
        // Somebody may have put the recipient on hold while the attempt ran.
        state: column
          .case()
          .when('state', '=', 'held')
          .then('held' as const)
          .else('deferred' as const)
          .end(),
        attempts: column('attempts', '+', 1),
        next_attempt_at: one.nextAttemptAt,
        last_reply: repliesText(one.lastAttempt.reports),
        last_attempt: JSON.stringify(one.lastAttempt),
      }))
      .execute();
  }
}

/** Drops the recipients who are finished, and messages nobody needs any more. Returns their files by message. */
async function dropFinished(tx: Tx, batch: readonly LedgerChange[]): Promise<ReadonlyMap<string, Freed>> {
  const finished = batch.flatMap(({ messageId, settle }) =>
    settle.filter(({ kind }) => kind === 'finished').map(({ id }) => ({ id, messageId })),
  );
  if (finished.length === 0) return new Map();
  await dropRecipients(tx, JSON.stringify(finished.map(({ id }) => id)));
  const forgotten = await forget(tx, JSON.stringify(finished.map(({ messageId }) => messageId)));
  return new Map(forgotten.map(({ id, content_file }) => [id, filesOf(content_file)]));
}

/** Drops those of the messages that are in no mailbox and no queue any more. Returns their files. */
export async function forgetMessages(tx: Tx, ids: readonly string[]): Promise<Freed> {
  return (await forget(tx, JSON.stringify(ids))).flatMap(({ content_file }) => filesOf(content_file));
}

const addUsage = builtOnce((db: Db, id: number, bytes: number) =>
  db
    .updateTable('accounts')
    .set((column) => ({ used_bytes: column('used_bytes', '+', bytes) }))
    .where('id', '=', id),
);

/** Those of a JSON array: however many they are, it is the same statement. */
const listed = (ids: string) => sql<string>`(select value from json_each(${ids}))`;

const dropRecipients = builtOnce((db: Db, ids: string) =>
  db.deleteFrom('queue').where('id', 'in', listed(ids)),
);

/** Deletes those of the messages that are in no mailbox and no queue. */
const forget = builtOnce((db: Db, ids: string) =>
  db
    .deleteFrom('messages')
    .where('id', 'in', listed(ids))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('mailbox').select('id').whereRef('mailbox.message_id', '=', 'messages.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('queue').select('id').whereRef('queue.message_id', '=', 'messages.id'))),
    )
    .returning(['id', 'content_file']),
);

const filesOf = (file: string | null) => (file === null ? [] : [file]);

function messageRow(message: NewMessage) {
  const { envelope } = message;
  return {
    id: message.id,
    sender: envelope.sender,
    smtp_utf8: Number(envelope.smtpUtf8),
    eight_bit: Number(message.eightBit),
    ret: envelope.ret,
    envid: envelope.envid,
    trace: message.trace,
    completion: message.completion,
    subject: message.subject,
    size: message.size,
    received_at: message.receivedAt,
    ...bodyColumns(message.body),
  };
}

function mailboxRows(message: NewMessage) {
  const size = Buffer.byteLength(returnPath(message.envelope.sender) + message.trace) + message.size;
  return message.mailboxes.map(({ accountId, recipient }) => ({
    account_id: accountId,
    message_id: message.id,
    recipient,
    size,
  }));
}

function queueRows(message: NewMessage) {
  return message.queued.map((recipient: Recipient, index) => ({
    id: queuedId(message.id, index),
    message_id: message.id,
    recipient: recipient.address,
    domain: domainOf(recipient.address),
    notify: recipient.notify?.join(',') ?? null,
    orcpt: recipient.orcpt,
    state: 'due' as const,
    attempts: 0,
    next_attempt_at: message.receivedAt,
    last_reply: null,
    received_at: message.receivedAt,
    notice_from: asksForNotice(message.envelope.sender, recipient) ? message.receivedAt : null,
    noticed_at: null,
    last_attempt: null,
  }));
}

function bytesByAccount(copies: readonly { account_id: number; size: number }[]): Map<number, number> {
  const bytes = new Map<number, number>();
  for (const { account_id, size } of copies) bytes.set(account_id, (bytes.get(account_id) ?? 0) + size);
  return bytes;
}
