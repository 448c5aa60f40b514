import { describe, expect, it } from 'vitest';
import {
  extendTo,
  follow,
  NOTHING_SELECTED,
  onlyOne,
  placeAfterKey,
  type Rows,
  selectOne,
  toggle,
} from './selection.ts';

const rowsOf = (ids: string, from = 0): Rows =>
  new Map(
    [...ids].map((id, index) => [
      from + index,
      { id, from: '', subject: '', size: 1, receivedAt: new Date(0) },
    ]),
  );
const rows = rowsOf('abcdef');
const idsOf = ({ ids }: { ids: ReadonlySet<string> }) => [...ids].sort().join('');

it('selects one, extends up and down from there, and toggles', () => {
  const one = selectOne(rows, 2);
  expect([idsOf(one), onlyOne(one, rows)?.id]).toEqual(['c', 'c']);
  const down = extendTo(one, rows, 4);
  expect([idsOf(down), down.lead, down.anchor, onlyOne(down, rows)]).toEqual(['cde', 4, 2, undefined]);
  expect(idsOf(extendTo(down, rows, 1))).toBe('bc');
  const more = toggle(one, rows, 5);
  expect([idsOf(more), more.lead, more.anchor]).toEqual(['cf', 5, 5]);
  expect(idsOf(toggle(more, rows, 2))).toBe('f');
  expect(onlyOne(toggle(more, rows, 5), rows)?.id).toBe('c');
  expect(idsOf(extendTo(NOTHING_SELECTED, rows, 3))).toBe('d');
  expect(idsOf(selectOne(rows, 99))).toBe('');
});

describe('when places move', () => {
  const selected = extendTo(selectOne(rows, 1), rows, 2);

  it.each([
    ['nothing happened', 'abcdef', 2, 1],
    ['mail came', 'XYabcdef', 4, 3],
    ['mail above was deleted', 'bcdef', 1, 0],
    ['the message itself was deleted', 'abdef', 2, 1],
    ['nearly all was deleted', 'a', 0, 0],
  ])('%s', (_, ids, lead, anchor) => {
    const after = follow(selected, rows, rowsOf(ids), ids.length);
    expect([after.lead, after.anchor, idsOf(after)]).toEqual([lead, anchor, 'bc']);
  });

  it('nothing selected stays so', () => {
    expect(follow(NOTHING_SELECTED, rows, rowsOf('x'), 1)).toEqual(NOTHING_SELECTED);
  });
});

it.each([
  ['ArrowDown', 2, 3],
  ['ArrowDown', 9, 9],
  ['ArrowDown', -1, 0],
  ['ArrowUp', 2, 1],
  ['ArrowUp', 0, 0],
  ['ArrowUp', -1, 0],
  ['PageDown', 2, 6],
  ['PageDown', 8, 9],
  ['PageDown', -1, 4],
  ['PageUp', 5, 1],
  ['PageUp', 2, 0],
  ['Home', 7, 0],
  ['End', 2, 9],
  ['x', 2, undefined],
])('%s from %d leads to %s', (key, lead, place) => {
  expect(placeAfterKey(key, lead, 10, 4)).toBe(place);
  expect(placeAfterKey(key, lead, 0, 4)).toBeUndefined();
});
