import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { openDatabase } from './database.ts';
import { DiskPress, Unconfirmed } from './disk-press.ts';

interface Tables {
  notes: { id: number };
}

let folder: TemporaryFolder;
let db: Kysely<Tables>;
let press: MockInstance<DiskPress['press']>;

const up = (fresh: Kysely<unknown>) =>
  fresh.schema
    .createTable('notes')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .execute();
const openNotes = (isDurable: boolean) =>
  openDatabase<Tables>(join(folder.path, 'notes.db'), { isDurable, shrinks: false }, { '0001': { up } });
const note = (id: number, into: Kysely<Tables> = db) => into.insertInto('notes').values({ id }).execute();
const stored = async () => (await db.selectFrom('notes').select('id').execute()).map(({ id }) => id);

beforeEach(async () => {
  folder = await temporaryFolder();
  db = await openNotes(true);
  press = vi.spyOn(DiskPress.prototype, 'press');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await db.destroy();
  await folder.remove();
});

it('presses a transaction to the disk once, after its commit', async () => {
  press.mockImplementationOnce(async () => {
    const other = await openNotes(false);
    expect(await other.selectFrom('notes').selectAll().execute()).toHaveLength(2);
    await other.destroy();
  });
  await db.transaction().execute(async (tx) => {
    await note(1, tx);
    await note(2, tx);
    expect(press).not.toHaveBeenCalled();
  });
  expect(press).toHaveBeenCalledTimes(1);
});

it('presses what is written outside a transaction, in whatever form, and nothing that is only read', async () => {
  await note(1);
  await db.updateTable('notes').set({ id: 2 }).execute();
  await sql`insert into notes values (3) returning id`.execute(db);
  await db.deleteFrom('notes').where('id', '=', 2).execute();
  expect(press).toHaveBeenCalledTimes(4);
  expect(await stored()).toEqual([3]);
  expect(press).toHaveBeenCalledTimes(4);
});

it('does not resolve before the disk has it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  press.mockReturnValueOnce(promise);
  let isDone = false;
  const noted = note(1).then(() => {
    isDone = true;
  });
  await vi.waitFor(() => expect(press).toHaveBeenCalled());
  await new Promise((turn) => setTimeout(turn, 10));
  expect(isDone).toBe(false);
  resolve();
  await noted;
});

it('says when the disk has not confirmed a transaction, which stands', async () => {
  press.mockRejectedValueOnce(new Unconfirmed(new Error('EIO')));
  await expect(db.transaction().execute((tx) => note(1, tx))).rejects.toBeInstanceOf(Unconfirmed);
  expect(await stored()).toEqual([1]);
  await note(2);
});

it('says why a transaction was rolled back, and asks the disk for nothing', async () => {
  await note(1);
  press.mockClear();
  await expect(db.transaction().execute((tx) => note(1, tx))).rejects.toThrow('UNIQUE constraint');
  expect(press).not.toHaveBeenCalled();
});

it('leaves alone what need not be durable', async () => {
  const log = await openNotes(false);
  await note(7, log);
  expect(press).not.toHaveBeenCalled();
  await log.destroy();
});

it('presses the real log to the disk, and brings it into the database where that fails', async () => {
  const walSize = async () =>
    (await sql<{ log: number }>`pragma wal_checkpoint(noop)`.execute(db)).rows[0]?.log ?? -1;
  await note(1);
  expect(await walSize()).toBeGreaterThan(0);
  const handles = await import('node:fs/promises');
  const handle = await handles.open(folder.path);
  vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync').mockRejectedValueOnce(
    new Error('EIO'),
  );
  await handle.close();
  await note(2);
  expect(await walSize()).toBe(0);
  expect(await stored()).toEqual([1, 2]);
});
