import { describe, expect, test } from 'vitest';
import type { StatusView } from '../server/contract/views.ts';
import { dueNotices, type Said } from './notices.ts';
import { statusView } from './testing/status.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const DAY = 86_400_000;

/** The titles that each status in turn leads to. */
function titles(...statuses: readonly (StatusView | [StatusView, number])[]): string[][] {
  let said: Said = new Set();
  return statuses.map((one) => {
    const [status, now] = Array.isArray(one) ? one : [one, NOW];
    const due = dueNotices(status, said, now);
    said = due.said;
    return due.notices.map(({ title }) => title);
  });
}

const failed = (port: number) =>
  ({
    name: 'primary',
    address: '',
    port,
    security: 'starttls',
    state: 'failed',
    reason: `Port ${port} is in use.`,
  }) as const;

test('all is well: nothing to say', () => {
  expect(titles(statusView(), statusView())).toEqual([[], []]);
});

describe('a listener that is not open', () => {
  const status = statusView({ listeners: [failed(25)] });

  test('is told once while it lasts, and again when it comes back', () => {
    const told = ['Waypost can’t receive on port 25'];
    expect(titles(status, status, statusView(), status)).toEqual([told, [], [], told]);
  });

  test('is told with its reason, and leads to Status', () => {
    const [notice] = dueNotices(status, new Set(), NOW).notices;
    expect(notice).toMatchObject({
      body: 'Port 25 is in use. Waypost tries again by itself.',
      tab: 'status',
    });
  });

  test('another port is another trouble', () => {
    const both = statusView({ listeners: [failed(25), failed(587)] });
    expect(titles(status, both)).toEqual([
      ['Waypost can’t receive on port 25'],
      ['Waypost can’t receive on port 587'],
    ]);
  });
});

test('damage of the mail is told once, with the way out', () => {
  const damage = 'The database is damaged. Put a backup in its place.';
  const status = statusView({ storage: { damage, logPutAside: 'The log was put aside.' } });
  expect(titles(status, status)).toEqual([['The database of the mail is damaged'], []]);
  expect(dueNotices(status, new Set(), NOW).notices[0]).toMatchObject({ body: damage, tab: 'status' });
});

describe('mail that is stuck', () => {
  const stuck = (count: number) => statusView({ queue: { due: 0, deferred: count, held: 0, stuck: count } });

  test('is told when it begins, not with every message more', () => {
    expect(titles(stuck(1), stuck(5), stuck(0), stuck(2))).toEqual([
      ['Mail is stuck'],
      [],
      [],
      ['Mail is stuck'],
    ]);
  });

  test.each([
    [1, /^1 recipient has been waiting for more than 4 hours/],
    [3, /^3 recipients have been waiting for more than 4 hours/],
  ])('%i', (count, body) => {
    expect(dueNotices(stuck(count), new Set(), NOW).notices[0]?.body).toMatch(body);
  });
});

describe('a certificate', () => {
  const ending = (ms: number, own = false) =>
    statusView({ certificate: { expiresAt: new Date(NOW + ms), own } });

  test.each([
    [15 * DAY, []],
    [14 * DAY, []],
    [14 * DAY - 1, ['The certificate expires in 13 days']],
    [2 * DAY, ['The certificate expires in 2 days']],
    [DAY, ['The certificate expires tomorrow']],
    [DAY - 1, ['The certificate expires today']],
    [1, ['The certificate expires today']],
    [0, ['The certificate has expired']],
    [-30 * DAY, ['The certificate has expired']],
  ])('that ends in %i ms', (ms, expected) => {
    expect(titles(ending(ms))).toEqual([expected]);
  });

  test('of our own is made anew by itself', () => {
    expect(titles(ending(-DAY, true))).toEqual([[]]);
  });

  test('is told once before its end and once after it', () => {
    const status = ending(DAY);
    expect(titles([status, NOW], [status, NOW + DAY / 2], [status, NOW + 2 * DAY])).toEqual([
      ['The certificate expires tomorrow'],
      [],
      ['The certificate has expired'],
    ]);
  });
});
