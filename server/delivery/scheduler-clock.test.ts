import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defaultSettings } from '../contract/settings.ts';
import { dueAtOnce } from '../store/queue-rows.ts';
import { queuedFor, startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import { eventually } from '../testing/temp.ts';
import { Scheduler } from './scheduler.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let test: TestStore;
let scheduler: Scheduler;
/** Ids of the messages that attempts were made for, in their order. */
let attempted: string[];
const failed = vi.fn();

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  test = await startTestStore();
  attempted = [];
  scheduler = new Scheduler({
    queue: test.store.queue,
    settings: () => defaultSettings('our.test'),
    mayStart: () => true,
    run: async ({ messageId, recipients }) => {
      attempted.push(messageId);
      const settle = recipients.map(({ id }) => ({ id, kind: 'finished' as const }));
      await test.store.ledger.settle(messageId, settle);
      return true;
    },
    failed,
  });
});
afterEach(async () => {
  await scheduler.stop();
  await test.stop();
  vi.useRealTimers();
  expect(failed).not.toHaveBeenCalled();
});

/** Puts a message into the queue whose next attempt is `ms` from now. */
async function queue(id: string, ms: number): Promise<void> {
  const queued = queuedFor('bob@away.test');
  await test.store.ledger.accept(testMessage('x', { id, queued, receivedAt: Date.now() + ms }));
}
const waits = async () =>
  Object.fromEntries(
    (await test.store.queue.list()).map(({ id, nextAttemptAt }) => [id, nextAttemptAt - Date.now()]),
  );
/** Queues and waits for a message that is due: then the scheduler has looked at all. */
async function look(id: string): Promise<void> {
  await queue(id, 0);
  scheduler.wake();
  await eventually(() => attempted.includes(id), { what: 'a look at the queue' });
}

it.each([HOUR, DAY, 400 * DAY])('puts times back with the clock (by %i ms)', async (jump) => {
  scheduler.start();
  await look('BEFORE');
  await queue('SOON', 2 * MINUTE);
  await queue('LATER', 20 * MINUTE);
  vi.setSystemTime(Date.now() - jump);
  await look('AFTER');
  const { 'SOON-1': soon = 0, 'LATER-1': later = 0 } = await waits();
  expect(later - soon).toBe(18 * MINUTE);
  expect(Math.abs(soon - 2 * MINUTE)).toBeLessThan(MINUTE);
  vi.setSystemTime(Date.now() + 3 * MINUTE);
  await look('LAST');
  await eventually(() => attempted.includes('SOON'));
  expect(attempted).not.toContain('LATER');
});

it('makes each due attempt once when the clock jumps ahead', async () => {
  scheduler.start();
  for (let count = 0; count < 30; count++) await queue(`M${count}`, count * MINUTE + MINUTE);
  vi.setSystemTime(Date.now() + DAY);
  await look('AFTER');
  await eventually(async () => (await test.store.queue.list()).length === 0, { what: 'an empty queue' });
  expect([...attempted].sort()).toEqual([...new Set(attempted)].sort());
  expect(attempted).toHaveLength(31);
});

it('sends what was queued just before the clock was put back a little', async () => {
  scheduler.start();
  await look('BEFORE');
  await queue('LATER', 300);
  scheduler.queued(dueAtOnce({ id: 'LATER', queued: queuedFor('bob@away.test') }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(attempted).toEqual(['BEFORE']);
  vi.setSystemTime(Date.now() + 1000);
  await eventually(() => attempted.includes('LATER'), { what: 'an attempt at its time' });
});

it('lets nobody wait longer than any schedule after a start under an earlier clock', async () => {
  await queue('FAR', DAY + 2 * MINUTE);
  await queue('NEAR', 3 * HOUR);
  scheduler.start();
  await eventually(async () => Object.keys(await waits()).join() === 'NEAR-1', { what: 'an attempt' });
  expect(attempted).toEqual(['FAR']);
});
