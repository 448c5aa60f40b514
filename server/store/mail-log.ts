/**
 * The mail log: what happened to each session, message and delivery. It has a database of its own, so that
 * logging never slows mail; entries are gathered for a moment and written together.
 */
import { type Kysely, sql } from 'kysely';
import type { LogKind, LogView } from '../contract/views.ts';

export interface LogSchema {
  log: {
    id: number;
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

const GATHER_MS = 200;
const GATHER_ENTRIES = 500;
const DAY_MS = 86_400_000;
/** About what a page of the log costs beyond its text; a file never shrinks, so its pages are counted. */
const MB = 1_048_576;

/** Writes, searches and trims the log. */
export class MailLog {
  readonly #db: Kysely<LogSchema>;
  #gathered: Omit<LogSchema['log'], 'id'>[] = [];
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
    if (entries.length > 0) this.#writing = this.#writing.then(() => this.#insert(entries)).catch(() => {});
    return this.#writing;
  }

  /** The newest entries that match, oldest first. `text` is looked for in every column, in any case. */
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

  /** Removes entries older than `keepDays`, and the oldest while the log takes more than `maxMB`. */
  async trim(keepDays: number, maxMB: number, now = Date.now()): Promise<void> {
    await this.#db
      .deleteFrom('log')
      .where('at', '<', now - keepDays * DAY_MS)
      .execute();
    const used = await this.#usedBytes();
    if (used <= maxMB * MB) return;
    const { count } = await this.#db
      .selectFrom('log')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    // A tenth more than needed, so that a log at its limit is not trimmed at every turn.
    const surplus = Math.ceil(count * Math.min(1, 1.1 - (maxMB * MB) / used));
    await this.#db
      .deleteFrom('log')
      .where('id', 'in', ({ selectFrom }) => selectFrom('log').select('id').orderBy('id').limit(surplus))
      .execute();
  }

  /** Bytes of pages in use; a database file keeps the pages that deleted rows left for new ones. */
  async #usedBytes(): Promise<number> {
    const pragma = async (name: string): Promise<number> => {
      const { rows } = await sql<Record<string, number>>`pragma ${sql.raw(name)}`.execute(this.#db);
      return rows[0]?.[name] ?? 0;
    };
    const pages = (await pragma('page_count')) - (await pragma('freelist_count'));
    return pages * (await pragma('page_size'));
  }

  async #insert(entries: Omit<LogSchema['log'], 'id'>[]): Promise<void> {
    const columns = Object.keys(entries[0] ?? {}).length;
    const perInsert = Math.floor(32_000 / columns);
    for (let from = 0; from < entries.length; from += perInsert) {
      await this.#db
        .insertInto('log')
        .values(entries.slice(from, from + perInsert) as never)
        .execute();
    }
  }
}
