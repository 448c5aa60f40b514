import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type NotesTables, startNotes } from '../testing/fixtures/notes.ts';
import { bulkInsert } from './bulk-insert.ts';

let db: Kysely<NotesTables>;
let stop: () => Promise<void>;

const intoNotes = bulkInsert<NotesTables, 'notes'>('notes');
const row = (id: number) => ({ id, text: id % 2 === 0 ? null : `note ${id}` });
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => row(from + index));
const stored = () => db.selectFrom('notes').selectAll().orderBy('id').execute();

beforeEach(async () => {
  ({ db, stop } = await startNotes());
});
afterEach(() => stop());

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
