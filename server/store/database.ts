/**
 * The door to SQLite: opens a database file and brings it to the newest shape.
 *
 * Kysely's SQLite dialect talks to any driver that can prepare statements; `node:sqlite` needs only a thin
 * adapter for that. Statements are kept prepared, since the same few dozen run thousands of times a second.
 */
import { chmodSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  type SqliteStatement,
} from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { DiskPress } from './disk-press.ts';
import { DurableDriver } from './durable-driver.ts';

/** How a database treats its file. */
export interface FileCare {
  /** Whether what is written is on the disk when its promise resolves; else a power cut may take the last commits. */
  readonly isDurable: boolean;
  /** Gives the pages of deleted rows back to the disk, at some cost for every commit that deletes. */
  readonly shrinks: boolean;
}

/** The file is not a database, is damaged, or belongs to a newer version of Waypost. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
  /** Whether the file itself is at fault, and not its version or the disk. */
  readonly isDamage: boolean;
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.isDamage = isDamaged(cause);
  }
}

/**
 * Opens (or creates) the database at `path` and migrates it. Close it with `destroy()`.
 * Throws `DatabaseError` with one or two sentences for people. `damaged` hears of each statement that met damage.
 */
export async function openDatabase<Tables>(
  path: string,
  care: FileCare,
  migrations: Record<string, Migration>,
  damaged: () => void = () => {},
): Promise<Kysely<Tables>> {
  let raw: DatabaseSync;
  try {
    raw = openFile(path, care);
  } catch (error) {
    throw new DatabaseError(`The database ${path} can't be opened: ${(error as Error).message}.`, error);
  }
  const disk = care.isDurable ? new DiskPress(`${path}-wal`, () => checkpoint(raw)) : undefined;
  const db = new Kysely<Tables>({ dialect: new Dialect({ database: adapter(raw, damaged) }, raw, disk) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return db;
  await db.destroy();
  const { message } = error as Error;
  throw new DatabaseError(
    /previously executed migration/.test(message)
      ? `The database ${path} was written by a newer version of Waypost. Use that version, or another data folder.`
      : `The database ${path} can't be brought to its newest form: ${message}.`,
    error,
  );
}

/**
 * Takes an exclusive lock on the file at `path`, which is made when it is missing, and returns what gives it
 * back; undefined when another process has it. It is a lock of the operating system, taken through SQLite
 * because Node offers none itself: it ends with its process, however that ends.
 */
export function lockFile(path: string): (() => void) | undefined {
  const SQLITE_BUSY = 5;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // By its path: closing another handle of the file would drop a lock this process has on it (POSIX).
    chmodSync(path, 0o600);
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    const held = database;
    return () => held.close();
  } catch (error) {
    database?.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}

/** True when a write failed because no space is left, on disk or within a quota. */
export function isOutOfSpace(error: unknown): boolean {
  const { code, errcode } = error as { code?: string; errcode?: number };
  const SQLITE_FULL = 13;
  const SQLITE_IOERR_WRITE = 778;
  return (
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    code === 'EFBIG' ||
    errcode === SQLITE_FULL ||
    errcode === SQLITE_IOERR_WRITE
  );
}

/** True when the file is no sound database (any more): SQLite has met a page that can't be, or no database at all. */
export function isDamaged(error: unknown): boolean {
  const { errcode = 0 } = error as { errcode?: number };
  const SQLITE_CORRUPT = 11;
  const SQLITE_NOTADB = 26;
  // Extended codes keep the plain one in their lowest byte.
  return (errcode & 0xff) === SQLITE_CORRUPT || (errcode & 0xff) === SQLITE_NOTADB;
}

/**
 * Kysely takes SQLite for unable to change tables within a transaction, and then a migration that breaks off
 * (a power cut at the first start) would leave a database that can never be opened again. SQLite is able.
 */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): true {
    return true;
  }
}

class Dialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  readonly #raw: DatabaseSync;
  readonly #disk: DiskPress | undefined;

  constructor(config: SqliteDialectConfig, raw: DatabaseSync, disk: DiskPress | undefined) {
    super(config);
    this.#config = config;
    this.#raw = raw;
    this.#disk = disk;
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }

  override createDriver(): Driver {
    if (!this.#disk) return super.createDriver();
    return new DurableDriver(this.#config, this.#disk, () => this.#raw.isTransaction);
  }
}

/** Brings the whole write-ahead log into the database, on the disk. Throws when somebody still reads what was. */
function checkpoint(raw: DatabaseSync): void {
  const { busy } = raw.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() ?? {};
  if (busy !== 0) throw new Error('the database is busy');
}

function openFile(path: string, { shrinks }: FileCare): DatabaseSync {
  const raw = new DatabaseSync(path, { timeout: 5000 });
  try {
    // SQLite lets everybody read a file it makes; its WAL takes the mode from the file.
    chmodSync(path, 0o600);
    // Holds for a database that is made just now, and only if it is said before the first table.
    if (shrinks) raw.exec('PRAGMA auto_vacuum = FULL');
    raw.exec('PRAGMA journal_mode = WAL');
    // What has to be durable is pressed to the disk after its commit (disk-press.ts), and not within it.
    raw.exec('PRAGMA synchronous = NORMAL');
    raw.exec('PRAGMA foreign_keys = ON');
    // Pages that change with every commit are then copied into the database a quarter as often (16 MiB of WAL).
    raw.exec('PRAGMA wal_autocheckpoint = 4000');
    return raw;
  } catch (error) {
    raw.close();
    throw error;
  }
}

/** More statements than any part of Waypost has; beyond it the oldest goes, so none can pile up. */
const MAX_PREPARED = 500;

function adapter(raw: DatabaseSync, damaged: () => void) {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => raw.close(),
    prepare(sql: string): SqliteStatement {
      // Out of space, SQLite has rolled back by itself, and a second time is an error that would hide the first.
      if (sql === 'rollback' && !raw.isTransaction) return NOTHING;
      let statement = prepared.get(sql);
      if (!statement) {
        statement = heeding(damaged, () => adaptStatement(raw.prepare(sql), damaged));
        prepared.set(sql, statement);
        if (prepared.size > MAX_PREPARED) prepared.delete(prepared.keys().next().value ?? '');
      }
      return statement;
    },
  };
}

const NOTHING: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};

function adaptStatement(statement: StatementSync, damaged: () => void): SqliteStatement {
  type Values = Parameters<StatementSync['all']>;
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => heeding(damaged, () => statement.all(...(parameters as Values))),
    run: (parameters) => heeding(damaged, () => statement.run(...(parameters as Values))),
    iterate: (parameters) => statement.iterate(...(parameters as Values)),
  };
}

function heeding<T>(damaged: () => void, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isDamaged(error)) damaged();
    throw error;
  }
}
