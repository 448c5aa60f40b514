import { decodePng } from './png.mjs';

// The two files that hold a picture in several sizes: Windows' ICO and Apple's ICNS.

/** @typedef {{ px: number, png: Buffer }} Sized a square picture, `px` pixels wide */

/**
 * Windows' ICO: a directory, then the pictures as PNG, which every Windows reads since Vista.
 * @param {Sized[]} pictures none wider than 256
 */
export function makeIco(pictures) {
  const ENTRY = 16;
  const header = Buffer.alloc(6);
  header.writeUInt16LE(1, 2); // an icon, not a cursor
  header.writeUInt16LE(pictures.length, 4);
  let at = header.length + ENTRY * pictures.length;
  const directory = pictures.map(({ px, png }) => {
    const entry = Buffer.alloc(ENTRY);
    entry.writeUInt8(px % 256, 0); // 0 stands for 256
    entry.writeUInt8(px % 256, 1);
    entry.writeUInt16LE(1, 4); // colour planes
    entry.writeUInt16LE(32, 6); // bits per pixel
    entry.writeUInt32LE(png.length, 8);
    entry.writeUInt32LE(at, 12);
    at += png.length;
    return entry;
  });
  return Buffer.concat([header, ...directory, ...pictures.map(({ png }) => png)]);
}

/**
 * The sizes of Apple's ICNS, in pixels, by the name of their entry. An entry "@2x" is drawn for half its size.
 * @type {Readonly<Record<string, number>>}
 */
export const ICNS_ENTRIES = {
  ic04: 16,
  ic11: 32, // 16@2x
  ic05: 32,
  ic12: 64, // 32@2x
  ic07: 128,
  ic13: 256, // 128@2x
  ic08: 256,
  ic14: 512, // 256@2x
  ic09: 512,
  ic10: 1024, // 512@2x
};
/** PNG in the two smallest comes out garbled in the Finder; these it takes as packed channels only. */
const PACKED = ['ic04', 'ic05'];

/**
 * Apple's ICNS: entries one after the other, each with its name and length.
 * @param {Sized[]} pictures one of each size that {@link ICNS_ENTRIES} names
 */
export function makeIcns(pictures) {
  const entries = Object.entries(ICNS_ENTRIES).map(([name, size]) => {
    const png = pictures.find(({ px }) => px === size)?.png;
    if (!png) throw new Error(`There is no picture of ${size} pixels.`);
    return chunk(name, PACKED.includes(name) ? packedChannels(png) : png);
  });
  return chunk('icns', Buffer.concat(entries));
}

/**
 * @param {string} name
 * @param {Buffer} content
 */
function chunk(name, content) {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32BE(content.length + 8, 4);
  return Buffer.concat([head, content]);
}

/**
 * The word ARGB, then the four channels one after the other, each packed.
 * @param {Buffer} png
 */
function packedChannels(png) {
  const { pixels } = decodePng(png);
  const channels = [3, 0, 1, 2].map((channel) => pack(pixels.filter((_, at) => at % 4 === channel)));
  return Buffer.concat([Buffer.from('ARGB', 'latin1'), ...channels]);
}

/**
 * Run lengths as ICNS counts them: a byte n below 128 announces n + 1 bytes as they are, one from 128 on says
 * that the next byte comes n - 125 times.
 * @param {Uint8Array} bytes
 */
export function pack(bytes) {
  /** @type {number[]} */
  const out = [];
  /** @type {number[]} */
  let plain = [];
  const flush = () => {
    if (plain.length > 0) out.push(plain.length - 1, ...plain);
    plain = [];
  };
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    let run = 1;
    while (run < 130 && bytes[at + run] === byte) run++;
    if (run >= 3) {
      flush();
      out.push(run + 125, byte);
      at += run;
    } else {
      plain.push(byte);
      at++;
      if (plain.length === 128) flush();
    }
  }
  flush();
  return Buffer.from(out);
}
