import { expect, test } from 'vitest';
import { fakeState } from '../testing/fixtures/fake-api.ts';
import { accountsText, appliedText, logText, mailText, queueText, statusText } from './texts.ts';

test('status', () => {
  expect(statusText(fakeState().status, new Date('2026-11-22'))).toBe(
    [
      'Waypost on mail.example.com, running for 3 h 12 min.',
      'Listening on port 25, all addresses (primary, STARTTLS offered).',
      'Not listening on port 587, all addresses (secondary, STARTTLS offered): Port 587 is in use.',
      '',
      'Incoming  3 of 20 connections, at most 5 from a single host',
      'Outgoing  1 of 2 connections',
      'Queue     4 due, 1 deferred, 0 held',
    ].join('\n'),
  );
});

test('a status with all there is to say', () => {
  const status = {
    ...fakeState().status,
    listeners: fakeState().status.listeners.slice(0, 1),
    paused: { incoming: true, outgoing: true },
    queue: { due: 4, deferred: 1, held: 0, stuck: 3 },
    certificate: { expiresAt: new Date(2026, 11, 1, 12), own: false },
    storage: {
      damage: 'The database /var/waypost.db is damaged. Put a backup in its place.',
      logPutAside: 'The mail log is damaged. It was kept as log.unusable\u001b.db.',
    },
  };
  expect(
    statusText(status, new Date(2026, 10, 22))
      .split('\n')
      .slice(1),
  ).toEqual([
    'Listening on port 25, all addresses (primary, STARTTLS offered).',
    'Receiving is paused.',
    'Sending is paused.',
    'The database /var/waypost.db is damaged. Put a backup in its place.',
    'The mail log is damaged. It was kept as log.unusable\\x1b.db.',
    'The certificate expires on 2026-12-01. Renew its files before that; Waypost takes up new ones within the hour.',
    '',
    'Incoming  3 of 20 connections, at most 5 from a single host',
    'Outgoing  1 of 2 connections',
    'Queue     4 due, 1 deferred, 0 held; 3 waiting for more than 4 hours',
  ]);
});

test('empty lists say so', () => {
  expect(queueText([])).toBe('The queue is empty.');
  expect(mailText('a@example.com', [])).toBe('The mailbox of a@example.com is empty.');
  expect(accountsText([])).toContain('There are no accounts yet');
  expect(logText([], undefined)).toBe('The log is empty.');
  expect(logText([], 'x\u001b')).toBe('No entry of the log contains "x\\x1b".');
  expect(appliedText({ sentences: [] })).toBe('Nothing changed.');
});

test('a subject cannot steer the terminal', () => {
  const receivedAt = new Date(2026, 10, 22, 14, 3);
  const text = mailText('a@example.com', [
    { id: '7', from: '', subject: '\u001b[2Jgone\r\n', size: 2048, receivedAt },
  ]);
  expect(text.split('\n')[1]).toBe('7   2026-11-22 14:03  2 KB  <>    \\x1b[2Jgone\\r\\n');
});

test('a queued recipient', () => {
  const nextAttemptAt = new Date(2026, 10, 22, 14, 3);
  const text = queueText([
    {
      id: '3',
      from: 'a@example.com',
      to: 'b@example.net',
      state: 'deferred',
      attempts: 2,
      nextAttemptAt,
      lastReply: '451 4.7.1 later',
      route: 'direct, then SmartHost',
      size: 5_000_000,
    },
  ]);
  expect(text.split('\n')[1]).toBe(
    '3   deferred  a@example.com  b@example.net  4.8 MB         2  2026-11-22 14:03  direct, then SmartHost  451 4.7.1 later',
  );
});

test('an account', () => {
  const account = {
    address: 'a@example.com',
    aliases: ['b@example.com', 'c@example.com'],
    quotaMB: 0,
    usedBytes: 0,
    messages: 0,
    enabled: false,
    lastSignIn: null,
  };
  expect(accountsText([account]).split('\n')[1]).toBe(
    'a@example.com  disabled         0  0 KB   none  never         b@example.com, c@example.com',
  );
});
