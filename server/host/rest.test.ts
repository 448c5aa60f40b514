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
  [used, tidied] = [800, 0];
  stop = tidyAtRest({ usedMs: () => used, tidy: () => tidied++ });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

it.each([
  [{ lately: 0, sinceTidied: 500 }, true],
  [{ lately: 20, sinceTidied: 10_000 }, true],
  [{ lately: 21, sinceTidied: 10_000 }, false],
  [{ lately: 0, sinceTidied: 499 }, false],
])('memory is given back at rest when it is worth it: %o %s', (use, due) => {
  expect(isDue(use)).toBe(due);
});

it('is given back once after the start', () => {
  live(100, 3);
  expect(tidied).toBe(1);
  live(3, 3, 3, 3, 3);
  expect(tidied).toBe(1);
});

it('is given back after a busy time, not within it', () => {
  live(3);
  live(1900, 1500, 400, 30);
  expect(tidied).toBe(1);
  live(5);
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
  live(3, 3, 3, 3);
  expect(tidied).toBe(1);
});

it('ends', () => {
  stop();
  live(3, 3);
  expect(tidied).toBe(0);
});
