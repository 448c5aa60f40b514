import { inflateSync } from 'node:zlib';

// Reads the kind of PNG that a browser's screenshot is: 8 bits a channel, RGB or RGBA, not interlaced.

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Channels by the colour type of the header. */
const CHANNELS = new Map([
  [2, 3],
  [6, 4],
]);

/**
 * @typedef {object} Picture
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} pixels red, green, blue and alpha of each, row by row from the top
 */

/**
 * @param {Uint8Array} file
 * @returns {Picture}
 * @throws {Error} when it is no PNG of that kind
 */
export function decodePng(file) {
  const { width, height, channels, data } = chunksOf(Buffer.from(file));
  const raw = unfilter(inflateSync(data), width * channels, height, channels);
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let at = 0; at < width * height; at++) {
    for (let channel = 0; channel < channels; channel++) {
      pixels[at * 4 + channel] = raw[at * channels + channel] ?? 0;
    }
  }
  return { width, height, pixels };
}

/** @param {Buffer} file */
function chunksOf(file) {
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw new Error('This is no PNG.');
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const [depth, type, , , interlaced] = file.subarray(24, 29);
  const channels = CHANNELS.get(type ?? 0);
  if (depth !== 8 || channels === undefined || interlaced !== 0)
    throw new Error('This PNG is of another kind.');
  const data = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return { width, height, channels, data: Buffer.concat(data) };
}

/**
 * Each row begins with the filter it went through (PNG specification, section 9): what is stored is the
 * difference to a guess from the pixel to the left, the one above, or both.
 * @param {Uint8Array} rows
 * @param {number} stride bytes of a row without its filter
 * @param {number} height
 * @param {number} step bytes of a pixel
 */
function unfilter(rows, stride, height, step) {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < step ? 0 : (out[at - step] ?? 0);
      const above = y === 0 ? 0 : (out[at - stride] ?? 0);
      const corner = x < step || y === 0 ? 0 : (out[at - stride - step] ?? 0);
      out[at] = (rows[y * (stride + 1) + 1 + x] ?? 0) + guess(filter, left, above, corner);
    }
  }
  return out;
}

/**
 * @param {number} filter
 * @param {number} left
 * @param {number} above
 * @param {number} corner
 */
function guess(filter, left, above, corner) {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      const [a, b, c] = [left, above, corner].map((each) => Math.abs(left + above - corner - each));
      return Number(a) <= Number(b) && Number(a) <= Number(c)
        ? left
        : Number(b) <= Number(c)
          ? above
          : corner;
    }
    default:
      return 0;
  }
}
