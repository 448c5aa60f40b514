/**
 * The mail log: what happened to each session, message and delivery. It has a database of its own, so that
 * logging never slows mail; entries are gathered for a moment and written together.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Generated, type Insertable, type Kysely, sql } from 'kysely';
import { BYTES_PER_MB } from '../contract/settings.ts';
import type { LogKind, LogView } from '../contract/views.ts';

export interface LogSchema {
  log: {
    id: Generated<number>;
    at: number;
    kind: LogKind;
    level: LogView['level'];
    session: string;
    message: string;
    address: string;
    host: string;
    text: string;
  };
}

/** An entry to be written. What is left out is ''; `level` is info. */
export interface LogEntry {
  readonly kind: LogKind;
  readonly level?: LogView['level'];
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
/** Rows deleted in one go, so that a long log that is cut short holds up mail for moments only. */
const ROWS_PER_DELETE = 2000;
/** A log over its size is cut to this part of it, so that it is not trimmed again at once. */
const TRIMMED = 0.9;

const noop = () => {};

/** Writes, searches and trims the log. */
export class MailLog {
  readonly #db: Kysely<LogSchema>;
  #gathered: Insertable<LogSchema['log']>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: Kysely<LogSchema>) {
    this.#db = db;
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
    if (this.#gathered.length >= GATHER_ENTRIES) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  /** Writes what was gathered. What can't be written is dropped. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = this.#gathered;
    this.#gathered = [];
    if (entries.length > 0) {
      const insert = this.#db.insertInto('log').values(entries);
      this.#writing = this.#writing.then(() => insert.execute()).then(noop, noop);
    }
    return this.#writing;
  }

  /**
   * The newest entries that match, oldest first. `text` is looked for in everything but kind and level, in
   * any case where ASCII letters have one.
   */
  async search(filter: {
    text?: string | undefined;
    kind?: LogKind | undefined;
    limit: number;
  }): Promise<LogView[]> {
    await this.flush();
    let query = this.#db.selectFrom('log').selectAll().orderBy('id', 'desc').limit(filter.limit);
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    if (filter.text !== undefined) {
      const pattern = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
      query = query.where(({ or }) =>
        or(
          (['text', 'address', 'host', 'message', 'session'] as const).map(
            (column) => sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`,
          ),
        ),
      );
    }
    const rows = await query.execute();
    return rows.reverse().map((row) => ({ ...row, at: new Date(row.at) }));
  }

  /** Removes entries older than `keepDays`, and the oldest when the log takes more than `maxMB` on disk. */
  async trim(keepDays: number, maxMB: number, now = Date.now()): Promise<void> {
    const tooOld = now - keepDays * DAY_MS;
    while (await this.#deleteOldest(tooOld)) await nextTurn();
    const limit = maxMB * BYTES_PER_MB;
    if ((await this.#sizeBytes()) <= limit) return;
    while ((await this.#sizeBytes()) > limit * TRIMMED && (await this.#deleteOldest())) await nextTurn();
  }

  /** Deletes some of the oldest entries, only those before `tooOld` when it is given. False when none is left. */
  async #deleteOldest(tooOld?: number): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('log')
      .where('id', 'in', ({ selectFrom }) => {
        const oldest = selectFrom('log').select('id').orderBy('at').orderBy('id').limit(ROWS_PER_DELETE);
        return tooOld === undefined ? oldest : oldest.where('at', '<', tooOld);
      })
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }

  /** Bytes of the file, which shrinks when entries are deleted. */
  async #sizeBytes(): Promise<number> {
    return (await this.#pragma('page_count')) * (await this.#pragma('page_size'));
  }

  async #pragma(name: 'page_count' | 'page_size'): Promise<number> {
    const { rows } = await sql<Record<string, number>>`pragma ${sql.raw(name)}`.execute(this.#db);
    return rows[0]?.[name] ?? 0;
  }
}
