import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isDue, tidyAtRest } from './rest.ts';

let used = 0;
let tidied = 0;
let stop = () => {};

/** Lets looks go by, in each of which the process uses so much processor time. */
function live(...ms: number[]): void {
  for (const one of ms) {
    used += one;
    vi.advanceTimersByTime(2000);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  [used, tidied] = [300, 0];
  stop = tidyAtRest({ usedMs: () => used, tidy: () => tidied++ });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

/** Looks within a minute. */
const MINUTE = Array<number>(30).fill(3);

it.each([
  [{ quiet: 2000, sinceTidied: 300, isFirst: true }, true],
  [{ quiet: 0, sinceTidied: 300, isFirst: true }, false],
  [{ quiet: 58_000, sinceTidied: 2001, isFirst: true }, false],
  [{ quiet: 60_000, sinceTidied: 2001, isFirst: true }, true],
  [{ quiet: 60_000, sinceTidied: 500, isFirst: false }, true],
  [{ quiet: 58_000, sinceTidied: 10_000, isFirst: false }, false],
  [{ quiet: 600_000, sinceTidied: 499, isFirst: false }, false],
])('memory is given back at rest when it is worth it: %o %s', (use, due) => {
  expect(isDue(use)).toBe(due);
});

it('is given back once after the start, however short that was', () => {
  live(100, 3);
  expect(tidied).toBe(1);
  live(...MINUTE, ...MINUTE);
  expect(tidied).toBe(1);
});

it('is kept when the first burst comes right after the start', () => {
  live(1900, 3);
  expect(tidied).toBe(0);
  live(...MINUTE);
  expect(tidied).toBe(1);
});

it('is given back a minute after a busy time, not within it', () => {
  live(3);
  live(1900, 1500, 400, 30);
  live(...MINUTE.slice(1));
  expect(tidied).toBe(1);
  live(20);
  expect(tidied).toBe(2);
});

it('is not given back in the pauses between bursts, whose code is needed again', () => {
  live(3);
  for (let burst = 0; burst < 5; burst++) live(1900, 21, ...MINUTE.slice(1));
  expect(tidied).toBe(1);
  live(3);
  expect(tidied).toBe(2);
});

it('what giving it back takes is no activity', () => {
  stop();
  stop = tidyAtRest({
    usedMs: () => used,
    tidy: () => {
      tidied++;
      used += 600;
    },
  });
  live(3, ...MINUTE, ...MINUTE);
  expect(tidied).toBe(1);
});

it('ends', () => {
  stop();
  live(3, 3);
  expect(tidied).toBe(0);
});
