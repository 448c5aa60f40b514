import { expect, it } from 'vitest';
import { type Awaited, isTooSlow, TIMING } from './pace.ts';

const MINUTE = 60_000;

it.each<[string, Awaited, number, boolean]>([
  ['a client that waits for us', null, 60 * MINUTE, false],
  ['a command within five minutes', 'command', 5 * MINUTE, false],
  ['a command that trickles in', 'command', 5 * MINUTE + 1, true],
  ['a handshake within half a minute', 'handshake', MINUTE / 2, false],
  ['a handshake that never ends', 'handshake', MINUTE / 2 + 1, true],
  ['a message that has not begun', { messageBytes: 0 }, 5 * MINUTE, false],
  ['a message that does not begin', { messageBytes: 0 }, 5 * MINUTE + 1, true],
  ['25 MB over a line of 10 KB/s', { messageBytes: 25 * 1_048_576 }, 45 * MINUTE, false],
  ['a message of one byte a second', { messageBytes: 360 }, 6 * MINUTE, true],
])('%s', (_, awaited, sinceMs, expected) => {
  expect(isTooSlow(awaited, sinceMs, TIMING)).toBe(expected);
});
