import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTestStore, type TestStore } from '../testing/fixtures/store.ts';
import { openDatabase } from './database.ts';
import { DiskPress, Unconfirmed } from './disk-press.ts';
import { Expected } from './expected.ts';
import { type BatchWriter, GroupCommit } from './group-commit.ts';
import type { Db } from './schema.ts';

interface Tables {
  notes: { id: number };
}

/** So that a machine that is busy can't make a wait longer than it is. */
const stopClocks = () => vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });

let test: TestStore;
let db: Db;
let commits: GroupCommit<number, string>;
let expected: Expected;
let batches: number[][];

const notes = (from: Db) => from as unknown as Awaited<ReturnType<typeof openDatabase<Tables>>>;
const stored = async () => (await notes(db).selectFrom('notes').select('id').execute()).map((row) => row.id);

beforeEach(async () => {
  test = await startTestStore();
  const create = {
    up: async (fresh: { schema: Db['schema'] }) =>
      fresh.schema
        .createTable('notes')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .execute(),
  };
  const care = { isDurable: true, shrinks: false } as const;
  const path = join(test.folder, 'notes.db');
  db = (await openDatabase<Tables>(path, care, { '0001': create })) as unknown as Db;
  batches = [];
  expected = new Expected();
  const write: BatchWriter<number, string> = (batch) =>
    db.transaction().execute(async (tx) => {
      batches.push([...batch]);
      for (const id of batch) await notes(tx).insertInto('notes').values({ id }).execute();
      return batch.map((id) => `stored ${id}`);
    });
  commits = new GroupCommit(write, expected);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await db.destroy();
  await test.stop();
});

it('puts what one turn brings into one transaction, in order, and answers each', async () => {
  const transactions = vi.spyOn(db, 'transaction');
  const results = await Promise.all([3, 1, 2].map((id) => commits.submit(id)));
  expect(results).toEqual(['stored 3', 'stored 1', 'stored 2']);
  expect(batches).toEqual([[3, 1, 2]]);
  expect(transactions).toHaveBeenCalledTimes(1);
});

it('gathers during a commit what the next one takes', async () => {
  const first = commits.submit(1);
  await new Promise((resolve) => setImmediate(resolve));
  const rest = [commits.submit(2), commits.submit(3)];
  await Promise.all([first, ...rest]);
  expect(batches).toEqual([[1], [2, 3]]);
});

it('answers only after the commit', async () => {
  await commits.submit(1);
  const other = await openDatabase<Tables>(
    join(test.folder, 'notes.db'),
    { isDurable: true, shrinks: false },
    { '0001': { up: async () => {} } },
  );
  expect(await other.selectFrom('notes').selectAll().execute()).toEqual([{ id: 1 }]);
  await other.destroy();
});

it('lets one that can not be stored take no other with it', async () => {
  await commits.submit(2);
  const results = await Promise.allSettled([1, 2, 3].map((id) => commits.submit(id)));
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((results[1] as PromiseRejectedResult).reason).toMatchObject({
    message: expect.stringContaining('UNIQUE constraint'),
  });
  expect(await stored()).toEqual([1, 2, 3]);
  expect(await commits.submit(4)).toBe('stored 4');
});

it('leaves nothing of one that fails half way', async () => {
  const halves = new GroupCommit<number, void>(([id = 0]) =>
    db.transaction().execute(async (tx) => {
      await notes(tx).insertInto('notes').values({ id }).execute();
      throw new Error('half way');
    }),
  );
  await expect(halves.submit(7)).rejects.toThrow('half way');
  expect(await stored()).toEqual([]);
});

it('is idle when everything is settled, and not before', async () => {
  await commits.idle();
  const events: string[] = [];
  void commits.submit(1).then(() => events.push('one'));
  void commits.submit(1).catch(() => events.push('refused'));
  void commits.submit(2).then(() => {
    events.push('two');
  });
  await commits.idle();
  expect(events).toEqual(['one', 'refused', 'two']);
});

it('refuses everything once the database is closed, and stays able to say so', async () => {
  await db.destroy();
  const results = await Promise.allSettled([commits.submit(1), commits.submit(2)]);
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  await expect(commits.submit(3)).rejects.toThrow();
});

it('gathers what comes while the disk takes the batch before', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const press = vi.spyOn(DiskPress.prototype, 'press').mockReturnValueOnce(promise);
  const answered: number[] = [];
  const submit = (id: number) => commits.submit(id).then(() => answered.push(id));
  const first = submit(1);
  await vi.waitFor(() => expect(press).toHaveBeenCalledTimes(1));
  const rest = [submit(2), submit(3)];
  await new Promise((turn) => setTimeout(turn, 20));
  expect([answered, batches]).toEqual([[], [[1]]]);
  resolve();
  await Promise.all([first, ...rest]);
  expect([answered, batches]).toEqual([
    [1, 2, 3],
    [[1], [2, 3]],
  ]);
});

it('tells each whether it is stored but not confirmed, and writes none of it twice', async () => {
  vi.spyOn(DiskPress.prototype, 'press').mockRejectedValueOnce(new Unconfirmed(new Error('EIO')));
  const results = await Promise.allSettled([commits.submit(1), commits.submit(2)]);
  for (const result of results)
    expect(result).toMatchObject({ status: 'rejected', reason: expect.any(Unconfirmed) });
  expect([await stored(), batches.length]).toEqual([[1, 2], 1]);
  expect(await commits.submit(3)).toBe('stored 3');
});

it('waits for those that are about to come, and for nobody else', async () => {
  stopClocks();
  const [late, gone] = [{}, {}];
  for (const who of [late, gone]) expected.add(who);
  const first = commits.submit(1);
  await nextTurn();
  expect(batches).toEqual([]);
  expected.remove(gone);
  expected.remove(late);
  await Promise.all([first, commits.submit(2)]);
  expect(batches).toEqual([[1, 2]]);
});

it('goes on without those that do not come, after 3 ms each time', async () => {
  stopClocks();
  expected.add({});
  for (const id of [1, 2]) {
    const stores = commits.submit(id);
    await nextTurn();
    vi.advanceTimersByTime(2);
    await nextTurn();
    expect(batches).toHaveLength(id - 1);
    vi.advanceTimersByTime(1);
    await stores;
    expect(expected.any).toBe(true);
  }
  expect(batches).toEqual([[1], [2]]);
});

it('expects nobody who was not heard from for a while', async () => {
  stopClocks();
  const [slow, quick] = [{}, {}];
  expected.add(slow);
  vi.advanceTimersByTime(15);
  expected.add(quick);
  vi.advanceTimersByTime(15);
  expect(expected.any).toBe(true);
  expected.remove(quick);
  expect(expected.any).toBe(false);
  expected.add(slow);
  expect(expected.any).toBe(true);
});
