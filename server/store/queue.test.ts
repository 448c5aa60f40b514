import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queuedFor, startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import type { Queue } from './queue.ts';

let test: TestStore;
let queue: Queue;

beforeEach(async () => {
  test = await startTestStore();
  queue = test.store.queue;
});
afterEach(() => test.stop());

/** Queues a message; its id is `name`, and its recipients' ids are `name-1`, `name-2` … */
async function enqueue(name: string, receivedAt: number, ...addresses: string[]): Promise<void> {
  await test.store.ledger.accept(testMessage('x', { id: name, receivedAt, queued: queuedFor(...addresses) }));
}

const defer = (id: string, nextAttemptAt: number) =>
  test.store.ledger.settle(id.slice(0, id.lastIndexOf('-')), [
    { id, kind: 'waits', nextAttemptAt, lastAttempt: { at: 1, reports: [] } },
  ]);
const dueIds = async (now: number, limit = 100, except: string[] = []) =>
  (await queue.due(now, limit, except)).map((row) => row.id);
const states = async () =>
  Object.fromEntries((await queue.list()).map((entry) => [entry.id, [entry.state, entry.nextAttemptAt]]));

describe('what is due', () => {
  beforeEach(async () => {
    await enqueue('LATE', 3000, 'a@one.example');
    await enqueue('EARLY', 1000, 'b@two.example', 'c@one.example');
    await enqueue('MIDDLE', 2000, 'd@three.example');
  });

  it('comes oldest first, and not before its time', async () => {
    expect(await dueIds(999)).toEqual([]);
    expect(await dueIds(2000)).toEqual(['EARLY-1', 'EARLY-2', 'MIDDLE-1']);
    expect(await dueIds(3000)).toEqual(['EARLY-1', 'EARLY-2', 'MIDDLE-1', 'LATE-1']);
    expect(await dueIds(3000, 2)).toEqual(['EARLY-1', 'EARLY-2']);
  });

  it('leaves out domains that have enough', async () => {
    expect(await dueIds(3000, 1, ['two.example', 'three.example'])).toEqual(['EARLY-2']);
    expect(await dueIds(3000, 9, ['one.example', 'two.example', 'three.example'])).toEqual([]);
  });

  it('leaves out what waits or is on hold', async () => {
    await defer('EARLY-1', 5000);
    await queue.hold(['MIDDLE-1']);
    expect(await dueIds(4000)).toEqual(['EARLY-2', 'LATE-1']);
    expect(await dueIds(5000)).toEqual(['EARLY-2', 'LATE-1', 'EARLY-1']);
  });

  it('can be asked for by message, and by domain', async () => {
    const ids = async (...args: Parameters<Queue['dueOfMessage']>) =>
      (await queue.dueOfMessage(...args)).map((row) => row.id);
    expect(await ids('EARLY', 1000)).toEqual(['EARLY-1', 'EARLY-2']);
    expect(await ids('EARLY', 1000, 'one.example')).toEqual(['EARLY-2']);
    expect(await ids('EARLY', 999)).toEqual([]);
    await queue.hold(['EARLY-1']);
    expect(await ids('EARLY', 1000)).toEqual(['EARLY-2']);
  });

  it('tells when the next becomes due, held ones never', async () => {
    expect(await queue.nextAttemptAt(0)).toBe(1000);
    expect(await queue.nextAttemptAt(1000)).toBe(2000);
    await queue.hold(['MIDDLE-1']);
    expect(await queue.nextAttemptAt(1000)).toBe(3000);
    expect(await queue.nextAttemptAt(3000)).toBeUndefined();
  });
});

