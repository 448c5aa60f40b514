import { crc32, deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodePng } from './png.mjs';

/**
 * A PNG of given rows, each beginning with its filter.
 * @param {{ width: number, rows: number[][], type?: number, depth?: number }} picture
 */
function png({ width, rows, type = 6, depth = 8 }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([depth, type, 0, 0, 0], 8);
  const data = deflateSync(Buffer.from(rows.flat()));
  // In two pieces: their border means nothing.
  const pieces = [data.subarray(0, 5), data.subarray(5)];
  const chunks = [['IHDR', header], ...pieces.map((piece) => ['IDAT', piece]), ['IEND', Buffer.alloc(0)]];
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ...chunks.map(([name, content]) => {
      const named = Buffer.concat([Buffer.from(String(name)), Buffer.from(content ?? '')]);
      const around = Buffer.alloc(8);
      around.writeUInt32BE(named.length - 4, 0);
      around.writeUInt32BE(crc32(named), 4);
      return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)]);
    }),
  ]);
}

test('rows are put back together, whatever filter they went through', () => {
  const { width, height, pixels } = decodePng(
    png({
      width: 2,
      rows: [
        [0, 10, 20, 30, 40, 50, 60, 70, 80], // as it is
        [1, 11, 21, 31, 41, 1, 1, 1, 1], // left
        [2, 1, 1, 1, 1, 1, 1, 1, 250], // above
        [3, 5, 5, 5, 5, 0, 0, 0, 0], // the mean of both
        [4, 1, 1, 1, 1, 2, 2, 2, 2], // the nearest of three
      ],
    }),
  );
  expect({ width, height }).toEqual({ width: 2, height: 5 });
  expect([...pixels]).toEqual([
    ...[10, 20, 30, 40, 50, 60, 70, 80],
    ...[11, 21, 31, 41, 12, 22, 32, 42],
    ...[12, 22, 32, 42, 13, 23, 33, 36],
    ...[11, 16, 21, 26, 12, 19, 27, 31],
    ...[12, 17, 22, 27, 14, 21, 29, 33],
  ]);
});

test('without transparency all is opaque', () => {
  const { pixels } = decodePng(png({ width: 1, rows: [[0, 1, 2, 3]], type: 2 }));
  expect([...pixels]).toEqual([1, 2, 3, 255]);
});

test('anything else is refused, not misread', () => {
  expect(() => decodePng(Buffer.from('<svg/>'))).toThrow('This is no PNG.');
  expect(() => decodePng(png({ width: 1, rows: [[0, 1]], type: 3 }))).toThrow('of another kind');
  expect(() => decodePng(png({ width: 1, rows: [[0, 1]], depth: 16 }))).toThrow('of another kind');
});
