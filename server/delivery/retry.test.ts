import { expect, it } from 'vitest';
import { defaultSettings } from '../contract/settings.ts';
import { nextAttempt } from './retry.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 1_800_000_000_000;
const settings = defaultSettings('mail.test');

function after(attempts: number, minutesSinceReceipt: number) {
  const next = nextAttempt({
    attempts,
    receivedAt: START,
    now: START + minutesSinceReceipt * MINUTE,
    settings,
  });
  return next.kind === 'retry' ? (next.at - START) / MINUTE - minutesSinceReceipt : 'expired';
}

it('follows the schedule, whose last entry repeats', () => {
  const waits = Array.from({ length: 10 }, (_, index) => after(index + 1, 100));
  expect(waits).toEqual([2, 5, 10, 20, 40, 60, 120, 240, 240, 240]);
});

it('makes a last attempt at the end of the lifetime, and expires only after that', () => {
  const lifetime = 96 * 60;
  expect(after(30, lifetime - 10)).toBe(10);
  expect(after(30, lifetime - 240)).toBe(240);
  expect(after(31, lifetime)).toBe('expired');
  expect(after(1, lifetime + 1)).toBe('expired');
});

it('follows the settings, whole milliseconds since the epoch', () => {
  const own = { delivery: { ...settings.delivery, retryMinutes: [7], lifetimeHours: 1 } };
  const facts = { receivedAt: START, now: START + 1, settings: own };
  expect(nextAttempt({ ...facts, attempts: 1 })).toEqual({ kind: 'retry', at: START + 1 + 7 * MINUTE });
  expect(nextAttempt({ ...facts, attempts: 9 })).toEqual({ kind: 'retry', at: START + 1 + 7 * MINUTE });
  expect(nextAttempt({ ...facts, now: START + HOUR, attempts: 9 })).toEqual({ kind: 'expired' });
});
