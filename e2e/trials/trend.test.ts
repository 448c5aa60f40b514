import { expect, it } from 'vitest';
import { median, slopePerHour, thirds } from './trend.ts';

it('knows the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

it('tells a level series from a growing one', () => {
  const series = (value: (at: number) => number) =>
    Array.from({ length: 31 }, (_, index) => ({ at: index * 60, value: value(index * 60) }));
  expect(slopePerHour(series(() => 5))).toBe(0);
  expect(slopePerHour(series((at) => at / 60))).toBeCloseTo(60);
  expect(thirds(series((at) => at / 60))).toEqual([4.5, 15, 25.5]);
});
