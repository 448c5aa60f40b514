import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { builtOnce } from './built-once.ts';
import { openDatabase } from './database.ts';

interface Tables {
  notes: { id: number; text: string };
}

let folder: TemporaryFolder;
let db: Kysely<Tables>;

beforeEach(async () => {
  folder = await temporaryFolder();
  const up = (fresh: Kysely<unknown>) =>
    fresh.schema.createTable('notes').addColumn('id', 'integer').addColumn('text', 'text').execute();
  const care = { isDurable: false, shrinks: false };
  db = await openDatabase<Tables>(join(folder.path, 'notes.db'), care, { '0001': { up } });
  for (const id of [1, 2, 3])
    await db
      .insertInto('notes')
      .values({ id, text: `note ${id}` })
      .execute();
});
afterEach(async () => {
  await db.destroy();
  await folder.remove();
});

it('runs with the arguments of each call, in whatever order they stand in the query', async () => {
  const build = vi.fn((from: Kysely<Tables>, limit: number, least: number, text: string) =>
    from
      .selectFrom('notes')
      .select('id')
      .where('text', 'like', 'note%')
      .where('id', '>=', least)
      .where('text', '!=', text)
      .orderBy('id')
      .limit(limit),
  );
  const notes = builtOnce(build);
  expect(await notes(db, 9, 1, 'note 2')).toEqual([{ id: 1 }, { id: 3 }]);
  expect(await notes(db, 1, 2, 'note 1')).toEqual([{ id: 2 }]);
  expect(await notes(db, 9, 4, '')).toEqual([]);
  expect(build).toHaveBeenCalledTimes(1);
});

it('takes an argument in more than one place, and changes what it is told to within the transaction it is given', async () => {
  const rename = builtOnce((from: Kysely<Tables>, id: number, text: string) =>
    from
      .updateTable('notes')
      .set({ text: sql<string>`${text} || id` })
      .where('id', '=', id)
      .where('text', '!=', text)
      .returning('text'),
  );
  const broken = db.transaction().execute(async (tx) => {
    expect(await rename(tx, 1, 'a')).toEqual([{ text: 'a1' }]);
    expect(await rename(tx, 2, 'b')).toEqual([{ text: 'b2' }]);
    throw new Error('broken off');
  });
  await expect(broken).rejects.toThrow('broken off');
  expect(await rename(db, 3, 'c')).toEqual([{ text: 'c3' }]);
  const texts = (await db.selectFrom('notes').select('text').orderBy('id').execute()).map(({ text }) => text);
  expect(texts).toEqual(['note 1', 'note 2', 'c3']);
});
