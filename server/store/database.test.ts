import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { DatabaseError, isOutOfSpace, openDatabase } from './database.ts';
import { openStore } from './store.ts';

interface Tables {
  notes: { id: number; text: string; more?: string };
}

const FIRST: Record<string, Migration> = {
  '0001_first': {
    up: async (db) => {
      await db.schema.createTable('notes').addColumn('id', 'integer').addColumn('text', 'text').execute();
    },
  },
};
const SECOND: Record<string, Migration> = {
  ...FIRST,
  '0002_more': {
    up: async (db: Kysely<unknown>) => {
      await db.schema.alterTable('notes').addColumn('more', 'text').execute();
      await sql`update notes set more = text || '!'`.execute(db);
    },
  },
};
const BROKEN: Record<string, Migration> = {
  ...FIRST,
  '0002_broken': {
    up: async (db: Kysely<unknown>) => {
      await sql`update notes set text = 'half done'`.execute(db);
      await sql`select nonsense`.execute(db);
    },
  },
};

let folder: TemporaryFolder;
let path: string;
const opened: Kysely<Tables>[] = [];

async function open(migrations = FIRST): Promise<Kysely<Tables>> {
  const db = await openDatabase<Tables>(path, { isDurable: true, shrinks: false }, migrations);
  opened.push(db);
  return db;
}

const problem = (migrations = FIRST) => open(migrations).then(String, (error: unknown) => error);

async function withNote(): Promise<void> {
  const db = await open();
  await db.insertInto('notes').values({ id: 1, text: 'kept' }).execute();
  await db.destroy();
}

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'test.db');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((db) => db.destroy()));
  await folder.remove();
});

it('makes a database that only its owner may read, with a write-ahead log and foreign keys', async () => {
  const db = await open();
  await db.insertInto('notes').values({ id: 1, text: 'x' }).execute();
  const pragma = async (name: string) =>
    Object.values((await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {})[0];
  expect([await pragma('journal_mode'), await pragma('synchronous'), await pragma('foreign_keys')]).toEqual([
    'wal',
    1,
    1,
  ]);
  if (process.platform === 'win32') return;
  for (const file of [path, `${path}-wal`]) expect((await stat(file)).mode & 0o777, file).toBe(0o600);
});

it('brings an older database to the newest form, and keeps what is in it', async () => {
  await withNote();
  const db = await open(SECOND);
  expect(await db.selectFrom('notes').selectAll().execute()).toEqual([
    { id: 1, text: 'kept', more: 'kept!' },
  ]);
  expect(await (await open(SECOND)).selectFrom('notes').selectAll().execute()).toHaveLength(1);
});

it('leaves a database as it was when a step fails half way', async () => {
  await withNote();
  const error = await problem(BROKEN);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(String(error)).toMatch(/can't be brought to its newest form: no such column: nonsense\.$/);
  expect(await (await open()).selectFrom('notes').select('text').execute()).toEqual([{ text: 'kept' }]);
});

it('does not touch a database from a newer version', async () => {
  await (await open(SECOND)).destroy();
  const error = await problem(FIRST);
  expect(error).toBeInstanceOf(DatabaseError);
  expect((error as Error).message).toBe(
    `The database ${path} was written by a newer version of Waypost. Use that version, or another data folder.`,
  );
});

it('says that a file is no database', async () => {
  await writeFile(
    path,
    'This is a letter, not a database, and it is long enough to be looked at. '.repeat(20),
  );
  const error = await problem();
  expect(error).toBeInstanceOf(DatabaseError);
  expect((error as Error).message).toBe(`The database ${path} can't be opened: file is not a database.`);
});

it('says that a folder is missing', async () => {
  path = join(folder.path, 'missing', 'test.db');
  expect((await problem()) as Error).toMatchObject({
    name: 'DatabaseError',
    message: `The database ${path} can't be opened: unable to open database file.`,
  });
});

it('opens no store whose mail is no database, and leaves the file alone', async () => {
  const path = join(folder.path, 'waypost.db');
  await writeFile(path, 'x'.repeat(5000));
  await expect(openStore(folder.path)).rejects.toThrow(/waypost\.db can't be opened: file is not a database/);
  expect(await readFile(path, 'utf8')).toBe('x'.repeat(5000));
});

it('keeps no more statements than it may', async () => {
  const db = await open();
  for (let count = 0; count < 1200; count++)
    await sql`select ${sql.raw(String(count))} as n from notes`.execute(db);
  expect((await sql<{ n: number }>`select 0 as n`.execute(db)).rows).toEqual([{ n: 0 }]);
});

it.each([
  [Object.assign(new Error(), { code: 'ENOSPC' }), true],
  [Object.assign(new Error(), { code: 'EDQUOT' }), true],
  [Object.assign(new Error(), { code: 'ERR_SQLITE_ERROR', errcode: 13 }), true],
  [Object.assign(new Error(), { code: 'ERR_SQLITE_ERROR', errcode: 778 }), true],
  [Object.assign(new Error(), { code: 'ERR_SQLITE_ERROR', errcode: 19 }), false],
  [Object.assign(new Error(), { code: 'EACCES' }), false],
  [new Error('disk full'), false],
])('knows an error that means no space (%#)', (error, expected) => {
  expect(isOutOfSpace(error)).toBe(expected);
});

it('knows the error of a database that may not grow', async () => {
  const db = await open();
  await sql`pragma max_page_count = 20`.execute(db);
  const error = await db
    .insertInto('notes')
    .values({ id: 1, text: 'x'.repeat(200_000) })
    .execute()
    .then(String, (reason: unknown) => reason);
  expect(isOutOfSpace(error)).toBe(true);
});
