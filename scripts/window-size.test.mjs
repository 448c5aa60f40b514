import { expect, test } from 'vitest';
import { judgeSize } from './window-size.mjs';

const measured = { name: 'JavaScript', passed: true, size: 213_400 };

test('below the limit', () => {
  expect(judgeSize([measured], 2)).toEqual({ ok: true, text: 'JavaScript: 213 kB gzipped. 2 files.' });
});

test('above the limit', () => {
  expect(judgeSize([{ ...measured, passed: false }], 2).ok).toBe(false);
});

test('each of several has its own limit', () => {
  const other = { name: 'All', passed: false, size: 400_000 };
  expect(judgeSize([measured, other], 2)).toEqual({
    ok: false,
    text: 'JavaScript: 213 kB gzipped; All: 400 kB gzipped. 2 files.',
  });
});

test('nothing to measure is no success', () => {
  expect(judgeSize([measured], 0).ok).toBe(false);
  expect(judgeSize([{ ...measured, size: 0 }], 2).ok).toBe(false);
  expect(judgeSize([measured, { ...measured, size: 0 }], 2).ok).toBe(false);
  expect(judgeSize([], 2).ok).toBe(false);
});
