/** Opens everything a data folder stores: mail in `waypost.db` and `messages/`, the log in `log.db`. */
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Kysely } from 'kysely';
import { Accounts } from './accounts.ts';
import { Bodies } from './bodies.ts';
import { DatabaseError, type FileCare, openDatabase } from './database.ts';
import { Digests } from './digests.ts';
import { LateRecipients } from './late-recipients.ts';
import { Ledger } from './ledger.ts';
import type { LogSchema } from './log-schema.ts';
import { MailLog } from './mail-log.ts';
import { Mailboxes } from './mailboxes.ts';
import { LOG_MIGRATIONS, MAIL_MIGRATIONS } from './migrations.ts';
import { Queue } from './queue.ts';
import { QueuePages } from './queue-pages.ts';
import type { Schema } from './schema.ts';

export interface Store {
  readonly accounts: Accounts;
  readonly bodies: Bodies;
  readonly ledger: Ledger;
  readonly mailboxes: Mailboxes;
  readonly queue: Queue;
  readonly queuePages: QueuePages;
  readonly lateRecipients: LateRecipients;
  readonly digests: Digests;
  readonly log: MailLog;
  /** Sentences about what happened while opening. */
  readonly notices: readonly string[];
  /** Finishes what is being written, then closes both databases. */
  close(): Promise<void>;
}

const MAIL_CARE: FileCare = { durability: 'FULL', shrinks: false };
const LOG_CARE: FileCare = { durability: 'NORMAL', shrinks: true };

/** Opens (or creates) the store in `folder`. Throws `DatabaseError` or a file system error. */
export async function openStore(folder: string): Promise<Store> {
  const messages = join(folder, 'messages');
  await mkdir(messages, { recursive: true, mode: 0o700 });
  const db = await openDatabase<Schema>(join(folder, 'waypost.db'), MAIL_CARE, MAIL_MIGRATIONS);
  const notices: string[] = [];
  const logDb = await openLog(join(folder, 'log.db'), notices).catch(async (error: unknown) => {
    await db.destroy();
    throw error;
  });
  const bodies = new Bodies(db, messages);
  const ledger = new Ledger(db, (files) => bodies.remove(files));
  const log = new MailLog(logDb);
  return {
    accounts: new Accounts(db, bodies),
    bodies,
    ledger,
    mailboxes: new Mailboxes(db, bodies),
    queue: new Queue(db, bodies),
    queuePages: new QueuePages(db, bodies),
    lateRecipients: new LateRecipients(db),
    digests: new Digests(db),
    log,
    notices,
    close: async () => {
      await ledger.idle();
      await log.flush();
      await db.destroy();
      await logDb.destroy();
    },
  };
}

/** Mail goes on without its history rather than not at all: a log that can't be used is put aside. */
async function openLog(path: string, notices: string[]): Promise<Kysely<LogSchema>> {
  try {
    return await openDatabase<LogSchema>(path, LOG_CARE, LOG_MIGRATIONS);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const stamp = new Date().toISOString().replace(/[:.]/g, '-');
    const aside = path.replace(/\.db$/, `.unusable-${stamp}.db`);
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) await rename(path + suffix, aside + suffix);
    }
    notices.push(`${error.message} It was kept as ${basename(aside)}, and a new mail log begins.`);
    return openDatabase<LogSchema>(path, LOG_CARE, LOG_MIGRATIONS);
  }
}
