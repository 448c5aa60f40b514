import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type NotesTables, startNotes } from '../testing/fixtures/notes.ts';
import { builtOnce } from './built-once.ts';

let db: Kysely<NotesTables>;
let stop: () => Promise<void>;

beforeEach(async () => {
  ({ db, stop } = await startNotes());
  for (const id of [1, 2, 3])
    await db
      .insertInto('notes')
      .values({ id, text: `note ${id}` })
      .execute();
});
afterEach(() => stop());

it('runs with the arguments of each call, in whatever order they stand in the query', async () => {
  const build = vi.fn((from: Kysely<NotesTables>, limit: number, least: number, text: string) =>
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
  const rename = builtOnce((from: Kysely<NotesTables>, id: number, text: string) =>
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
