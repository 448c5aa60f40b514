import { describe, expect, it } from 'vitest';
import type { QueueState, QueueVerb } from '../../server/contract/queue.ts';
import { queued } from '../testing/fake-queue.ts';
import { type Chosen, chosen, doneText, whyNot } from './actions.ts';
import { NOTHING_SELECTED, selectAll, selectOne, toggle } from './selection.ts';

const NO_COUNTS = { due: 0, sending: 0, deferred: 0, held: 0 };
const row = (n: number, state: QueueState) => queued(n, { state });
const place = (n: number) => ({ index: n, id: `M${n}-1` });

describe('what there is among the selected', () => {
  const rows = [row(0, 'deferred'), row(1, 'held'), null, row(3, 'due')];

  it.each([
    [NOTHING_SELECTED, { count: 0, states: [], isPartly: false }],
    [selectOne(place(1)), { count: 1, states: ['held'], isPartly: false }],
    [toggle(selectOne(place(1)), place(3)), { count: 2, states: ['held', 'due'], isPartly: false }],
    // The other is not loaded.
    [toggle(selectOne(place(1)), place(99)), { count: 2, states: ['held'], isPartly: true }],
  ])('%#', (selection, { states, ...rest }) => {
    const picked = chosen(selection, rows, 4, NO_COUNTS);
    expect(picked).toEqual({ ...rest, states: new Set(states) });
  });

  it('is known of all by their counts', () => {
    const all = selectAll(NOTHING_SELECTED, { count: 4, until: new Date() });
    const counts = { ...NO_COUNTS, held: 3, sending: 1 };
    expect(chosen(all, rows, 4, counts)).toEqual({
      count: 4,
      states: new Set(['sending', 'held']),
      isPartly: false,
    });
    expect(chosen(toggle(all, place(1)), rows, 4, counts)).toMatchObject({ count: 3, isPartly: true });
  });
});

describe('why not', () => {
  const picked = (...states: QueueState[]): Chosen => ({
    count: states.length,
    states: new Set(states),
    isPartly: false,
  });
  const none = 'Select recipients in the list first.';

  it.each<[QueueVerb | 'open', Chosen, boolean, string]>([
    ['retry', picked(), false, none],
    ['open', picked(), false, none],
    ['retry', picked('deferred'), false, ''],
    ['retry', picked('deferred'), true, ''],
    ['retry', picked('held'), false, 'It is on hold: release it to send it.'],
    ['retry', picked('sending'), false, 'It is being sent already.'],
    ['retry', picked('due'), false, 'It is due already and goes as soon as a connection is free.'],
    ['retry', picked('due'), true, 'It is due already and goes at once when sending is resumed.'],
    ['retry', picked('due', 'held'), false, 'None of them waits for its time.'],
    ['retry', picked('due', 'deferred'), false, ''],
    ['hold', picked('sending'), false, ''],
    ['hold', picked('held'), false, 'It is on hold already.'],
    ['hold', picked('held', 'held'), false, 'All of them are on hold already.'],
    ['hold', picked('held', 'due'), false, ''],
    ['release', picked('held', 'due'), false, ''],
    ['release', picked('due'), false, 'It is not on hold.'],
    ['release', picked('due', 'deferred'), false, 'None of them is on hold.'],
    ['remove', picked('sending'), false, 'It is being sent right now and can’t be called back.'],
    [
      'remove',
      picked('sending', 'sending'),
      false,
      'All of them are being sent right now and can’t be called back.',
    ],
    ['remove', picked('sending', 'held'), false, ''],
    ['open', picked('sending'), false, ''],
    ['open', picked('due', 'due'), false, 'Select one recipient alone to open the message.'],
    ['release', { ...picked('due'), count: 9, isPartly: true }, false, ''],
  ])('%s with %j, paused: %s', (verb, whom, isPaused, why) => {
    expect(whyNot(verb, whom, isPaused)).toBe(why);
  });
});

it.each<[QueueVerb, object, boolean, string]>([
  ['retry', { count: 1 }, false, '1 recipient is due now.'],
  ['retry', { count: 2 }, true, '2 recipients are due now, and will be tried when sending is resumed.'],
  ['retry', { count: 0 }, false, 'None of them waits any more.'],
  ['hold', { count: 12_345 }, false, `${(12_345).toLocaleString()} recipients are on hold until released.`],
  ['hold', { count: 0 }, false, 'None of them is in the queue any more.'],
  ['release', { count: 1 }, false, '1 recipient is released.'],
  ['release', { count: 0 }, false, 'None of them is on hold any more.'],
  ['remove', { count: 1 }, false, '1 recipient removed.'],
  ['remove', { count: 1, reports: 1 }, false, '1 recipient removed with a report.'],
  ['remove', { count: 0 }, false, 'None of them is in the queue any more.'],
  ['remove', { busy: 1 }, false, '1 recipient is being sent right now and stays.'],
  [
    'remove',
    { count: 30, reports: 20, digested: 10, busy: 2 },
    false,
    '30 recipients removed with 20 reports. The other reports go together within the hour, because there are many. ' +
      '2 recipients are being sent right now and stay.',
  ],
])('%s has done %j', (verb, done, isPaused, text) => {
  expect(doneText(verb, { count: 0, busy: 0, reports: 0, digested: 0, ...done }, isPaused)).toBe(text);
});
