import { describe, expect, it } from 'vitest';
import { momentText, receivedText, removalText, signInText, spaceText, usedShare } from './words.ts';

const MB = 1_048_576;
const NOW = new Date(2026, 10, 22, 14, 0).getTime();
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000);

it.each([
  [0, 0, 'Empty', undefined],
  [3 * MB, 0, '3 MB', undefined],
  [0, 100, '0 of 100 MB', 0],
  [25 * MB, 100, '25 MB of 100 MB', 0.25],
  [150 * MB, 100, '150 MB of 100 MB', 1],
])('%d bytes of %d MB', (usedBytes, quotaMB, text, share) => {
  expect(spaceText({ usedBytes, quotaMB })).toBe(text);
  expect(usedShare({ usedBytes, quotaMB })).toBe(share);
});

describe('the last sign-in', () => {
  it.each([
    [null, 'Never'],
    [minutesAgo(-5), 'Just now'],
    [minutesAgo(0.5), 'Just now'],
    [minutesAgo(1), '1 minute ago'],
    [minutesAgo(59), '59 minutes ago'],
    [minutesAgo(60), '1 hour ago'],
    [minutesAgo(13 * 60), '13 hours ago'],
    [new Date(2026, 10, 21, 23, 30), /^Yesterday, .*30/],
    [new Date(2026, 10, 20, 23, 30), /20.*2026|2026.*20/],
  ])('%s', (at, text) => {
    expect(signInText(at, NOW)).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
  });
});

it('tells of today by the time, of this year by the day, of others by the year too', () => {
  expect(receivedText(minutesAgo(30), NOW)).toMatch(/30/);
  expect(receivedText(minutesAgo(30), NOW)).not.toMatch(/22/);
  expect(receivedText(new Date(2026, 2, 9, 8, 0), NOW)).toMatch(/9/);
  expect(receivedText(new Date(2026, 2, 9, 8, 0), NOW)).not.toMatch(/2026/);
  expect(receivedText(new Date(2025, 2, 9, 8, 0), NOW)).toMatch(/2025/);
  expect(momentText(minutesAgo(30))).toMatch(/22.*2026.*30/);
});

it.each([
  [0, 0, 'Its mailbox is empty.'],
  [1, 2048, '1 message (2 KB) in this mailbox is deleted with it.'],
  [12, 3 * MB, '12 messages (3 MB) in this mailbox are deleted with it.'],
])('%d messages', (messages, usedBytes, text) => {
  const account = { address: 'a@b.test', aliases: [], quotaMB: 0, enabled: true, lastSignIn: null };
  expect(removalText({ ...account, messages, usedBytes })).toBe(text);
});
