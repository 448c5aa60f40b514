import { expect, it } from 'vitest';
import { statusText } from '../../server/contract/status-words.ts';
import type { LiveView, SessionView } from '../../server/contract/views.ts';
import { liveOf } from '../testing/fake-engine.ts';
import { hourText, lasting, listenerState, pauseNote, phaseText, progressText, sizeText } from './words.ts';

it.each([
  [0, '0 s'],
  [-5, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [3599, '59 min'],
  [3600, '1 h'],
  [3900, '1 h 5 min'],
])('%d seconds are %s', (seconds, text) => {
  const since = new Date(1_000_000);
  expect(lasting(since, since.getTime() + seconds * 1000)).toBe(text);
});

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1024, '1 KB'],
  [1536, '1.5 KB'],
  [48_000, '47 KB'],
  [26_214_400, '25 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

const session: SessionView = {
  id: '1',
  protocol: 'SMTP',
  peer: '203.0.113.1',
  port: 25,
  since: new Date(0),
  phase: 'connected',
  account: '',
  bytes: 0,
  messages: 0,
};

it('says what a session is doing', () => {
  expect(phaseText(session)).toBe('Connected');
  expect(phaseText({ ...session, phase: 'signed in', account: 'a@b.c' })).toBe('Signed in as a@b.c');
  expect(phaseText({ ...session, phase: 'receiving', account: 'a@b.c' })).toBe(
    'Sending a message, signed in as a@b.c',
  );
});

it.each([
  [0, 0, 'None yet'],
  [0, 2, '2 messages'],
  [2048, 0, '2 KB'],
  [2048, 1, '2 KB, after 1 message'],
])('%d bytes and %d messages before: %s', (bytes, messages, text) => {
  expect(progressText({ ...session, bytes, messages })).toBe(text);
});

const { status } = liveOf(1);
const listener = status.listeners[0];
if (!listener) throw new Error('There is no listener to try with.');
const secondary = { ...listener, name: 'secondary', port: 587, address: '10.0.0.1' } as const;
const failed = { ...secondary, state: 'failed', reason: 'Port 587 is in use.' } as const;
const line = (part: Partial<LiveView['status']>) => {
  const { good, parts } = statusText({ ...status, ...part });
  return [good, parts.join(' · ')];
};

it('begins with damage, which is nothing one could be content with', () => {
  const storage = { damage: 'The database is damaged. Put a backup in its place.', logPutAside: null };
  expect(line({ storage })).toEqual([
    false,
    'The database of the mail is damaged · Listening on 25 · 0 in · 0 out · 0 waiting',
  ]);
  expect(line({ storage: { damage: null, logPutAside: 'It was kept.' } })[0]).toBe(true);
});

it('sums up in one line', () => {
  const busy = {
    listeners: [listener, secondary],
    incoming: { ...status.incoming, now: 3 },
    outgoing: { ...status.outgoing, now: 1 },
    queue: { due: 3, deferred: 1, held: 0, stuck: 0 },
  };
  expect(line(busy)).toEqual([true, 'Listening on 25 and 587 · 3 in · 1 out · 4 waiting']);
  expect(line({ listeners: [listener, failed], queue: { due: 0, deferred: 0, held: 2, stuck: 0 } })).toEqual([
    false,
    'Port 587 on 10.0.0.1 is not open · Listening on 25 · 0 in · 0 out · 0 waiting · 2 held',
  ]);
  expect(line({ listeners: [] })).toEqual([false, 'Not listening · 0 in · 0 out · 0 waiting']);
});

it.each([
  [{ paused: { incoming: true, outgoing: false } }, 'Receiving is paused · 0 in · 0 out · 0 waiting'],
  [
    { paused: { incoming: false, outgoing: true }, queue: { due: 5, deferred: 0, held: 0, stuck: 0 } },
    'Sending is paused · Listening on 25 · 0 in · 0 out · 5 waiting',
  ],
  [
    { paused: { incoming: true, outgoing: true } },
    'Receiving is paused · Sending is paused · 0 in · 0 out · 0 waiting',
  ],
  [
    { listeners: [failed], paused: { incoming: true, outgoing: false } },
    'Port 587 on 10.0.0.1 is not open · Receiving is paused · 0 in · 0 out · 0 waiting',
  ],
  [
    { queue: { due: 1, deferred: 4, held: 1, stuck: 3 } },
    'Listening on 25 · 0 in · 0 out · 5 waiting, 3 for more than 4 hours · 1 held',
  ],
])('asks for attention with %j', (part, text) => {
  expect(line(part)).toEqual([false, text]);
});

it.each([
  [false, false, ''],
  [true, false, 'Receiving is paused until you resume it or Waypost restarts.'],
  [false, true, 'Sending is paused until you resume it or Waypost restarts.'],
  [true, true, 'Receiving and sending are paused until you resume them or Waypost restarts.'],
])('says until when it is paused: incoming %s, outgoing %s', (incoming, outgoing, text) => {
  expect(pauseNote({ paused: { incoming, outgoing } })).toBe(text);
});

it('gives the reason of a listener that is not open', () => {
  expect([listenerState(listener), listenerState(failed)]).toEqual(['Listening', 'Port 587 is in use.']);
});

it('says the last hour in a sentence', () => {
  const minute = (received: number, sent: number) => ({ at: new Date(2026, 0, 1, 9, 5), received, sent });
  expect(hourText([])).toBe('No messages in the last hour.');
  expect(hourText([minute(0, 0)])).toBe('No messages in the last hour.');
  expect(hourText([minute(1, 1), minute(4, 1)])).toMatch(
    /^5 received and 2 sent in the last hour; most at 0?9:05.* \(5\)\.$/,
  );
});
