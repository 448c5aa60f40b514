import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ICNS_ENTRIES } from './icon-containers.mjs';
import {
  fingerprint,
  ICO_SIZES,
  LINUX_SIZES,
  outputs,
  PATHS,
  STATES,
  TONES,
  trayPictures,
  WINDOW_SIZE,
} from './icon-list.mjs';
import { decodePng } from './png.mjs';
import { root } from './project.mjs';

/** @param {string} path */
const read = (path) => readFileSync(join(root, path));
/** @param {string} path */
const picture = (path) => decodePng(read(path));

/**
 * Red, green, blue and alpha of each pixel.
 * @param {Uint8Array} pixels
 */
const colours = (pixels) =>
  Array.from({ length: pixels.length / 4 }, (_, at) => pixels.subarray(at * 4, at * 4 + 4));

test('the pictures were made of the drawing as it is now', () => {
  // What differs are the files that were changed by hand, or whose source was.
  const current = fingerprint(root).split('\n');
  const stamp = read(PATHS.stamp).toString().split(/\r?\n/);
  const differing = current.filter((line) => !stamp.includes(line));
  expect(differing, 'The icons are not up to date: run npm run icons.').toEqual([]);
  expect(stamp).toHaveLength(current.length);
});

test('they are small', () => {
  const sizes = outputs().map((path) => statSync(join(root, path)).size);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(600_000);
  expect(statSync(join(root, PATHS.sheet)).size).toBeLessThan(60_000);
});

describe('the app’s icon', () => {
  test.each([
    ...LINUX_SIZES.map((px) => ({ px, path: PATHS.linux(px) })),
    { px: WINDOW_SIZE, path: PATHS.window },
  ])('$path', ({ px, path }) => {
    const { width, height, pixels } = picture(path);
    expect([width, height]).toEqual([px, px]);
    expectTile(px, pixels);
  });

  test('for Windows', () => {
    const file = read(PATHS.ico);
    const entries = Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
      const at = 6 + 16 * index;
      const [length, offset] = [file.readUInt32LE(at + 8), file.readUInt32LE(at + 12)];
      const { width, height, pixels } = decodePng(file.subarray(offset, offset + length));
      expect([width, height]).toEqual([file[at] || 256, file[at + 1] || 256]);
      expectTile(width, pixels);
      return width;
    });
    expect(entries).toEqual(ICO_SIZES);
  });

  test('for macOS', () => {
    const file = read(PATHS.icns);
    expect(file.toString('latin1', 0, 4)).toBe('icns');
    expect(file.readUInt32BE(4)).toBe(file.length);
    /** @type {Map<string, { width: number, pixels: Uint8Array }>} */
    const found = new Map();
    for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
      const content = file.subarray(at + 8, at + file.readUInt32BE(at + 4));
      const isPacked = content.toString('latin1', 0, 4) === 'ARGB';
      found.set(file.toString('latin1', at, at + 4), isPacked ? unpack(content) : decodePng(content));
    }
    expect(Object.fromEntries([...found].map(([name, { width }]) => [name, width]))).toEqual(ICNS_ENTRIES);
    // 32 pixels are there in both forms.
    expect(found.get('ic05')?.pixels).toEqual(found.get('ic11')?.pixels);
    for (const { pixels } of found.values()) expect(colours(pixels)[0]?.[3]).toBeLessThan(128);
  });
});

/**
 * Colours up to the edges, and round corners.
 * @param {number} px
 * @param {Uint8Array} pixels
 */
function expectTile(px, pixels) {
  const all = colours(pixels);
  const alphaAt = (/** @type {number} */ x, /** @type {number} */ y) => all[y * px + x]?.[3];
  for (const [x, y] of /** @type {const} */ ([
    [0, 0],
    [px - 1, 0],
    [0, px - 1],
    [px - 1, px - 1],
  ])) {
    expect(alphaAt(x, y)).toBeLessThan(128);
    if (px >= 32) expect(alphaAt(x, y)).toBe(0);
  }
  expect(alphaAt(px / 2, 0)).toBe(255);
  expect(alphaAt(0, px / 2)).toBe(255);
  expect(alphaAt(px / 2, px / 2)).toBe(255);
}

/**
 * What follows the word ARGB: the four channels, packed.
 * @param {Buffer} content
 */
