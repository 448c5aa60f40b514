/** Opens everything a data folder stores: mail in `waypost.db` and `messages/`, the log in `log.db`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageView } from '../contract/views.ts';
import { Accounts } from './accounts.ts';
import { Bodies } from './bodies.ts';
import { DatabaseError, type FileCare, openDatabase } from './database.ts';
import { Digests } from './digests.ts';
import { LateRecipients } from './late-recipients.ts';
import { Ledger } from './ledger.ts';
import { beginAnew, openLog } from './log-file.ts';
import { MailLog } from './mail-log.ts';
import { Mailboxes } from './mailboxes.ts';
import { MAIL_MIGRATIONS } from './migrations.ts';
import { Queue } from './queue.ts';
import { QueuePages } from './queue-pages.ts';
import type { Schema } from './schema.ts';
import { heedWal } from './wal-check.ts';

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
  /** What is wrong with the files, as far as it has shown. */
  readonly troubles: StorageView;
  /** Calls back, once, when the mail's database turns out to be damaged, with a sentence that says what to do. */
  onDamage(callback: (sentence: string) => void): void;
  /** Finishes what is being written, then closes both databases. */
  close(): Promise<void>;
}

const MAIL_CARE: FileCare = { isDurable: true, shrinks: false };

/** What to do about damaged mail: nobody but its owner may decide what to give up of it. */
const WAY_OUT =
  'It is left as it is: stop Waypost, keep a copy of the data folder, and put a backup in its place.';

/** Opens (or creates) the store in `folder`. Throws `DatabaseError` or a file system error. */
export async function openStore(folder: string): Promise<Store> {
  const messages = join(folder, 'messages');
  await mkdir(messages, { recursive: true, mode: 0o700 });
  const path = join(folder, 'waypost.db');
  const damage = new Damage(path);
  const loss = await heedWal(path);
  const db = await openDatabase<Schema>(path, MAIL_CARE, MAIL_MIGRATIONS, () => damage.found()).catch(
    (error: unknown) => {
      const isDamage = error instanceof DatabaseError && error.isDamage;
      throw isDamage ? new DatabaseError(`${error.message} ${WAY_OUT}`, error.cause) : error;
    },
  );
  const logPath = join(folder, 'log.db');
  const { db: logDb, notice } = await openLog(logPath).catch(async (error: unknown) => {
    await db.destroy();
    throw error;
  });
  const bodies = new Bodies(db, messages, loss !== undefined);
  const ledger = new Ledger(db, (files) => bodies.remove(files));
  const log = new MailLog(logDb, (why) => beginAnew(logPath, why));
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
    notices: [loss, notice].filter((text) => text !== undefined),
    get troubles() {
      return { damage: damage.text, logPutAside: log.putAside ?? notice ?? null };
    },
    onDamage: (callback) => damage.tell(callback),
    close: async () => {
      await ledger.idle();
      await log.flush();
      await db.destroy();
      await log.close();
    },
  };
}

/** Tells once, to whoever listens by then, that a file is damaged. */
class Damage {
  readonly #path: string;
  #isFound = false;
  #callback: ((sentence: string) => void) | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  found(): void {
    if (this.#isFound) return;
    this.#isFound = true;
    this.#callback?.(this.#sentence);
  }

  tell(callback: (sentence: string) => void): void {
    this.#callback = callback;
    if (this.#isFound) callback(this.#sentence);
  }

  /** The sentence; null while nothing is known of damage. */
  get text(): string | null {
    return this.#isFound ? this.#sentence : null;
  }

  get #sentence(): string {
    return `The database ${this.#path} is damaged. ${WAY_OUT}`;
  }
}