describe('steering', () => {
  beforeEach(() => enqueue('M', 1000, 'a@x', 'b@x', 'c@x'));

  it('counts what is due, deferred and held at a time', async () => {
    await defer('M-1', 5000);
    await queue.hold(['M-2']);
    expect(await queue.counts(4999, 0)).toEqual({ due: 1, deferred: 1, held: 1, stuck: 0 });
    expect(await queue.counts(5000, 0)).toEqual({ due: 2, deferred: 0, held: 1, stuck: 0 });
    await queue.remove(['M-1', 'M-2', 'M-3']);
    expect(await queue.counts(5000, 0)).toEqual({ due: 0, deferred: 0, held: 0, stuck: 0 });
  });

  it('counts who has waited too long by the time their message was received', async () => {
    const stuck = async (before: number) => (await queue.counts(9000, before)).stuck;
    await enqueue('YOUNGER', 2000, 'd@x');
    expect([await stuck(1000), await stuck(1001), await stuck(2001)]).toEqual([0, 3, 4]);
    // However long they have yet to wait, and however often they were tried.
    await defer('M-1', 99_000);
    expect(await stuck(1001)).toBe(3);
    await queue.retry('all', 9000);
    expect(await stuck(1001)).toBe(3);
    await queue.hold(['M-2']);
    expect(await stuck(2001)).toBe(3);
    await queue.release(['M-2'], 9000);
    await queue.remove(['M-3']);
    expect(await stuck(2001)).toBe(3);
  });

  it('counts without reading the rows themselves', async () => {
    const statement = sql`EXPLAIN QUERY PLAN ${sql.raw(
      "SELECT count(*) FILTER (WHERE state IN ('due', 'deferred') AND next_attempt_at <= 1 AND received_at < 1) FROM queue",
    )}`;
    const { rows } = await statement.execute(test.db);
    expect(JSON.stringify(rows)).toContain('USING COVERING INDEX queue_next');
  });

  it('makes some or all due now, but not what is on hold', async () => {
    for (const id of ['M-1', 'M-2', 'M-3']) await defer(id, 9000);
    await queue.hold(['M-3']);
    expect(await queue.retry(['M-1', 'M-3', 'NONE-1'], 2000)).toBe(1);
    expect(await states()).toEqual({
      'M-1': ['due', 2000],
      'M-2': ['deferred', 9000],
      'M-3': ['held', 9000],
    });
    expect(await queue.retry('all', 3000)).toBe(2);
    expect(await queue.retry([], 3000)).toBe(0);
    expect(await states()).toEqual({ 'M-1': ['due', 3000], 'M-2': ['due', 3000], 'M-3': ['held', 9000] });
  });

  it('holds and releases, and releases only what is held', async () => {
    expect(await queue.hold(['M-1', 'NONE-1'])).toBe(1);
    expect(await dueIds(1000)).toEqual(['M-2', 'M-3']);
    expect(await queue.release(['M-1', 'M-2'], 2000)).toBe(1);
    expect(await states()).toEqual({ 'M-1': ['due', 2000], 'M-2': ['due', 1000], 'M-3': ['due', 1000] });
  });

  it('removes recipients, and with the last of them the message', async () => {
    expect(await queue.remove(['M-1', 'M-1', 'NONE-1'])).toBe(1);
    expect((await queue.message('M'))?.id).toBe('M');
    expect(await queue.remove(['M-2', 'M-3'])).toBe(2);
    expect(await queue.message('M')).toBeUndefined();
  });

  it('takes the id of a message for all its recipients, and unknown ids for none', async () => {
    await enqueue('N', 1000, 'd@x');
    expect(await queue.resolveIds(['M-2', 'N', 'NONE', 'M'])).toEqual(
      expect.arrayContaining(['M-1', 'M-2', 'M-3', 'N-1']),
    );
    expect(await queue.resolveIds(['M-2', 'M'])).toHaveLength(3);
    expect(await queue.resolveIds(['NONE'])).toEqual([]);
  });

  it('takes more ids than a statement can hold', async () => {
    const ids = [...Array.from({ length: 40_000 }, (_, index) => `NONE-${index}`), 'M-1'];
    expect(await queue.resolveIds(ids)).toEqual(['M-1']);
    expect(await queue.hold(ids)).toBe(1);
    expect(await queue.release(ids, 1)).toBe(1);
    expect(await queue.retry(ids, 1)).toBe(1);
    expect(await queue.remove(ids)).toBe(1);
  });
});

it('lists the whole queue, next attempts first', async () => {
  await enqueue('LATE', 3000, 'a@one.example');
  await enqueue('EARLY', 1000, 'b@two.example');
  const entry = { from: 'ben@example.net', state: 'due', attempts: 0, lastReply: null, size: 1 };
  expect(await queue.list()).toEqual([
    { ...entry, id: 'EARLY-1', to: 'b@two.example', nextAttemptAt: 1000 },
    { ...entry, id: 'LATE-1', to: 'a@one.example', nextAttemptAt: 3000 },
  ]);
});
