import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { QueueFilter } from '../contract/queue.ts';
import { queuedFor, startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import type { Moment, OrderWanted } from './queue-order.ts';
import type { QueuePageWanted } from './queue-pages.ts';

let test: TestStore;

beforeEach(async () => {
  test = await startTestStore();
});
afterEach(() => test.stop());

const NOW = 5000;
const moment = (...sending: string[]): Moment => ({ now: NOW, sending: new Set(sending) });
const scope: QueuePageWanted = { filter: {}, sort: 'next', direction: 'ascending', offset: 0, limit: 100 };

/** Queues a message; its recipients' ids are `name-1`, `name-2` … */
async function enqueue(
  name: string,
  receivedAt: number,
  to: string[],
  more: { sender?: string; content?: string } = {},
) {
  const { sender = 'ben@example.net', content = 'x' } = more;
  const envelope = { sender, smtpUtf8: false, ret: null, envid: null };
  await test.store.ledger.accept(
    testMessage(content, { id: name, receivedAt, queued: queuedFor(...to), envelope }),
  );
}

/** Changes a row as only time would. */
const set = (id: string, row: object) => test.db.updateTable('queue').set(row).where('id', '=', id).execute();

const page = (wanted: Partial<QueuePageWanted> = {}, known: string[] = [], at = moment()) =>
  test.store.queuePages.page({ ...scope, ...wanted }, known, at);
const idsOf = async (wanted: Partial<QueuePageWanted>, at?: Moment) =>
  (await page(wanted, [], at)).rows.map((row) => row?.id);
const found = (filter: QueueFilter, at?: Moment) => idsOf({ filter }, at);

describe('the order', () => {
  beforeEach(async () => {
    await enqueue('A', 3000, ['zoe@one.example'], { content: 'xx' });
    await enqueue('B', 1000, ['Bob@two.example', 'adam@one.example'], { content: 'xxx' });
    await enqueue('C', 2000, ['carl@three.example']);
    await set('A-1', { next_attempt_at: 9000, state: 'deferred', attempts: 3 });
    await set('B-1', { next_attempt_at: 100, state: 'held', attempts: 1 });
    await set('C-1', { next_attempt_at: 4000, attempts: 2 });
  });

  it.each([
    ['next', 'ascending', ['B-2', 'C-1', 'A-1', 'B-1']],
    // Those on hold have no next attempt, whichever way.
    ['next', 'descending', ['A-1', 'C-1', 'B-2', 'B-1']],
    ['received', 'ascending', ['B-1', 'B-2', 'C-1', 'A-1']],
    ['received', 'descending', ['A-1', 'C-1', 'B-2', 'B-1']],
    ['recipient', 'ascending', ['B-2', 'B-1', 'C-1', 'A-1']],
    ['recipient', 'descending', ['A-1', 'C-1', 'B-1', 'B-2']],
    ['size', 'ascending', ['C-1', 'A-1', 'B-1', 'B-2']],
    ['attempts', 'ascending', ['B-2', 'B-1', 'C-1', 'A-1']],
  ] as [OrderWanted['sort'], OrderWanted['direction'], string[]][])(
    'by %s, %s',
    async (sort, direction, ids) => {
      expect(await idsOf({ sort, direction })).toEqual(ids);
      const inParts = [];
      for (const offset of [0, 1, 2, 3])
        inParts.push(...(await idsOf({ sort, direction, offset, limit: 1 })));
      expect(inParts).toEqual(ids);
    },
  );

  it('tells what there is of a recipient, and how many are in which state', async () => {
    const { total, counts, rows } = await page({ offset: 2, limit: 1 }, [], moment('C-1'));
    expect({ total, counts }).toEqual({ total: 4, counts: { due: 1, sending: 1, deferred: 1, held: 1 } });
    expect(rows).toEqual([
      {
        id: 'A-1',
        messageId: 'A',
        from: 'ben@example.net',
        to: 'zoe@one.example',
        state: 'deferred',
        attempts: 3,
        nextAttemptAt: 9000,
        lastReply: null,
        size: 2,
        receivedAt: 3000,
      },
    ]);
  });

  it('stays as it was for whoever names it', async () => {
    const { order } = await page();
    await enqueue('D', 50, ['new@one.example']);
    await test.store.queue.remove(['C-1']);
    await set('A-1', { next_attempt_at: 1 });
    const then = await page({ order });
    expect(then.order).toBe(order);
    expect(then.rows.map((row) => row?.id ?? null)).toEqual(['B-2', null, 'A-1', 'B-1']);
    expect(then.rows[2]?.nextAttemptAt).toBe(1);
    const anew = await page();
    expect(anew.order).not.toBe(order);
    expect(anew.rows.map((row) => row?.id)).toEqual(['A-1', 'D-1', 'B-2', 'B-1']);
  });

  it('is not that of another filter or sort, nor one that nobody knows', async () => {
    const { order } = await page();
    expect((await page({ order, sort: 'size' })).rows[0]?.id).toBe('C-1');
    expect(await idsOf({ order, filter: { text: 'zoe' } })).toEqual(['A-1']);
    expect(await idsOf({ order: 'nonsense' })).toHaveLength(4);
  });

  it('is kept for several at a time, and forgotten at last', async () => {
    const { order } = await page();
    for (const text of ['a', 'b', 'c']) await page({ filter: { text } });
    expect((await page({ order })).order).toBe(order);
    for (const text of ['d', 'e', 'f', 'g']) await page({ filter: { text } });
    expect((await page({ order })).order).not.toBe(order);
  });

  it('tells where those are who were there before, and who has gone', async () => {
    await test.store.queue.remove(['C-1']);
    const { known } = await page({ filter: { domain: 'one.example' } }, ['A-1', 'B-1', 'C-1', 'B-2', 'A-1']);
    expect(known).toEqual([
      { index: 1, isGone: false },
      { index: null, isGone: false },
      { index: null, isGone: true },
      { index: 0, isGone: false },
      { index: 1, isGone: false },
    ]);
  });

  it('gives ids alone', async () => {
    const { order, ids } = await test.store.queuePages.ids({ ...scope, offset: 1, limit: 2 }, moment());
    expect(ids).toEqual(['C-1', 'A-1']);
    const more = await test.store.queuePages.ids({ ...scope, order, offset: 3, limit: 9 }, moment());
    expect(more).toEqual({ order, ids: ['B-1'] });
  });
});

describe('a filter', () => {
  beforeEach(async () => {
    await enqueue('A', 1000, ['100%_sure@one.example'], { sender: 'Anna@Example.com' });
    await enqueue('B', 2000, ['jörg@müller.example', 'x[1]*y?@two.example'], { sender: '' });
    await enqueue('C', 3000, ['back\\slash@sub.one.example'], { sender: 'ben@example.net' });
    await set('C-1', { last_reply: 'mx said: 450 Straße closed' });
  });

  it.each([
    ['anna', ['A-1']],
    ['EXAMPLE.COM', ['A-1']],
    ['%', ['A-1']],
    ['_', ['A-1']],
    ['0%_s', ['A-1']],
    ['100__', []],
    ['\\', ['C-1']],
    ['[1]*', ['B-2']],
    ['?@TWO', ['B-2']],
    ['*y', ['B-2']],
    ['müller', ['B-1']],
    ['MÜLLER', ['B-1']],
    ['JÖRG@M', ['B-1']],
    ['mu\u0308ller', ['B-1']],
    ['é', []],
    ['450 stra', ['C-1']],
    ['straße', ['C-1']],
    ['STRAßE CLOSED', ['C-1']],
    ['ö*', []],
    ['nobody', []],
    ['', ['A-1', 'B-1', 'B-2', 'C-1']],
  ])('by the text %j', async (text, ids) => {
    expect(await found({ text })).toEqual(ids);
  });

  it('by the domain is for that domain alone', async () => {
    expect(await found({ domain: 'one.example' })).toEqual(['A-1']);
    expect(await found({ domain: 'example' })).toEqual([]);
  });

  it('by the state counts who is being sent as that alone', async () => {
    await test.store.queue.hold(['A-1']);
    await set('B-1', { next_attempt_at: NOW + 1, state: 'deferred' });
    await set('B-2', { next_attempt_at: NOW, state: 'deferred' });
    const at = moment('C-1', 'GONE-1');
    expect(await found({ state: 'held' }, at)).toEqual(['A-1']);
    expect(await found({ state: 'deferred' }, at)).toEqual(['B-1']);
    expect(await found({ state: 'due' }, at)).toEqual(['B-2']);
    expect(await found({ state: 'sending' }, at)).toEqual(['C-1']);
    expect(await found({ state: 'sending' })).toEqual([]);
  });

  it('has to fit as a whole, and may leave out who came later', async () => {
    expect(await found({ text: 'one', domain: 'sub.one.example', state: 'due' })).toEqual(['C-1']);
    expect(await found({ text: 'one', domain: 'sub.one.example', state: 'held' })).toEqual([]);
    const matching = (until?: number) => test.store.queuePages.matching({ text: 'one' }, moment(), until);
    expect(await matching()).toEqual(['A-1', 'C-1']);
    expect(await matching(2999)).toEqual(['A-1']);
    expect(await matching(3000)).toEqual(['A-1', 'C-1']);
  });
});

it('an empty queue has an order too', async () => {
  expect(await page()).toMatchObject({
    total: 0,
    counts: { due: 0, sending: 0, deferred: 0, held: 0 },
    rows: [],
    known: [],
  });
});

it('domains come with their numbers, the largest first', async () => {
  await enqueue('A', 1, ['a@one.example', 'b@two.example', 'c@two.example', 'd@alpha.example']);
  expect(await test.store.queuePages.domains()).toEqual([
    { domain: 'two.example', count: 2 },
    { domain: 'alpha.example', count: 1 },
    { domain: 'one.example', count: 1 },
  ]);
});

it('a message is read as it will be sent, in parts, for as long as it waits', async () => {
  const message = testMessage('Subject: x\r\n\r\nText\r\n', {
    id: 'A',
    completion: 'Date: today\r\n',
    queued: queuedFor('a@one.example'),
  });
  await test.store.ledger.accept(message);
  const raw = await test.store.queuePages.raw('A-1');
  const whole = 'Received: from test\r\nDate: today\r\nSubject: x\r\n\r\nText\r\n';
  expect(raw?.total).toBe(whole.length);
  const parts = [];
  for (let offset = 0; offset < whole.length; offset += 7)
    parts.push((await raw?.read(offset, 7))?.toString());
  expect(parts.join('')).toBe(whole);
  await test.store.queue.remove(['A-1']);
  expect(await test.store.queuePages.raw('A-1')).toBeUndefined();
});

it('the usual order is read from an index alone', async () => {
  const { rows } = await sql<{ detail: string }>`
    EXPLAIN QUERY PLAN SELECT state || id FROM queue ORDER BY next_attempt_at, id`.execute(test.db);
  expect(rows.map(({ detail }) => detail)).toEqual(['SCAN queue USING COVERING INDEX queue_next']);
});