function unpack(content) {
  /** @type {number[]} */
  const plain = [];
  for (let at = 4; at < content.length; ) {
    const control = content[at] ?? 0;
    const end = control < 128 ? at + control + 2 : at + 2;
    const bytes = [...content.subarray(at + 1, end)];
    plain.push(...(control < 128 ? bytes : new Array(control - 125).fill(bytes[0])));
    at = end;
  }
  const count = plain.length / 4;
  const pixels = Uint8Array.from(plain, (_, at) => plain[((at + 1) % 4) * count + Math.floor(at / 4)] ?? 0);
  return { width: Math.sqrt(count), pixels };
}

describe('the tray', () => {
  test('has a picture of each state for every bar and density', () => {
    const of = (/** @type {string} */ wanted) =>
      STATES.map((state) =>
        trayPictures().filter((each) => each.state === state && each.tone === wanted),
      ).map((found) => found.map(({ px }) => px));
    const bars = [16, 20, 22, 24, 32, 44, 48, 64];
    expect(of('light')).toEqual(STATES.map(() => bars));
    expect(of('dark')).toEqual(STATES.map(() => bars));
    expect(of('template')).toEqual(STATES.map(() => [16, 32, 48]));
  });

  test.each(trayPictures())('$path', ({ path, px, state, tone }) => {
    const { width, height, pixels } = picture(path);
    expect([width, height]).toEqual([px, px]);
    const all = colours(pixels);
    const seen = all.filter(([, , , alpha]) => alpha === 255);
    const hasBadge = (state === 'partly' || state === 'stuck') && tone !== 'template';
    const expected = [TONES[tone].ink, ...(hasBadge ? [TONES[tone][state]] : [])];
    const nearest = seen.map((colour) => expected.find((each) => distance(colour, each) <= ROUNDING));
    expect(new Set(nearest)).toEqual(new Set(expected));
    // Bars differ in colour, so whatever is not drawn must let them through.
    expect(all[px - 1]?.[3]).toBe(0);
    expect(all.filter(([, , , alpha]) => alpha === 0).length).toBeGreaterThan(all.length / 4);
    if (tone === 'template') {
      expect(all.every(([red, green, blue]) => red === 0 && green === 0 && blue === 0)).toBe(true);
    }
  });

  test.each(trayPictures().filter(({ state }) => state === STATES[0]))(
    'states differ by shape alone: $tone, $px px',
    ({ path, px }) => {
      const shapes = STATES.map((state) => {
        const all = colours(picture(path.replace(STATES[0], state)).pixels);
        return all.map(([, , , alpha]) => Number(alpha) >= 128);
      });
      for (const [index, shape] of shapes.entries()) {
        for (const other of shapes.slice(index + 1)) {
          const different = shape.filter((isDrawn, at) => isDrawn !== other[at]).length;
          // At 16 pixels the least is the exclamation mark against the half disc.
          expect(different).toBeGreaterThanOrEqual((px * px) / 32);
        }
      }
    },
  );

  test.each([
    ['light', '#f3f3f3'],
    ['light', '#ffffff'],
    ['dark', '#1f1f1f'],
    ['dark', '#2b2b2b'],
  ])('colours stand out from a bar that is %s (%s)', (tone, bar) => {
    for (const colour of Object.values(tone === 'light' ? TONES.light : TONES.dark)) {
      const [lighter, darker] = [luminance(colour), luminance(bar)].sort((a, b) => b - a);
      // WCAG 2, 1.4.11: what must be seen to understand a graphic.
      expect((Number(lighter) + 0.05) / (Number(darker) + 0.05)).toBeGreaterThanOrEqual(3);
    }
  });
});

/** Blending is exact to a step or two of 255. */
const ROUNDING = 2;

/**
 * The largest difference of a channel.
 * @param {Uint8Array} colour
 * @param {string} hex
 */
function distance(colour, hex) {
  return Math.max(
    ...Buffer.from(hex.slice(1), 'hex').map((value, at) => Math.abs(value - (colour[at] ?? 0))),
  );
}

/**
 * WCAG 2's relative luminance.
 * @param {string} colour
 */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * Number(red) + 0.7152 * Number(green) + 0.0722 * Number(blue);
}
