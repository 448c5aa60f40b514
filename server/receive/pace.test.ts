import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Awaited, isTooSlow, Pace, TIMING } from './pace.ts';

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

describe('a connection that is watched', () => {
  let awaited: Awaited = 'command';
  let cut = 0;
  let pace: Pace;

  beforeEach(() => {
    vi.useFakeTimers();
    awaited = 'command';
    cut = 0;
    pace = new Pace(TIMING, {
      awaited: () => awaited,
      tooSlow: () => {
        cut++;
        pace.stop();
      },
    });
  });
  afterEach(() => {
    pace.stop();
    vi.useRealTimers();
  });

  it('is cut when megabytes at once are followed by a trickle', () => {
    pace.step();
    for (let minute = 0; minute < 10; minute++) {
      awaited = { messageBytes: 25 * 1_048_576 + minute * 60 };
      vi.advanceTimersByTime(MINUTE);
    }
    expect(cut).toBe(1);
  });

  it('is not cut for a message that comes steadily, nor for the one after it', () => {
    for (let message = 0; message < 2; message++) {
      pace.step();
      for (let minute = 0; minute < 20; minute++) {
        awaited = { messageBytes: minute * MINUTE * 1.1 };
        vi.advanceTimersByTime(MINUTE);
      }
    }
    expect(cut).toBe(0);
  });

  it('is not cut while it waits for us, nor for five minutes after', () => {
    awaited = null;
    vi.advanceTimersByTime(60 * MINUTE);
    awaited = 'command';
    vi.advanceTimersByTime(5 * MINUTE - TIMING.look);
    expect(cut).toBe(0);
    vi.advanceTimersByTime(2 * TIMING.look);
    expect(cut).toBe(1);
  });
});
