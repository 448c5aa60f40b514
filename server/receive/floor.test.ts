import { expect, it } from 'vitest';
import { type Mark, nextMark } from './floor.ts';
import { TIMING } from './pace.ts';

const MINUTE = 60_000;
const LOOK = 5_000;

/** When a client is given up that has sent `sent(ms)` bytes after so many milliseconds; undefined if never. */
function givenUpAt(sent: (ms: number) => number, untilMs = 120 * MINUTE): number | undefined {
  let mark: Mark | undefined = { at: 0, bytes: 0 };
  for (let at = 0; at <= untilMs; at += LOOK) {
    mark = nextMark(mark, { at, bytes: sent(at) }, TIMING);
    if (!mark) return at;
  }
  return undefined;
}

const steady = (bytesPerSecond: number) => (ms: number) => (bytesPerSecond * ms) / 1000;

it.each([100, 101, 1024, 1_000_000])('lets %i bytes a second go on', (speed) => {
  expect(givenUpAt(steady(speed))).toBeUndefined();
});

it.each([0, 1, 50, 98])('gives up %i bytes a second soon after five minutes', (speed) => {
  expect(givenUpAt(steady(speed))).toBe(5 * MINUTE + LOOK);
});

it('gives up a trickle that follows megabytes sent at once', () => {
  const burst = (ms: number) => (ms < MINUTE ? 25_000_000 : 25_000_000 + (ms - MINUTE) / 1000);
  expect(givenUpAt(burst)).toBeLessThan(7 * MINUTE);
});

it('forgives a pause within a fast message', () => {
  const paused = (ms: number) => Math.max(1_000_000, steady(5_000)(ms));
  expect(givenUpAt(paused)).toBeUndefined();
});

it('forgives bytes that come in lumps, one a span', () => {
  expect(givenUpAt((ms) => 30_000 * Math.floor(ms / (5 * MINUTE)))).toBeUndefined();
});
