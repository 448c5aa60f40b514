import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notify, Recipient } from '../mail/message.ts';
import { startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import type { LateWanted } from './late-recipients.ts';

let test: TestStore;
beforeEach(async () => {
  test = await startTestStore();
});
afterEach(() => test.stop());

/** Queues a message for one recipient for each of the NOTIFY values. */
async function queue(
  id: string,
  receivedAt: number,
  notify: readonly (readonly Notify[] | null)[] = [null],
  sender = 'ben@example.net',
): Promise<void> {
  const queued: Recipient[] = notify.map((each, index) => ({
    address: `${index}@a.test`,
    notify: each,
    orcpt: null,
  }));
  const envelope = { sender, smtpUtf8: false, ret: null, envid: null };
  await test.store.ledger.accept(testMessage('x', { id, receivedAt, queued, envelope }));
}

const LAST_ATTEMPT = {
  at: 1234,
  reports: [{ hop: 'mx', host: 'mx', reply: { code: 450, enhanced: '', text: 'x' } }],
} as const;
const defer = (id: string, nextAttemptAt: number) =>
  test.store.ledger.settle(id.slice(0, -2), [
    { id, kind: 'waits', nextAttemptAt, lastAttempt: LAST_ATTEMPT },
  ]);
const messages = async (more: Partial<LateWanted> = {}) => {
  const wanted = { receivedUntil: 2000, now: 5000, dueUntil: 2000, limit: 10, ...more };
  return (await test.store.lateRecipients.messages(wanted)).map(({ id }) => id);
};
const late = async (id: string) => (await test.store.lateRecipients.ofMessage(id)).map((row) => row.id);

describe('the late messages', () => {
  it('are those received long ago, oldest first', async () => {
    await queue('B', 2000);
    await queue('A', 1000);
    await queue('C', 2001);
    expect(await messages()).toEqual(['A', 'B']);
    expect(await test.store.lateRecipients.nextReceivedAt(2000)).toBe(2001);
    expect(await test.store.lateRecipients.nextReceivedAt(2001)).toBeUndefined();
  });

  it('come part by part', async () => {
    for (const id of ['A', 'B', 'C']) await queue(id, 1000, [null, null]);
    const first = await test.store.lateRecipients.messages({
      receivedUntil: 1000,
      now: 5000,
      dueUntil: 1000,
      limit: 2,
    });
    expect(first).toEqual([
      { id: 'A', receivedAt: 1000 },
      { id: 'B', receivedAt: 1000 },
    ]);
    expect(await messages({ after: first[1] })).toEqual(['C']);
    expect(await messages({ after: { id: '', receivedAt: 1000 } })).toEqual(['A', 'B', 'C']);
  });

  it('are without those of whom nobody is to be told', async () => {
    await queue('NEVER', 1000, [['NEVER'], ['SUCCESS', 'FAILURE']]);
    await queue('NULL', 1000, [null], '');
    await queue('SOME', 1000, [['NEVER'], ['FAILURE', 'DELAY'], null]);
    expect([await messages(), await late('SOME'), await late('NEVER')]).toEqual([
      ['SOME'],
      ['SOME-2', 'SOME-3'],
      [],
    ]);
  });

  it('are without those whose recipients are all due, unless that lasts too long', async () => {
    await queue('DUE', 1000, [null, null]);
    await queue('WAITS', 1001, [null, null]);
    await defer('WAITS-2', 5001);
    await queue('OLD', 500);
    expect(await messages({ dueUntil: 500 })).toEqual(['OLD', 'WAITS']);
    expect(await messages({ dueUntil: Number.NEGATIVE_INFINITY })).toEqual(['WAITS']);
  });

  it('are without what is on hold, until it is released', async () => {
    await queue('A', 1000, [null, null]);
    await test.store.queue.hold(['A-1', 'A-2']);
    expect([await messages(), await late('A'), await test.store.lateRecipients.nextReceivedAt(0)]).toEqual([
      [],
      [],
      undefined,
    ]);
    await test.store.queue.release(['A-2'], 5000);
    expect([await messages(), await late('A')]).toEqual([['A'], ['A-2']]);
  });

  it('are without those of whom the sender was told, who are known as told from then on', async () => {
    await queue('A', 1000, [null, null]);
    await test.store.ledger.settle('A', [{ id: 'A-1', kind: 'noticed', at: 3000 }]);
    expect([await messages(), await late('A')]).toEqual([['A'], ['A-2']]);
    await test.store.ledger.settle('A', [{ id: 'A-2', kind: 'noticed', at: 4000 }]);
    expect(await messages()).toEqual([]);
    await defer('A-1', 6000);
    expect(await messages()).toEqual([]);
    const rows = await test.store.queue.dueOfMessage('A', 9000);
    expect(rows.map(({ id, noticedAt, attempts }) => [id, noticedAt, attempts])).toEqual([
      ['A-1', 3000, 1],
      ['A-2', 4000, 0],
    ]);
  });
});

it('tells how the last attempt ended', async () => {
  await queue('A', 1000, [null, null]);
  await defer('A-2', 7000);
  expect(await test.store.lateRecipients.ofMessage('A')).toMatchObject([
    { id: 'A-1', nextAttemptAt: 1000, lastAttempt: null },
    { id: 'A-2', nextAttemptAt: 7000, lastAttempt: LAST_ATTEMPT },
  ]);
});

it('reads no more than an index of those of whom nobody was told', async () => {
  for (const condition of ['notice_from <= 5 AND notice_from > 1', 'notice_from > 5']) {
    const { rows } = await sql<{ detail: string }>`EXPLAIN QUERY PLAN
      SELECT DISTINCT message_id, notice_from FROM queue WHERE state IN ('due', 'deferred')
      AND ${sql.raw(condition)} ORDER BY notice_from, message_id LIMIT 5`.execute(test.db);
    expect(rows.map(({ detail }) => detail).join()).toMatch(/^SEARCH queue USING INDEX queue_notice \(/);
    expect(rows.map(({ detail }) => detail).join()).not.toMatch(/TEMP B-TREE FOR ORDER/);
  }
});
