import { expect, it } from 'vitest';
import { logged, NOON } from '../testing/fake-log.ts';
import { wayOf } from './way.ts';
import { clock, countText, entryLine, offsetText, stamp, transcriptText } from './words.ts';

it('writes times so that they line up and sort', () => {
  const early = new Date(2026, 0, 2, 3, 4, 5);
  expect(clock(early)).toBe('03:04:05');
  expect(stamp(early)).toBe('2026-01-02 03:04:05');
  expect(offsetText(12)).toBe('+0.012');
  expect(offsetText(61_500)).toBe('+61.500');
});

it('counts', () => {
  expect([1, 2, 12_345].map(countText)).toEqual(['1 entry', '2 entries', '12,345 entries']);
});

it('puts an entry on one line, with what it is about', () => {
  const entry = logged(1, {
    kind: 'delivery',
    level: 'warning',
    session: 'A1',
    message: 'M1',
    host: 'mx.test',
    address: 'bob@far.test',
    text: 'Deferred:\n  450 Busy',
  });
  expect(entryLine(entry)).toBe(
    '2026-11-22 14:00:01  Warning  Delivery  Deferred: 450 Busy  [session A1, message M1, host mx.test, address bob@far.test]',
  );
  expect(entryLine(logged(2, { kind: 'server', text: 'Started.' }))).toBe(
    '2026-11-22 14:00:02  Info     Server    Started.',
  );
});

it('puts a dialogue into text', () => {
  const text = transcriptText({
    session: 'S1',
    direction: 'incoming',
    host: '192.0.2.7',
    startedAt: NOON,
    endedAt: NOON,
    lines: [
      { ms: 1, by: 'server', text: '220 ready' },
      { ms: 20, by: 'client', text: 'QUIT' },
      { ms: 30, by: 'note', text: 'Lost' },
    ],
  });
  expect(text).toBe(
    '2026-11-22 14:00:00  S1 from 192.0.2.7\n+0.001  S: 220 ready\n+0.020  C: QUIT\n+0.030  Lost\n',
  );
});

it('tells the way of a message: each session and attempt once, in order, as grave as its gravest', () => {
  const message = 'M1';
  const way = wayOf([
    logged(1, { message, session: 'S1', kind: 'message' }),
    logged(2, { message, session: 'A1', kind: 'delivery', level: 'warning' }),
    logged(3, { message, session: 'A2', kind: 'delivery', level: 'error' }),
    // Of the first attempt, although another has begun.
    logged(4, { message, session: 'A1', kind: 'delivery' }),
    logged(5, { message, kind: 'delivery' }),
  ]);
  expect(way.map(({ name, level, session, entries }) => [name, level, session, entries.length])).toEqual([
    ['Received', 'info', 'S1', 1],
    ['Attempt 1', 'warning', 'A1', 2],
    ['Attempt 2', 'error', 'A2', 1],
    ['Delivery', 'info', '', 1],
  ]);
});
