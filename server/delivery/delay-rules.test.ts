import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../contract/settings.ts';
import { parseReply } from '../mail/reply.ts';
import type { LateRow } from '../store/late-recipients.ts';
import { delayNotice, isNoticeDue, lateRange, PATIENCE_MS } from './delay-rules.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 1_800_000_000_000;
const settings = defaultSettings('mail.test');
const withDelay = (delayNoticeHours: number) => {
  return { delivery: { ...settings.delivery, delayNoticeHours } };
};

/** Now, with attempts possible for `sinceMinutes`. */
const facts = (sinceMinutes = 10_000, own = settings as Pick<typeof settings, 'delivery'>) => {
  return { now: NOW, since: NOW - sinceMinutes * MINUTE, settings: own };
};

const due = { nextAttemptAt: NOW - 1 };
const waiting = { nextAttemptAt: NOW + 1 };

it.each([
  ['not before its time', 4 * 60 - 1, [waiting], facts(), false],
  ['at its time', 4 * 60, [waiting], facts(), true],
  ['days later', 95 * 60, [waiting], facts(), true],
  ['not when it has expired: there is another report then', 96 * 60, [waiting], facts(), false],
  ['not when nobody is left to tell of', 5 * 60, [], facts(), false],
  ['not when there are to be no notices', 50 * 60, [waiting], facts(99, withDelay(0)), false],
  ['by the settings', 60, [waiting], facts(99, withDelay(1)), true],
  ['not while an attempt is due', 4 * 60, [due], facts(), false],
  ['not while an attempt at one of several is due', 4 * 60, [waiting, due], facts(), false],
  ['nor almost a quarter of an hour later', 4 * 60 + 14, [waiting, due], facts(), false],
  ['without waiting for it any longer', 4 * 60 + 15, [due], facts(), true],
  ['not while attempts come first, after sleep', 70 * 60, [due], facts(14), false],
  ['after sleep, when none is due', 70 * 60, [waiting], facts(1), true],
  ['after sleep, when that took too long', 70 * 60, [due], facts(15), true],
])('a notice goes out %s', (_, ageMinutes, rows, given, expected) => {
  expect(isNoticeDue(NOW - ageMinutes * MINUTE, rows, given)).toBe(expected);
});

describe('the range of late messages', () => {
  it('goes from those that expire to those that have just become late', () => {
    expect(lateRange(facts())).toEqual({
      after: NOW - 96 * HOUR,
      until: NOW - 4 * HOUR,
      impatientUntil: NOW - 4 * HOUR - PATIENCE_MS,
    });
  });

  it('has nobody in it of whom attempts are not waited for, soon after a break', () => {
    expect(lateRange(facts(14))?.impatientUntil).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('the notice', () => {
  const row = (recipient: string, more: Partial<LateRow> = {}): LateRow => ({
    id: recipient,
    messageId: 'M',
    recipient,
    domain: 'a.test',
    notify: null,
    orcpt: null,
    attempts: 8,
    noticedAt: null,
    nextAttemptAt: NOW + HOUR,
    lastAttempt: { at: NOW - HOUR, reports: [{ hop: 'mx', host: 'mx', reply: parseReply('451 later') }] },
    ...more,
  });

  it('tells of all, of the next attempt, and of the end', () => {
    const receivedAt = NOW - 5 * HOUR;
    const rows = [
      row('a@a.test'),
      row('b@a.test', { nextAttemptAt: NOW + MINUTE, orcpt: 'rfc822;x', lastAttempt: null, attempts: 0 }),
    ];
    const notice = delayNotice(receivedAt, rows, { now: NOW, settings });
    expect(notice).toMatchObject({
      kind: 'delayed',
      outlook: { until: receivedAt + 96 * HOUR, nextAt: NOW + MINUTE },
      recipients: [
        { address: 'a@a.test', lastAttemptAt: NOW - HOUR, reports: [{ host: 'mx' }] },
        { address: 'b@a.test', lastAttemptAt: null, reports: [], orcpt: 'rfc822;x' },
      ],
    });
  });

  it('says as soon as possible of an attempt that is due', () => {
    const rows = [row('a@a.test', { nextAttemptAt: NOW })];
    expect(delayNotice(NOW, rows, { now: NOW, settings }).outlook).toEqual({
      until: NOW + 96 * HOUR,
      rhythm: 'about every 4 hours',
    });
  });
});
