import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import type { PostponedReport, ReportFiling } from './filing.ts';

let test: TestStore;
beforeEach(async () => {
  test = await startTestStore();
});
afterEach(() => test.stop());

const postponed = (about: string, more: Partial<PostponedReport> = {}): PostponedReport => ({
  receiver: 'ann@our.test',
  sender: 'Ann@our.test',
  dueAt: 5000,
  about,
  rank: 1,
  kind: 'failed',
  entry: `entry ${about}`,
  ...more,
});

const file = (filing: ReportFiling) => test.store.ledger.settle('', [], filing);
const due = (now: number) => test.store.digests.due(now, 1_000_000);
const read = (limit = 100, receiver = 'ann@our.test') => test.store.digests.read(receiver, limit);

describe('a digest', () => {
  it('is due an hour after the first entry, whatever follows', async () => {
    await file({ postponed: [postponed('a'), postponed('b', { dueAt: 6000, sender: 'ANN@our.test' })] });
    await file({ postponed: [postponed('c', { dueAt: 7000 })] });
    expect([await due(4999), await test.store.digests.nextDueAt()]).toEqual([[], 5000]);
    expect(await due(5000)).toEqual([{ receiver: 'ann@our.test', sender: 'Ann@our.test' }]);
    expect((await read()).entries).toEqual(['entry a', 'entry b', 'entry c']);
  });

  it('is each sender’s own', async () => {
    await file({ postponed: [postponed('a'), postponed('b', { receiver: 'ben@our.test', dueAt: 9000 })] });
    expect((await due(9000)).map(({ receiver }) => receiver)).toEqual(['ann@our.test', 'ben@our.test']);
    expect((await read(100, 'ben@our.test')).entries).toEqual(['entry b']);
    expect((await test.store.digests.recent(0)).collecting.sort()).toEqual(['ann@our.test', 'ben@our.test']);
  });

  it('is due at once where the clock has been put back by more than it may wait', async () => {
    await file({ postponed: [postponed('a', { dueAt: 9_000_000 })] });
    expect(await due(10)).toHaveLength(1);
  });

  it('tells the last of several things about the same', async () => {
    await file({ postponed: [postponed('a'), postponed('b')] });
    await file({ postponed: [postponed('a', { entry: 'gone after all', rank: 2 })] });
    expect((await read()).entries).toEqual(['entry b', 'gone after all']);
  });

  it('has the lowest ranks where there is not room for all, and counts the others', async () => {
    const few = [2, 1, 0, 1, 2].map((rank, index) =>
      postponed(`${index}`, { rank, kind: `kind ${rank}`, entry: `${rank}` }),
    );
    await file({ postponed: few });
    expect(await read(2)).toEqual({
      entries: ['0', '1'],
      others: { 'kind 1': 1, 'kind 2': 2 },
      lastEntry: 5,
    });
    expect((await read(5)).others).toEqual({});
  });

  it('ends with what it tells; what came after it was written waits for another', async () => {
    await file({ postponed: [postponed('a'), postponed('b')] });
    const { lastEntry } = await read();
    await file({ postponed: [postponed('c')] });
    const digested = { receiver: 'ann@our.test', lastEntry, nextAt: 8000 };
    await file({ digested });
    expect([(await read()).entries, await due(7999), await due(8000)]).toMatchObject([
      ['entry c'],
      [],
      [{ sender: 'Ann@our.test' }],
    ]);
    await file({ digested: { ...digested, lastEntry: (await read()).lastEntry } });
    expect([(await read()).entries, await due(99_999), await test.store.digests.nextDueAt()]).toEqual([
      [],
      [],
      undefined,
    ]);
  });

  it('never loses what is postponed by the commit that ends it', async () => {
    await file({ postponed: [postponed('a')] });
    const digested = { receiver: 'ann@our.test', lastEntry: (await read()).lastEntry, nextAt: 8000 };
    await Promise.all([file({ postponed: [postponed('b')] }), file({ digested })]);
    expect([(await read()).entries, (await due(8000)).length]).toEqual([['entry b'], 1]);
  });
});

describe('the reports that count', () => {
  it('are those of the last hour', async () => {
    await file({ counted: { receivers: ['a', 'a'], at: 1000, forget: 0 } });
    await file({ counted: { receivers: ['b'], at: 3000, forget: 0 } });
    const sent = async (since: number) => (await test.store.digests.recent(since)).sent;
    expect(await sent(0)).toEqual([
      { receiver: 'a', at: 1000 },
      { receiver: 'a', at: 1000 },
      { receiver: 'b', at: 3000 },
    ]);
    expect(await sent(1000)).toEqual([{ receiver: 'b', at: 3000 }]);
    await file({ counted: { receivers: ['c'], at: 5000, forget: 3000 } });
    expect((await sent(0)).map(({ receiver }) => receiver)).toEqual(['b', 'c']);
  });
});

it('is written with what it is about, or not at all', async () => {
  const lost = testMessage('report', { mailboxes: [{ accountId: 999, recipient: 'x' }] });
  const filing = {
    reports: [lost],
    counted: { receivers: ['a'], at: 1000, forget: 0 },
    postponed: [postponed('a')],
  };
  await expect(file(filing)).rejects.toThrow('FOREIGN KEY');
  await expect(test.store.ledger.accept(testMessage('x'), filing)).rejects.toThrow('FOREIGN KEY');
  expect(await test.store.digests.recent(0)).toEqual({ sent: [], collecting: [] });
  expect((await read()).entries).toEqual([]);

  await test.store.ledger.accept(testMessage('x', { id: 'M' }), { ...filing, reports: [testMessage('r')] });
  expect((await read()).entries).toEqual(['entry a']);
  expect(await test.store.queue.message('M')).toBeDefined();
});
