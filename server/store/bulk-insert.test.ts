import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { bulkInsert } from './bulk-insert.ts';
import { openDatabase } from './database.ts';

interface Tables {
  notes: { id: number; text: string | null };
}

let folder: TemporaryFolder;
let db: Kysely<Tables>;

const intoNotes = bulkInsert<Tables, 'notes'>('notes');
const row = (id: number) => ({ id, text: id % 2 === 0 ? null : `note ${id}` });
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => row(from + index));
const stored = () => db.selectFrom('notes').selectAll().orderBy('id').execute();

beforeEach(async () => {
  folder = await temporaryFolder();
  const up = (fresh: Kysely<unknown>) =>
    fresh.schema.createTable('notes').addColumn('id', 'integer').addColumn('text', 'text').execute();
  const care = { isDurable: false, shrinks: false };
  db = await openDatabase<Tables>(join(folder.path, 'notes.db'), care, { '0001': { up } });
});
afterEach(async () => {
  await db.destroy();
  await folder.remove();
});

it('stores every row with its own values, whatever was stored before', async () => {
  await intoNotes(db, []);
  await intoNotes(db, rows(0, 3));
  await intoNotes(db, rows(3, 6));
  await intoNotes(db, [row(6)]);
  expect(await stored()).toEqual(rows(0, 7));
});

it('stores more rows than go into one statement', async () => {
  await intoNotes(db, rows(0, 137));
  expect(await stored()).toEqual(rows(0, 137));
});

it('belongs to the transaction it is given', async () => {
  const broken = db.transaction().execute(async (tx) => {
    await intoNotes(tx, rows(0, 60));
    throw new Error('broken off');
  });
  await expect(broken).rejects.toThrow('broken off');
  expect(await stored()).toEqual([]);
});
