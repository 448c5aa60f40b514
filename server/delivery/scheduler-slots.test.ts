import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defaultSettings, type Settings } from '../contract/settings.ts';
import { dueAtOnce } from '../store/queue-rows.ts';
import { queuedFor, startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import { Scheduler } from './scheduler.ts';

const OUR = defaultSettings('our.test');

/** An attempt that has begun. */
interface Begun {
  readonly messageId: string;
  /** Whether its recipients leave the queue. */
  leaves: boolean;
  /** Nothing is sent any more. */
  readonly sent: () => void;
  /** The outcome is stored. */
  readonly settled: () => void;
}

let test: TestStore;
let scheduler: Scheduler;
let begun: Begun[];
let settings: Settings;

beforeEach(async () => {
  test = await startTestStore();
  begun = [];
  settings = { ...OUR, outgoing: { maxConnections: 1 } };
  scheduler = new Scheduler({
    queue: test.store.queue,
    settings: () => settings,
    mayStart: () => true,
    run: async ({ messageId, recipients }, sent) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const one: Begun = { messageId, leaves: true, sent, settled: resolve };
      begun.push(one);
      await promise;
      if (!one.leaves) return false;
      const settle = recipients.map(({ id }) => ({ id, kind: 'finished' as const }));
      await test.store.ledger.settle(messageId, settle);
      return true;
    },
    failed: (error) => {
      throw error;
    },
  });
  for (const id of ['A', 'B', 'C', 'D']) await queue(id, `bob@${id.toLowerCase()}.test`);
  scheduler.start();
});
afterEach(async () => {
  const stopped = scheduler.stop();
  for (const { settled } of begun) settled();
  await stopped;
  await test.stop();
});

async function queue(id: string, address: string): Promise<void> {
  const queued = queuedFor(address);
  await test.store.ledger.accept(testMessage('x', { id, queued, receivedAt: Date.now() - 1000 }));
}

const ids = () => begun.map(({ messageId }) => messageId).join('');
const begins = (expected: string) => vi.waitFor(() => expect(ids()).toBe(expected));
/** Long enough for whatever would begin. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 50));

it('lets the next one begin when one has sent, while its outcome is being stored', async () => {
  await begins('A');
  await turn();
  expect([ids(), scheduler.running]).toEqual(['A', 1]);
  begun[0]?.sent();
  await begins('AB');
  expect([scheduler.running, scheduler.isSending('A-1')]).toEqual([1, true]);
  begun[0]?.settled();
  await vi.waitFor(() => expect(scheduler.isSending('A-1')).toBe(false));
  expect([ids(), scheduler.running]).toEqual(['AB', 1]);
});

it('goes no further ahead of what is stored than by as many as may send', async () => {
  await begins('A');
  begun[0]?.sent();
  await begins('AB');
  begun[1]?.sent();
  await turn();
  expect([ids(), scheduler.running]).toEqual(['AB', 1]);
  begun[0]?.settled();
  await begins('ABC');
});

it('stops when what was sent is stored too', async () => {
  await begins('A');
  begun[0]?.sent();
  await begins('AB');
  let isStopped = false;
  const stopped = scheduler.stop().then(() => {
    isStopped = true;
  });
  begun[1]?.settled();
  await turn();
  expect(isStopped).toBe(false);
  begun[0]?.settled();
  await stopped;
  expect(ids()).toBe('AB');
});

it('finds mail for another destination while a long queue waits for a full one', async () => {
  settings = {
    ...OUR,
    outgoing: { maxConnections: 6 },
    delivery: { ...OUR.delivery, perDestination: 1 },
  };
  for (let index = 0; index < 50; index++) await queue(`E${index}`, 'bob@e.test');
  scheduler.wake();
  await begins('ABCDE0');
  await turn();
  await queue('F', 'bob@f.test');
  scheduler.wake();
  await begins('ABCDE0F');
  begun.find(({ messageId }) => messageId === 'E0')?.settled();
  await begins('ABCDE0FE1');
});

it('tells whether somebody else could be sent to if an attempt were over', async () => {
  await begins('A');
  expect(await scheduler.othersWait()).toBe(true);
  settings = { ...OUR, outgoing: { maxConnections: 5 } };
  scheduler.wake();
  await begins('ABCD');
  // A slot is free.
  await queue('E', 'bob@e.test');
  expect(await scheduler.othersWait()).toBe(false);
  scheduler.wake();
  await begins('ABCDE');
  // Nobody is due.
  expect(await scheduler.othersWait()).toBe(false);
  // Only for a destination that has an attempt.
  await queue('F', 'joe@a.test');
  expect(await scheduler.othersWait()).toBe(false);
  await queue('G', 'joe@g.test');
  expect(await scheduler.othersWait()).toBe(true);
  // All goes the same way.
  settings = {
    ...settings,
    smartHost: { ...OUR.smartHost, enabled: true, host: 'relay.test', exclusive: true },
  };
  expect(await scheduler.othersWait()).toBe(false);
});

it('sends to those it is told of without a look at the queue', async () => {
  for (const [at, id] of ['A', 'B', 'C', 'D'].entries()) {
    await begins('ABCD'.slice(0, at + 1));
    begun[at]?.settled();
    await vi.waitFor(() => expect(scheduler.isSending(`${id}-1`)).toBe(false));
  }
  await turn();
  const due = vi.spyOn(test.store.queue, 'due');
  const times = vi.spyOn(test.store.queue, 'nextAttemptAt');
  await queue('E', 'bob@e.test');
  scheduler.queued(dueAtOnce({ id: 'E', queued: queuedFor('bob@e.test') }));
  await begins('ABCDE');
  expect([due.mock.calls.length, times.mock.calls.length]).toEqual([0, 0]);
});

it('looks at the queue for what is queued and what comes back, not for every end of an attempt', async () => {
  await begins('A');
  const due = vi.spyOn(test.store.queue, 'due');
  const times = vi.spyOn(test.store.queue, 'nextAttemptAt');
  for (const [at, id] of ['A', 'B', 'C'].entries()) {
    await begins('ABCD'.slice(0, at + 1));
    begun[at]?.settled();
    await vi.waitFor(() => expect(scheduler.isSending(`${id}-1`)).toBe(false));
  }
  await begins('ABCD');
  expect([due.mock.calls.length, times.mock.calls.length]).toEqual([0, 0]);
  // Broken off, it is due at once.
  Object.assign(begun[3] ?? {}, { leaves: false });
  begun[3]?.settled();
  await begins('ABCDD');
  begun[4]?.settled();
  await vi.waitFor(() => expect(times).toHaveBeenCalledTimes(1));
  await queue('E', 'bob@e.test');
  await turn();
  expect(ids()).toBe('ABCDD');
  scheduler.wake();
  await begins('ABCDDE');
});
