import { describe, expect, it, test } from 'vitest';
import { certificateText, pauseTexts, stuckText } from './status-words.ts';
import type { ListenerView } from './views.ts';

describe('pauses', () => {
  it.each([
    [false, false, []],
    [true, false, ['Receiving is paused']],
    [false, true, ['Sending is paused']],
    [true, true, ['Receiving is paused', 'Sending is paused']],
  ])('incoming %s, outgoing %s', (incoming, outgoing, texts) => {
    expect(pauseTexts({ paused: { incoming, outgoing } })).toEqual(texts);
  });
});

it.each([
  [4, 'for more than 4 hours'],
  [1, 'for more than 1 hour'],
])('says how long mail has been stuck, %d', (stuckAfterHours, text) => {
  expect(stuckText({ stuckAfterHours })).toBe(text);
});

describe('the certificate', () => {
  const DAY = 86_400_000;
  const expiresAt = new Date('2026-12-08T12:00:00Z');
  const say = (daysLeft: number, own: boolean, security: ListenerView['security'] = 'starttls') => {
    const listener = { name: 'primary', address: '', port: 25, state: 'listening', reason: null } as const;
    const status = { certificate: { expiresAt, own }, listeners: [{ ...listener, security }] };
    const now = new Date(expiresAt.getTime() - daysLeft * DAY);
    return certificateText(status, now, (date) => date.toISOString().slice(0, 10));
  };

  test.each([
    [15, false, undefined],
    [
      14,
      false,
      'The certificate expires on 2026-12-08. Renew its files before that; Waypost takes up new ones within the hour.',
    ],
    [
      0,
      false,
      'The certificate expired on 2026-12-08. Mail programs may refuse it: renew its files; Waypost takes up new ones within the hour.',
    ],
    [15, true, undefined],
    [
      2,
      true,
      'The certificate that Waypost made expires on 2026-12-08. The day before, Waypost makes a new one, which mail programs ask you to confirm once.',
    ],
    [
      -1,
      true,
      'The certificate that Waypost made expired on 2026-12-08. Waypost makes a new one within the hour, which mail programs ask you to confirm once.',
    ],
  ])('%d days before its end, own %s', (days, own, text) => {
    expect(say(days, own)).toBe(text);
  });

  it('matters to nobody where all is plain text', () => {
    expect(say(-1, false, 'none')).toBeUndefined();
  });
});
