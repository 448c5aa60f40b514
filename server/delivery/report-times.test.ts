import { expect, it } from 'vitest';
import { durationText, rhythmText, timeText } from './report-times.ts';

it.each([
  [undefined, /^Tue, 2 Jun 2026, \d\d:\d\d \S+$/],
  ['UTC', 'Tue, 2 Jun 2026, 11:05 UTC'],
  ['Europe/Berlin', 'Tue, 2 Jun 2026, 13:05 CEST'],
  ['Asia/Kolkata', 'Tue, 2 Jun 2026, 16:35 GMT+5:30'],
])('a time in %s is %s', (zone, expected) => {
  expect(timeText(Date.UTC(2026, 5, 2, 11, 5), zone)).toMatch(expected);
});

it.each([
  [1, 'a minute'],
  [45, '45 minutes'],
  [60, 'an hour'],
  [90, '90 minutes'],
  [120, '2 hours'],
  [150, '2 1/2 hours'],
  [257, '4 1/2 hours'],
  [2160, '36 hours'],
  [2880, '2 days'],
  [5760, '4 days'],
  [5764, '4 days'],
])('%d minutes are %s', (minutes, expected) => {
  expect(durationText(minutes)).toBe(expected);
});

it.each([
  [8, [2, 5, 10, 20, 40, 60, 120, 240], 'about every 4 hours'],
  [99, [2, 5, 10, 20, 40, 60, 120, 240], 'about every 4 hours'],
  [7, [2, 5, 10, 20, 40, 60, 120, 240], 'about every 4 hours'],
  [6, [2, 5, 10, 20, 40, 60, 120, 240], 'again after 2 hours, and in the end about every 4 hours'],
  [0, [2, 5, 60], 'again after 2 minutes, and in the end about every hour'],
  [0, [1], 'about every minute'],
  [3, [30], 'about every 30 minutes'],
])('after %d attempts of %j it is tried %s', (attempts, waits, expected) => {
  expect(rhythmText(attempts, waits)).toBe(expected);
});
