import { expect, it } from 'vitest';
import { logged } from '../testing/fake-log.ts';
import { rowsOf } from './groups.ts';
import { choose, chooseAll, chosenEntries, NOTHING, placeAfter, type Selection } from './selection.ts';

/** A day, entries 1 and 2, the next day, entries 3 and 4. */
const ROWS = rowsOf(
  [logged(1), logged(2), ...[3, 4].map((id) => logged(id, { at: new Date(2026, 10, 23) }))],
  'none',
  new Set(),
);
const ids = (selection: Selection, rows = ROWS) => chosenEntries(selection, rows).map(({ id }) => id);

it('chooses one, more, and not any more', () => {
  const one = choose(NOTHING, ROWS, 1, 'one');
  expect(ids(one)).toEqual([1]);
  const two = choose(one, ROWS, 5, 'toggle');
  expect(ids(two)).toEqual([1, 4]);
  expect(two.lead).toBe(ROWS[5]?.key);
  expect(ids(choose(two, ROWS, 1, 'toggle'))).toEqual([4]);
  expect(ids(choose(two, ROWS, 2, 'one'))).toEqual([2]);
});

it('chooses a range over days, from where it began, however it is drawn', () => {
  const begun = choose(NOTHING, ROWS, 2, 'one');
  expect(ids(choose(begun, ROWS, 5, 'range'))).toEqual([2, 3, 4]);
  expect(ids(choose(choose(begun, ROWS, 5, 'range'), ROWS, 1, 'range'))).toEqual([1, 2]);
  expect(ids(choose(NOTHING, ROWS, 4, 'range'))).toEqual([3]);
});

it('goes without choosing, and never to a day', () => {
  const begun = choose(NOTHING, ROWS, 1, 'one');
  const moved = choose(begun, ROWS, 2, 'move');
  expect(ids(moved)).toEqual([1]);
  expect(moved.lead).toBe(ROWS[2]?.key);
  expect(choose(begun, ROWS, 3, 'one')).toBe(begun);
});

it('chooses all entries', () => {
  expect(ids(chooseAll(NOTHING, ROWS))).toEqual([1, 2, 3, 4]);
});

it('has the entries of a group with it, each once and in their order', () => {
  const entries = [
    logged(1, { session: 'S' }),
    logged(2, { session: 'T' }),
    logged(3, { session: 'T' }),
    logged(4, { session: 'S' }),
  ];
  const closed = rowsOf(entries, 'session', new Set());
  expect(ids(choose(NOTHING, closed, 2, 'one'), closed)).toEqual([1, 4]);
  const open = rowsOf(entries, 'session', new Set(closed.map(({ key }) => key)));
  expect(ids(chooseAll(NOTHING, open), open)).toEqual([1, 2, 3, 4]);
});

it.each([
  ['ArrowDown', 2, 4],
  ['ArrowUp', 4, 2],
  ['ArrowUp', 1, 1],
  ['ArrowDown', 5, 5],
  ['Home', 5, 1],
  ['End', 1, 5],
  ['PageDown', 1, 4],
  ['PageUp', 5, 2],
  ['PageUp', 2, 1],
  ['Enter', 2, undefined],
])('%s leads from row %d to %s', (key, from, to) => {
  expect(placeAfter(key, ROWS, from, 2)).toBe(to);
});

it('leads nowhere where there is nothing', () => {
  for (const key of ['ArrowDown', 'ArrowUp', 'Home', 'End'])
    expect(placeAfter(key, [], -1, 2)).toBe(undefined);
});
