import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DueRow } from '../store/queue-rows.ts';
import { DueAhead } from './due-ahead.ts';

const NOW = 1000;

let rows: DueRow[];
let ahead: DueAhead;
let taken: Set<string>;
const due = vi.fn(async (_now: number, limit: number, except: readonly string[]) =>
  rows.filter(({ domain }) => !except.includes(domain)).slice(0, limit),
);

const row = (id: string, domain = 'one.test'): DueRow => ({ id, messageId: `M${id}`, domain });
const nextId = async (except: readonly string[] = []) => {
  const seen = { has: (id: string) => taken.has(id), size: () => taken.size };
  return (await ahead.next(NOW, seen, except))?.id;
};

beforeEach(() => {
  due.mockClear();
  rows = [];
  taken = new Set();
  ahead = new DueAhead({ due });
});
afterEach(() => vi.useRealTimers());

it('hands out one after the other, from one look at the queue', async () => {
  rows = [row('1'), row('2'), row('3')];
  expect([await nextId(), await nextId(), await nextId()]).toEqual(['1', '2', '3']);
  expect(due).toHaveBeenCalledTimes(1);
});

it('looks again when all were handed out, and says when nobody is due', async () => {
  expect(await nextId()).toBeUndefined();
  rows = [row('1')];
  ahead.renew();
  expect(await nextId()).toBe('1');
  taken.add('1');
  expect(await nextId()).toBeUndefined();
  rows = [row('1'), row('2')];
  ahead.renew();
  expect(await nextId()).toBe('2');
});

it('does not look again for nothing', async () => {
  rows = [row('1')];
  expect([await nextId(), await nextId(), await nextId()]).toEqual(['1', undefined, undefined]);
  expect(due).toHaveBeenCalledTimes(1);
});

it('hands out who it is told of, without another look', async () => {
  expect(await nextId()).toBeUndefined();
  rows = [row('1'), row('2')];
  ahead.add(rows);
  expect([await nextId(), await nextId(), await nextId()]).toEqual(['1', '2', undefined]);
  expect(due).toHaveBeenCalledTimes(1);
});

it('looks for who it is told of where it does not know all before them', async () => {
  rows = [row('1'), row('2')];
  ahead.add([row('2')]);
  expect([await nextId(), await nextId(), await nextId()]).toEqual(['1', '2', undefined]);
});

it('keeps no long queue in memory: it reads on when those it was told of first are through', async () => {
  expect(await nextId()).toBeUndefined();
  rows = Array.from({ length: 250 }, (_, index) => row(String(index)));
  for (const one of rows) ahead.add([one]);
  const order: string[] = [];
  for (let id = await nextId(); id !== undefined; id = await nextId()) {
    order.push(id);
    rows.shift();
  }
  expect(order).toEqual(Array.from({ length: 250 }, (_, index) => String(index)));
  expect(due.mock.calls.length).toBeGreaterThan(1);
});

it('looks again when something changed while it looked', async () => {
  due.mockImplementationOnce(async () => {
    ahead.renew();
    return [];
  });
  expect(await nextId()).toBeUndefined();
  rows = [row('1')];
  expect(await nextId()).toBe('1');
});

it('finds whom it had read when domains are left out for a while, even where that look is put off', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  due.mockImplementationOnce(async () => {
    vi.advanceTimersByTime(20);
    return [];
  });
  expect(await nextId(['full.test'])).toBeUndefined();
  rows = [row('1', 'full.test'), row('2', 'full.test')];
  expect(await nextId()).toBe('1');
  taken.add('1');
  expect(await nextId(['full.test'])).toBeUndefined();
  expect(ahead.putOffFor()).toBe(200);
  expect(await nextId()).toBe('2');
});

it('passes over who is taken, however many of them are first in the queue', async () => {
  rows = Array.from({ length: 300 }, (_, index) => row(String(index)));
  for (let index = 0; index < 250; index++) taken.add(String(index));
  expect(await nextId()).toBe('250');
});

it('looks again when other domains are left out, and finds those who were passed over', async () => {
  rows = [row('1', 'full.test'), row('2'), row('3'), row('4', 'full.test')];
  expect(await nextId(['full.test'])).toBe('2');
  taken.add('2');
  expect(await nextId([])).toBe('1');
  taken.add('1');
  expect(await nextId([])).toBe('3');
});

it('reads anew when it is told that somebody may be due again', async () => {
  rows = [row('1'), row('2')];
  expect(await nextId()).toBe('1');
  ahead.forget();
  expect(await nextId()).toBe('1');
});

it('puts off a look that would be in vain as the last one was, and no other', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    rows = [row('1', 'full.test'), row('2', 'full.test')];
    due.mockImplementationOnce(async () => {
      vi.advanceTimersByTime(20);
      return [];
    });
    expect([await nextId(['full.test']), ahead.putOffFor()]).toEqual([undefined, undefined]);
    rows.push(row('3', 'other.test'));
    vi.advanceTimersByTime(150);
    expect([await nextId(['full.test']), ahead.putOffFor()]).toEqual([undefined, 50]);
    expect([ahead.putOffFor(), due.mock.calls.length]).toEqual([undefined, 1]);
    // With room for that domain there is somebody at once.
    expect([await nextId([]), ahead.putOffFor()]).toEqual(['1', undefined]);
    taken.add('1');
    vi.advanceTimersByTime(60);
    expect([await nextId(['full.test']), ahead.putOffFor()]).toEqual(['3', undefined]);
    taken.add('3');
    due.mockImplementationOnce(async () => {
      vi.advanceTimersByTime(20);
      return [];
    });
    expect(await nextId(['full.test'])).toBeUndefined();
    // Unless somebody may be due who was not.
    taken.clear();
    ahead.forget();
    expect(await nextId(['full.test'])).toBe('3');
  } finally {
    vi.useRealTimers();
  }
});
