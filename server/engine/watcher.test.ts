import { beforeEach, expect, test, vi } from 'vitest';
import { Watcher } from './watcher.ts';

const ended = vi.fn();
let watcher: Watcher<number>;

beforeEach(() => {
  ended.mockReset();
  watcher = new Watcher(ended);
});

const DONE = { done: true, value: undefined };

test('hands over what comes, to who waits already as to who asks later', async () => {
  const waiting = watcher.next();
  watcher.push(1);
  expect(await waiting).toEqual({ done: false, value: 1 });
  watcher.push(2);
  expect(await watcher.next()).toEqual({ done: false, value: 2 });
});

test('keeps the newest value only', async () => {
  for (const value of [1, 2, 3]) watcher.push(value);
  expect(await watcher.next()).toEqual({ done: false, value: 3 });
  const waiting = watcher.next();
  watcher.push(4);
  expect(await waiting).toEqual({ done: false, value: 4 });
});

test('two that wait each get a value of their own', async () => {
  const both = Promise.all([watcher.next(), watcher.next()]);
  watcher.push(1);
  await Promise.resolve();
  await Promise.resolve();
  watcher.push(2);
  expect((await both).map(({ value }) => value)).toEqual([1, 2]);
});

test.each([
  ['end', () => watcher.end()],
  ['return', () => void watcher.return()],
  ['dispose', () => void watcher[Symbol.asyncDispose]()],
])('%s answers who waits, tells so once, and nothing comes any more', async (_, end) => {
  const waiting = watcher.next();
  end();
  end();
  expect(await waiting).toEqual(DONE);
  watcher.push(1);
  expect(await watcher.next()).toEqual(DONE);
  expect(ended).toHaveBeenCalledTimes(1);
});

test('leaving the loop ends it', async () => {
  watcher.push(1);
  for await (const value of watcher) {
    expect(value).toBe(1);
    break;
  }
  expect(ended).toHaveBeenCalledTimes(1);
});

test('a failure is told once', async () => {
  const waiting = watcher.next();
  watcher.fail(new Error('broken'));
  await expect(waiting).rejects.toThrow('broken');
  expect(await watcher.next()).toEqual(DONE);
  expect(ended).toHaveBeenCalledTimes(1);
});
