/**
 * The mail log: what happened to each session, message and delivery. It has a database of its own, so that
 * logging never slows mail; entries are gathered for a moment and written together.
 */
import type { Insertable, Kysely } from 'kysely';
import type { LogFilter, LogPage } from '../contract/log.ts';
import { BYTES_PER_MB } from '../contract/settings.ts';
import type { LogKind, LogLevel, LogView } from '../contract/views.ts';
import type { Transcript } from '../mail/transcript.ts';
import { bulkInsert } from './bulk-insert.ts';
import { isDamaged } from './database.ts';
import type { LogFile } from './log-file.ts';
import type { LogSchema } from './log-schema.ts';
import { type LogQuery, searchLog } from './log-search.ts';
import { trimLog } from './log-trim.ts';

/** An entry to be written. What is left out is ''; `level` is info. */
export interface LogEntry {
  readonly kind: LogKind;
  readonly level?: LogLevel;
  readonly session?: string;
  readonly message?: string;
  readonly address?: string;
  readonly host?: string;
  readonly text: string;
}

/** Entries wait so long, or until there are so many, and are then written in one commit. */
const GATHER_MS = 200;
const GATHER_ENTRIES = 500;
const DAY_MS = 86_400_000;

const noop = () => {};

const intoLog = bulkInsert<LogSchema, 'log'>('log');
const intoTranscripts = bulkInsert<LogSchema, 'transcripts'>('transcripts');

interface Search {
  readonly text?: string | undefined;
  readonly kind?: LogKind | undefined;
  readonly limit: number;
}

/** Begins a new log in place of one that is closed and damaged. @param why a sentence */
type BeginAnew = (why: string) => Promise<LogFile>;

/** Writes, searches and trims the log. */
export class MailLog {
  #db: Kysely<LogSchema>;
  readonly #beginAnew: BeginAnew;
  #renewing: Promise<void> | undefined;
  #putAside: string | undefined;
  readonly #written = new Set<() => void>();
  #gathered: Insertable<LogSchema['log']>[] = [];
  #transcripts: Insertable<LogSchema['transcripts']>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param beginAnew puts aside a log that turns out to be damaged */
  constructor(db: Kysely<LogSchema>, beginAnew: BeginAnew) {
    this.#db = db;
    this.#beginAnew = beginAnew;
  }

  /** Which log was put aside since this one was opened, in a sentence; undefined when none was. */
  get putAside(): string | undefined {
    return this.#putAside;
  }

  /** Takes an entry; it is on disk within a moment. Never throws: a full disk must not stop mail. */
  write(entry: LogEntry): void {
    const { level = 'info', session = '', message = '', address = '', host = '' } = entry;
    this.#gathered.push({
      at: Date.now(),
      kind: entry.kind,
      level,
      session,
      message,
      address,
      host,
      text: entry.text,
    });
    this.#flushSoon();
  }

  /** Takes the dialogue of a session that is over, in the same way. */
  writeTranscript({ session, direction, host, startedAt, endedAt, lines }: Transcript): void {
    const times = { started_at: startedAt, ended_at: endedAt };
    this.#transcripts.push({ session, direction, host, ...times, lines });
    this.#flushSoon();
  }

  /** Writes what was gathered. What can't be written is dropped. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [entries, transcripts] = [this.#gathered, this.#transcripts];
    if (entries.length + transcripts.length === 0) return this.#writing;
    [this.#gathered, this.#transcripts] = [[], []];
    this.#writing = this.#writing.then(() => this.#insert(entries, transcripts)).then(noop, noop);
    return this.#writing;
  }

  /** Calls back after entries were written. Returns the end of it. */
  onWritten(callback: () => void): () => void {
    this.#written.add(callback);
    return () => void this.#written.delete(callback);
  }

  /** The dialogue of a session or attempt; undefined when there is none (any more, or yet). */
  async transcript(session: string): Promise<Transcript | undefined> {
    await this.flush();
    const row = await this.#sound((db) =>
      db
        .selectFrom('transcripts')
        .selectAll()
        .where('session', '=', session)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst(),
    );
    if (!row) return undefined;
    const { direction, host, started_at: startedAt, ended_at: endedAt, lines } = row;
    return { session, direction, host, startedAt, endedAt, lines };
  }

  /** A part of what matches. Rejects with the signal's reason when it is aborted. */
  async page(query: LogQuery): Promise<LogPage> {
    await this.flush();
    return this.#sound((db) => searchLog(db, query));
  }

  /** The newest entries that match, oldest first. */
  async search({ text, kind, limit }: Search): Promise<LogView[]> {
    const filter: LogFilter = { text, kinds: kind && [kind] };
    return (await this.page({ filter, limit })).rows.reverse();
  }

  /** Removes entries older than `keepDays`, and the oldest when the log takes more than `maxMB` on disk. */
  trim(keepDays: number, maxMB: number, now = Date.now()): Promise<void> {
    return this.#sound((db) =>
      trimLog(db, { tooOld: now - keepDays * DAY_MS, mostBytes: maxMB * BYTES_PER_MB }),
    );
  }

  /** Closes the log; what was gathered has to be flushed before. */
  async close(): Promise<void> {
    await this.#renewing;
    await this.#db.destroy();
  }

  /** Does `work`; once more, in a new log, where the log turns out to be damaged. */
  async #sound<T>(work: (db: Kysely<LogSchema>) => Promise<T>): Promise<T> {
    await this.#renewing;
    const db = this.#db;
    try {
      return await work(db);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      // Whoever comes second finds the new one.
      if (db === this.#db) this.#renewing ??= this.#renew(error as Error);
      await this.#renewing;
      return work(this.#db);
    }
  }

  async #renew({ message }: Error): Promise<void> {
    try {
      await this.#db.destroy();
      const { db, notice } = await this.#beginAnew(`The mail log is damaged (${message}).`);
      this.#db = db;
      this.#putAside = notice;
      if (notice) this.write({ kind: 'server', level: 'warning', text: notice });
    } finally {
      this.#renewing = undefined;
    }
  }

  #flushSoon(): void {
    if (this.#gathered.length + this.#transcripts.length >= GATHER_ENTRIES) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  async #insert(
    entries: Insertable<LogSchema['log']>[],
    transcripts: Insertable<LogSchema['transcripts']>[],
  ): Promise<void> {
    try {
      await this.#sound((db) =>
        db.transaction().execute(async (tx) => {
          await intoLog(tx, entries);
          await intoTranscripts(tx, transcripts);
        }),
      );
    } finally {
      for (const callback of this.#written) callback();
    }
  }
}
