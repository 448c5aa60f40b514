import { expect, test } from 'vitest';
import { Rates } from './rates.ts';

const MINUTE = 60_000;
/** The first moment of some minute. */
const START = 29_500_000 * MINUTE;

const counts = (rates: Rates, now: number) =>
  rates
    .lastHour(now)
    .filter(({ received, sent }) => received + sent > 0)
    .map(({ at, received, sent }) => [(at.getTime() - START) / MINUTE, received, sent]);

test('an hour without mail is 60 empty minutes, the present one last', () => {
  const minutes = new Rates().lastHour(START + 1);
  expect(minutes).toHaveLength(60);
  expect(minutes.at(-1)).toEqual({ at: new Date(START), received: 0, sent: 0 });
  expect(minutes[0]?.at).toEqual(new Date(START - 59 * MINUTE));
});

test('counts what belongs to a minute from its first to its last millisecond', () => {
  const rates = new Rates();
  rates.received(START);
  rates.received(START + MINUTE - 1);
  rates.sent(START + 30_000);
  rates.received(START + MINUTE);
  expect(counts(rates, START + MINUTE)).toEqual([
    [0, 2, 1],
    [1, 1, 0],
  ]);
});

test('forgets a minute after an hour, whether or not its slot was used again', () => {
  const rates = new Rates();
  rates.received(START);
  rates.sent(START + MINUTE);
  expect(counts(rates, START + 59 * MINUTE)).toEqual([
    [0, 1, 0],
    [1, 0, 1],
  ]);
  expect(counts(rates, START + 60 * MINUTE)).toEqual([[1, 0, 1]]);
  rates.received(START + 60 * MINUTE);
  expect(counts(rates, START + 60 * MINUTE)).toEqual([
    [1, 0, 1],
    [60, 1, 0],
  ]);
  expect(counts(rates, START + 200 * MINUTE)).toEqual([]);
});
