import { expect, it } from 'vitest';
import { LineEnds } from './line-ends.ts';

function normalized(chunks: readonly Buffer[]): string {
  const lines = new LineEnds();
  const parts = chunks.map((chunk) => lines.normalize(chunk));
  return Buffer.concat([...parts, lines.end()]).toString('latin1');
}

it.each([
  ['', ''],
  ['a\r\nb\r\n', 'a\r\nb\r\n'],
  ['a\nb\n', 'a\r\nb\r\n'],
  ['a\rb\r', 'a\r\nb\r\n'],
  ['\n', '\r\n'],
  ['\r', '\r\n'],
  ['\n\n', '\r\n\r\n'],
  ['\r\r', '\r\n\r\n'],
  ['\r\r\n', '\r\n\r\n'],
  ['\n\r', '\r\n\r\n'],
  ['\r\n\r', '\r\n\r\n'],
  ['\n.\n', '\r\n.\r\n'],
  ['\r.\r', '\r\n.\r\n'],
  ['no end', 'no end'],
])('%j becomes %j', (sent, kept) => {
  expect(normalized([Buffer.from(sent)])).toBe(kept);
});

it('comes to the same however the bytes are cut', () => {
  for (let seed = 0; seed < 500; seed++) {
    const random = randomFrom(seed);
    const text = Buffer.from(Array.from({ length: 200 }, () => '\r\n.ax\u00e9'.charCodeAt(random(6))));
    const expected = text.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n');
    expect(normalized([text]), `seed ${seed}, whole`).toBe(expected);
    expect(normalized(cut(text, random)), `seed ${seed}, cut`).toBe(expected);
  }
});

it('hands on the very same chunk when nothing is wrong with it', () => {
  const chunk = Buffer.from('Subject: x\r\n\r\nHello\r\n');
  expect(new LineEnds().normalize(chunk)).toBe(chunk);
});

it('notes bytes above 127', () => {
  const lines = new LineEnds();
  lines.normalize(Buffer.from('abc\x7f\r\n'));
  expect(lines.eightBit).toBe(false);
  lines.normalize(Buffer.from([0x80]));
  lines.normalize(Buffer.from('abc'));
  expect(lines.eightBit).toBe(true);
});

function cut(bytes: Buffer, random: (below: number) => number): Buffer[] {
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = from + random(5);
    parts.push(bytes.subarray(from, to));
    from = to;
  }
  return parts;
}

/** Always the same numbers for a seed, so that a failure can be seen again (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed + 0x9e3779b9;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
