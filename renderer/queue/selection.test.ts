import { describe, expect, it } from 'vitest';
import {
  extendTo,
  follow,
  isSelected,
  moveTo,
  NOTHING_SELECTED,
  selectAll,
  selectedCount,
  selectOne,
  toggle,
} from './selection.ts';

const at = (index: number) => ({ index, id: `M${index}` });
const UNTIL = new Date('2026-11-24T12:00:00Z');
const row = (index: number, receivedAt = UNTIL) => ({ id: `M${index}`, receivedAt });
const everybody = (count: number) => ({ count, until: UNTIL });

describe('some by their ids', () => {
  it('one alone takes the place of all others', () => {
    const selection = selectOne(at(3));
    expect([...selectOne(at(3)).ids]).toEqual(['M3']);
    expect(selection.lead).toEqual(at(3));
    expect(isSelected(selection, row(3))).toBe(true);
    expect(isSelected(selection, row(4))).toBe(false);
  });

  it('others are taken in and out', () => {
    const two = toggle(selectOne(at(3)), at(5));
    expect([...two.ids]).toEqual(['M3', 'M5']);
    const one = toggle(two, at(3));
    expect([...one.ids]).toEqual(['M5']);
    expect(one.lead).toEqual(at(3));
  });

  it('a range begins at the anchor, which stays', () => {
    const range = extendTo(selectOne(at(3)), ['M3', 'M4', 'M5'], at(5), false);
    expect([...range.ids]).toEqual(['M3', 'M4', 'M5']);
    expect([range.anchor, range.lead]).toEqual([at(3), at(5)]);
    expect([...extendTo(range, ['M2', 'M3'], at(2), false).ids]).toEqual(['M2', 'M3']);
    expect([...extendTo(selectOne(at(9)), ['M2', 'M3'], at(2), true).ids]).toEqual(['M9', 'M2', 'M3']);
    expect(extendTo(NOTHING_SELECTED, ['M2'], at(2), false).anchor).toEqual(at(2));
  });

  it('the keys may go without selecting', () => {
    const moved = moveTo(selectOne(at(3)), at(4));
    expect([...moved.ids]).toEqual(['M3']);
    expect(moved.lead).toEqual(at(4));
  });
});

describe('all', () => {
  const all = selectAll(selectOne(at(3)), everybody(100));

  it('are those who were there then', () => {
    expect(isSelected(all, row(77))).toBe(true);
    expect(isSelected(all, row(78, new Date(UNTIL.getTime() + 1)))).toBe(false);
    expect(selectedCount(all, 100)).toBe(100);
    expect(selectedCount(all, 105)).toBe(100);
    expect(selectedCount(all, 60)).toBe(60);
  });

  it('may be all but some', () => {
    const but = toggle(all, at(7));
    expect(isSelected(but, row(7))).toBe(false);
    expect(selectedCount(but, 100)).toBe(99);
    expect(selectedCount(toggle(but, at(7)), 100)).toBe(100);
    expect(selectedCount(extendTo(but, ['M6', 'M7'], at(7), true), 100)).toBe(100);
  });

  it('are given up for one, or for a range', () => {
    expect(selectedCount(selectOne(at(1)), 100)).toBe(1);
    expect(selectedCount(extendTo(all, ['M3', 'M4'], at(4), false), 100)).toBe(2);
  });
});

describe('when places change', () => {
  const places = (known: Record<string, number | null | 'gone'>) => (id: string) => {
    const index = known[id];
    if (index === undefined) return undefined;
    return index === 'gone' ? { index: null, isGone: true } : { index, isGone: false };
  };

  it('who is gone is selected no more, and who moved still is', () => {
    const three = extendTo(selectOne(at(3)), ['M3', 'M4', 'M5'], at(5), false);
    const after = follow(three, places({ M3: 1, M4: 'gone', M5: 2 }));
    expect([...after.ids]).toEqual(['M3', 'M5']);
    expect(after.anchor).toEqual({ index: 1, id: 'M3', isGone: false });
    expect(after.lead).toEqual({ index: 2, id: 'M5', isGone: false });
  });

  it('the place of who is gone, or fits no more, stays for the keys', () => {
    const selection = selectOne(at(5));
    expect(follow(selection, places({ M5: 'gone' })).lead).toEqual({ index: 5, id: 'M5', isGone: true });
    expect(follow(selection, places({ M5: null })).lead).toEqual({ index: 5, id: 'M5', isGone: false });
    expect([...follow(selection, places({ M5: null })).ids]).toEqual(['M5']);
    expect(follow(selection, places({}))).toEqual(selection);
  });
});
