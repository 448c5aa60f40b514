import { expect, test } from 'vitest';
import { formatDuration, formatSize, formatTime, plural } from './units.ts';

test.each([
  [0, '0 KB'],
  [1, '1 KB'],
  [1536, '2 KB'],
  [1_000_000, '977 KB'],
  [1_048_200, '1.0 MB'],
  [26_214_400, '25.0 MB'],
  [1_073_741_000, '1.0 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [3_599, '59 min'],
  [11_520, '3 h 12 min'],
  [86_400, '1 day 0 h'],
  [200_000, '2 days 7 h'],
])('%i seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test('times are local', () => {
  expect(formatTime(new Date(2026, 10, 2, 4, 3, 9))).toBe('2026-11-02 04:03');
  expect(formatTime(new Date(2026, 10, 2, 4, 3, 9), true)).toBe('2026-11-02 04:03:09');
  expect(formatTime(null)).toBe('');
});

test('one and many', () => {
  expect([plural(0, 'day'), plural(1, 'day'), plural(2, 'entry', 'entries')]).toEqual([
    '0 days',
    '1 day',
    '2 entries',
  ]);
});
