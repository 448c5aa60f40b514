import { describe, expect, it } from 'vitest';
import { type QueueFacts, queueWords, triesInAll, triesText } from './queue-words.ts';

const NOW = new Date('2026-11-24T12:00:00Z');
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

const deferred = {
  state: 'deferred',
  isHeld: false,
  attempts: 2,
  nextAttemptAt: at(140),
  lastReply: 'mx.example.org did not answer in time.',
} as const;
const due = { ...deferred, state: 'due', nextAttemptAt: at(-1) } as const;
const held = { ...deferred, state: 'held', isHeld: true, nextAttemptAt: null } as const;
const fresh = { attempts: 0, lastReply: null } as const;

const usual: QueueFacts = { tries: 30, hops: ['mx'], isPaused: false, isFree: true, now: NOW };
const time = (date: Date) => date.toISOString().slice(11, 16);

describe('what becomes of a recipient', () => {
  const why = 'mx.example.org did not answer in time; 2 of about 30 tries';
  it.each([
    [deferred, {}, `waits until 14:20: ${why}`],
    [deferred, { hops: ['smarthost'] }, `waits until 14:20: ${why}; then by the SmartHost`],
    [
      deferred,
      { hops: ['mx', 'smarthost'] },
      `waits until 14:20: ${why}; then directly, or else by the SmartHost`,
    ],
    [deferred, { isPaused: true }, `waits until 14:20, and until sending is resumed: ${why}`],
    [{ ...deferred, lastReply: null, attempts: 0 }, {}, 'waits until 14:20'],
    [{ ...deferred, nextAttemptAt: at(0) }, {}, `due now: ${why}`],
    [{ ...due, ...fresh }, {}, 'due now'],
    [{ ...due, ...fresh }, { isFree: false }, 'due now, waits for a free connection'],
    [{ ...due, ...fresh }, { isPaused: true }, 'due at once when sending is resumed'],
    [due, { isPaused: true, isFree: false }, `due at once when sending is resumed: ${why}`],
    [{ ...due, state: 'sending' }, {}, 'is being sent now'],
    [{ ...held, state: 'sending' }, { isPaused: true }, 'is being sent now; on hold should that fail'],
    [held, { hops: ['smarthost'] }, `held: ${why}`],
    [{ ...held, ...fresh }, { isPaused: true }, 'held'],
  ] as const)('%j with %j', (row, facts, words) => {
    expect(queueWords(row, { ...usual, ...facts } as QueueFacts, time)).toBe(words);
  });

  it('says what the last hop said, when there were two', () => {
    const lastReply = 'mx.a.test said: 450 4.7.1 No. Then: SmartHost b.test said: 451 4.3.0 Try later.';
    const words = queueWords({ ...held, lastReply, attempts: 1 }, usual, time);
    expect(words).toBe('held: SmartHost b.test said: 451 4.3.0 Try later; 1 of about 30 tries');
  });
});

it.each([
  [0, 30, ''],
  [1, 30, '1 of about 30 tries'],
  [29, 30, '29 of about 30 tries'],
  [30, 30, '30 tries'],
  [1, 1, '1 try'],
  [44, 30, '44 tries'],
])('%i of %i: %s', (attempts, inAll, text) => {
  expect(triesText(attempts, inAll)).toBe(text);
});

it.each([
  // Eight within the first 257 minutes, then one every four hours, and one at the end.
  [[2, 5, 10, 20, 40, 60, 120, 240], 96, 30],
  [[60], 1, 2],
  [[60], 5, 6],
  [[30, 60], 1, 3],
  [[240], 1, 2],
  [[1], 24, 1440],
  [[1], 720, 43_200],
  [[0], 1, 60],
  [[], 1, 60],
  [[10, 20, 30], 1, 4],
])('%j within %i hours: %i tries', (retryMinutes, lifetimeHours, tries) => {
  expect(triesInAll({ retryMinutes, lifetimeHours })).toBe(tries);
});
