import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { openDatabase } from './database.ts';
import { findWalDamage } from './wal-check.ts';

interface Tables {
  t: { text: string };
}

const FRAME = 4096 + 24;
const COMMITS = 20;

let folder: TemporaryFolder;
let db: Kysely<Tables>;
/** A copy of the log, as a killed process leaves it. */
let wal: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  db = await openDatabase<Tables>(
    join(folder.path, 'some.db'),
    { isDurable: true, shrinks: false },
    { first: { up: (db) => db.schema.createTable('t').addColumn('text', 'text').execute() } },
  );
  // From here on the log begins with what the test writes.
  await sql`pragma wal_checkpoint(restart)`.execute(db);
  wal = join(folder.path, 'copy.db-wal');
});
afterEach(async () => {
  await db.destroy();
  await folder.remove();
});

async function write(commits: number, length = 100): Promise<void> {
  for (let count = 0; count < commits; count++)
    await db
      .insertInto('t')
      .values({ text: 'x'.repeat(length) })
      .execute();
}

const copy = () => copyFile(join(folder.path, 'some.db-wal'), wal);

async function spoil(at: number, length = 1): Promise<void> {
  const bytes = await readFile(wal);
  for (let index = at; index < at + length; index++) bytes[index] = (bytes[index] ?? 0) ^ 0x5a;
  await writeFile(wal, bytes);
}

it('finds nothing wrong where there is no log, an empty one, or a sound one', async () => {
  expect(findWalDamage(wal)).toBeUndefined();
  await writeFile(wal, '');
  expect(findWalDamage(wal)).toBeUndefined();
  await write(COMMITS);
  await copy();
  expect(findWalDamage(wal)).toBeUndefined();
});

it.each([
  ['a byte of a page', 24 + 2000, 1, 14],
  ['the checksum of a frame', 16, 8, 14],
  ['the salts of a frame', 8, 8, 13],
  ['a whole frame', 0, FRAME, 13],
])('tells what is lost for certain with %s', async (_, offset, length, lostCommits) => {
  await write(COMMITS);
  await copy();
  await spoil(32 + 5 * FRAME + offset, length);
  // Each commit is one frame. The last of them need not have been on disk, and the damaged one may tell nothing.
  expect(findWalDamage(wal)).toEqual({ frames: 5, lostCommits });
});

it('tells that the head is damaged', async () => {
  await write(COMMITS);
  await copy();
  await spoil(10);
  expect(findWalDamage(wal)).toEqual({ frames: 0, lostCommits: 0 });
});

it.each([
  ['the last frame is wrong', COMMITS - 1, 0],
  ['the last frame is half there', COMMITS - 1, 1000],
])('takes it for the end where %s', async (_, frame, rest) => {
  await write(COMMITS);
  await copy();
  const bytes = await readFile(wal);
  if (rest > 0) await writeFile(wal, bytes.subarray(0, 32 + frame * FRAME + rest));
  else await spoil(32 + frame * FRAME + 100);
  expect(findWalDamage(wal)).toBeUndefined();
});

it('is not misled by what an earlier round of the log, or a transaction that was rolled back, has left', async () => {
  await write(COMMITS);
  await sql`pragma wal_checkpoint(restart)`.execute(db);
  await write(3);
  await copy();
  expect(findWalDamage(wal)).toBeUndefined();

  // Pages that the memory has no room for are written before the end of a transaction.
  await sql`pragma cache_size = 2`.execute(db);
  const broken = db.transaction().execute(async (tx) => {
    for (let count = 0; count < 50; count++)
      await tx
        .insertInto('t')
        .values({ text: 'y'.repeat(9000) })
        .execute();
    throw new Error('on purpose');
  });
  await expect(broken).rejects.toThrow('on purpose');
  await write(1);
  await copy();
  expect((await readFile(wal)).includes('yyyy')).toBe(true);
  expect(findWalDamage(wal)).toBeUndefined();
});
