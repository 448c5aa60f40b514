import { expect, test } from 'vitest';
import { jsonErrorOffset } from './json-position.ts';

test.each([
  ['', 0],
  ['  ', 2],
  ['abc', 0],
  ['{"a":1,}', 7],
  ['{"a":', 5],
  ['{"a"', 4],
  ['{"a" 1}', 5],
  ['{', 1],
  ['{"a":1}}', 7],
  ['{\n "a": 1\n "b": 2}', 11],
  ['{"a": tru}', 6],
  ['[1,2', 4],
  ['[1,,2]', 3],
  ['[1,]', 3],
  ['[1}', 2],
  ['{"a":"x\ny"}', 5],
  ["{'a':1}", 1],
  ['{"a":01}', 5],
  ['{"a":1} x', 8],
  ['// no', 0],
])('%j goes wrong at %i', (text, offset) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(jsonErrorOffset(text)).toBe(offset);
});

test('what is right is passed over', () => {
  const text = JSON.stringify({ a: [1, -2.5e3, [], {}], b: { c: [true, false, null, 'x\n"\\'] } }, null, 2);
  expect(jsonErrorOffset(text)).toBe(text.length);
});
