/** Opens everything a data folder stores: mail in `waypost.db` and `messages/`, the log in `log.db`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Accounts } from './accounts.ts';
import { Bodies } from './bodies.ts';
import { type FileCare, openDatabase } from './database.ts';
import { Ledger } from './ledger.ts';
import { type LogSchema, MailLog } from './mail-log.ts';
import { Mailboxes } from './mailboxes.ts';
import { LOG_MIGRATIONS, MAIL_MIGRATIONS } from './migrations.ts';
import { Queue } from './queue.ts';
import type { Schema } from './schema.ts';

export interface Store {
  readonly accounts: Accounts;
  readonly bodies: Bodies;
  readonly ledger: Ledger;
  readonly mailboxes: Mailboxes;
  readonly queue: Queue;
  readonly log: MailLog;
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
  const logDb = await openDatabase<LogSchema>(join(folder, 'log.db'), LOG_CARE, LOG_MIGRATIONS).catch(
    async (error: unknown) => {
      await db.destroy();
      throw error;
    },
  );
  const bodies = new Bodies(db, messages);
  const ledger = new Ledger(db, (files) => bodies.remove(files));
  const log = new MailLog(logDb);
  return {
    accounts: new Accounts(db, bodies),
    bodies,
    ledger,
    mailboxes: new Mailboxes(db, bodies),
    queue: new Queue(db, bodies),
    log,
    close: async () => {
      await ledger.idle();
      await log.flush();
      await db.destroy();
      await logDb.destroy();
    },
  };
}
