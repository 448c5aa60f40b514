import { expect, test } from 'vitest';
import { ICNS_ENTRIES, makeIcns, makeIco, pack } from './icon-containers.mjs';

/** @param {string} text */
const bytes = (text) => Buffer.from(text);

test('an ICO finds each picture by its directory', () => {
  const file = makeIco([
    { px: 16, png: bytes('small') },
    { px: 256, png: bytes('large one') },
  ]);
  expect([...file.subarray(0, 6)]).toEqual([0, 0, 1, 0, 2, 0]);
  const found = [6, 22].map((at) => {
    const [length, offset] = [file.readUInt32LE(at + 8), file.readUInt32LE(at + 12)];
    return [file[at], file[at + 1], file.toString('latin1', offset, offset + length)];
  });
  expect(found).toEqual([
    [16, 16, 'small'],
    [0, 0, 'large one'],
  ]);
});

test('an ICNS lacks no size', () => {
  expect(() => makeIcns([])).toThrow('There is no picture of 16 pixels.');
  expect(new Set(Object.values(ICNS_ENTRIES))).toEqual(new Set([16, 32, 64, 128, 256, 512, 1024]));
});

test.each([
  ['nothing', [], []],
  ['what does not repeat', [1, 2, 2, 3], [3, 1, 2, 2, 3]],
  ['a run', [7, 7, 7], [128, 7]],
  ['a run between others', [1, 7, 7, 7, 7, 2], [0, 1, 129, 7, 0, 2]],
  ['the longest run', new Array(131).fill(7), [255, 7, 0, 7]],
  [
    'the longest stretch without a run',
    Array.from({ length: 130 }, (_, at) => at),
    [127, ...Array.from({ length: 128 }, (_, at) => at), 1, 128, 129],
  ],
])('packed: %s', (_, plain, packed) => {
  expect([...pack(Uint8Array.from(plain))]).toEqual(packed);
});
