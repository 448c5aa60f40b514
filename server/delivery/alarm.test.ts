import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Alarm } from './alarm.ts';

let looks: number[];
let failures: string[];
let next: () => number | Promise<number>;
let alarm: Alarm;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  looks = [];
  failures = [];
  next = () => Number.POSITIVE_INFINITY;
  alarm = new Alarm({
    look: async () => {
      looks.push(Date.now());
      return next();
    },
    failed: (error) => failures.push(error.message),
  });
});
afterEach(async () => {
  await alarm.stop();
  vi.useRealTimers();
});

it('looks at the start, then at the time the look has named', async () => {
  next = () => Date.now() + 5000;
  alarm.start();
  await vi.advanceTimersByTimeAsync(11_000);
  expect(looks).toEqual([0, 5000, 10_000]);
});

it('looks once an hour at least', async () => {
  alarm.start();
  await vi.advanceTimersByTimeAsync(7_200_000);
  expect(looks).toEqual([0, 3_600_000, 7_200_000]);
});

it('looks when it is asked to, however often that is, and never twice at a time', async () => {
  alarm.start();
  await vi.advanceTimersByTimeAsync(10);
  for (let time = 0; time < 3; time++) alarm.ring();
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toEqual([0, 10]);

  const { promise, resolve } = Promise.withResolvers<number>();
  next = () => promise;
  alarm.ring();
  await vi.advanceTimersByTimeAsync(1);
  for (let time = 0; time < 3; time++) alarm.ring();
  await vi.advanceTimersByTimeAsync(100);
  expect(looks).toHaveLength(3);
  next = () => Number.POSITIVE_INFINITY;
  resolve(Number.POSITIVE_INFINITY);
  await vi.advanceTimersByTimeAsync(1);
  expect(looks).toHaveLength(4);
});

it('looks again a minute after a look that failed', async () => {
  next = () => {
    throw new Error('no disk');
  };
  alarm.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([looks, failures]).toEqual([
    [0, 60_000],
    ['no disk', 'no disk'],
  ]);
});

it('stops for good once the look under way has ended', async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  next = () => promise;
  alarm.start();
  await vi.advanceTimersByTimeAsync(1);
  let hasStopped = false;
  const stopped = alarm.stop().then(() => {
    hasStopped = true;
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(hasStopped).toBe(false);
  resolve(0);
  await stopped;
  alarm.ring();
  await vi.advanceTimersByTimeAsync(7_200_000);
  expect(looks).toEqual([0]);
});
