/**
 * What the yardsticks do with a message before they answer: nothing, the least that makes it durable, or all that
 * Waypost does to store and log it. They share with Waypost whatever has made it faster.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newMessageId } from '../server/mail/message.ts';
import { DiskPress } from '../server/store/disk-press.ts';
import { Expected } from '../server/store/expected.ts';
import { GroupCommit } from '../server/store/group-commit.ts';
import { openStore } from '../server/store/store.ts';
import { LOCAL } from './server.ts';

export interface Taken {
  readonly sender: string;
  readonly content: Buffer;
}

export interface Keeper {
  /** Sessions that are sending a message. */
  readonly expected: Expected;
  /** Resolves when the message may be answered for. */
  keep(taken: Taken): Promise<void>;
  /** A session is over. */
  ended(): void;
}

export function forgetful(): Keeper {
  return { expected: new Expected(), keep: async () => {}, ended: () => {} };
}

/** Two rows a message. */
export function leastDurable(folder: string): Keeper {
  const tables = `
    create table messages (id integer primary key, sender text, content blob);
    create table mailbox (id integer primary key, message integer, account integer);
  `;
  const { commits, expected } = durable<Taken>(folder, tables, (db) => {
    const intoMessages = db.prepare('insert into messages (sender, content) values (?, ?)');
    const intoMailbox = db.prepare('insert into mailbox (message, account) values (?, 1)');
    return ({ sender, content }) => intoMailbox.run(intoMessages.run(sender, content).lastInsertRowid);
  });
  return { expected, keep: (taken) => commits.submit(taken), ended: () => {} };
}

const TRACE = 'Received: from bench.test ([127.0.0.1])\r\n\tby mail.waypost.test with ESMTP;\r\n';
/** As long as that of a session with one message. */
const DIALOGUE = '0 S 250 2.1.0 Accepted, go ahead\n'.repeat(14);

/** Waypost's store: its tables, accounts and indexes; a line in the log for each message and session, and a dialogue. */
export async function fullyStored(folder: string): Promise<Keeper> {
  const { accounts, ledger, log } = await openStore(folder);
  await accounts.add(LOCAL, '', [], 0);
  const account = await accounts.first();
  if (!account) throw new Error('The account is missing.');
  const mailboxes = [{ accountId: account.id, recipient: LOCAL }];
  const host = '127.0.0.1';
  return {
    expected: ledger.expected,
    keep: async ({ sender, content }) => {
      const id = newMessageId();
      await ledger.accept({
        id,
        envelope: { sender, smtpUtf8: false, ret: null, envid: null },
        trace: TRACE,
        completion: '',
        body: { kind: 'memory', bytes: content },
        size: content.length,
        eightBit: false,
        subject: 'bench',
        receivedAt: Date.now(),
        mailboxes,
        queued: [],
      });
      const text = `Accepted ${content.length} bytes from <${sender}> for ${LOCAL} (mailbox).`;
      log.write({ kind: 'message', message: id, session: id, address: sender, host, text });
    },
    ended: () => {
      const session = newMessageId();
      const now = Date.now();
      log.write({ kind: 'session', session, host, text: 'Session ended after 0 s, 1 message accepted.' });
      log.writeTranscript({
        session,
        direction: 'incoming',
        host,
        startedAt: now,
        endedAt: now,
        lines: DIALOGUE,
      });
    },
  };
}

/** Commits as Waypost does, to tables of its own, by nothing but SQLite. */
export function durable<Change>(
  folder: string,
  tables: string,
  prepare: (db: DatabaseSync) => (change: Change) => unknown,
): { commits: GroupCommit<Change, void>; expected: Expected } {
  const path = join(folder, 'yardstick.db');
  const db = new DatabaseSync(path);
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma wal_autocheckpoint = 4000');
  db.exec(tables);
  const disk = new DiskPress(`${path}-wal`, () => {
    throw new Error('The disk failed.');
  });
  const write = prepare(db);
  const expected = new Expected();
  const commits = new GroupCommit<Change, void>(async (batch) => {
    db.exec('begin immediate');
    for (const change of batch) write(change);
    db.exec('commit');
    await disk.press();
    return [];
  }, expected);
  return { commits, expected };
}
