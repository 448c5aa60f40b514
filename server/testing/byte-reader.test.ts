import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readBytes, stuff } from './byte-reader.ts';

/** A socket's reading side that gets `text` in pieces of `size` bytes. */
function inPieces(text: string, size: number): Socket {
  const stream = new PassThrough();
  for (let at = 0; at < text.length; at += size) stream.write(text.slice(at, at + size));
  stream.end();
  return stream as unknown as Socket;
}

describe.each([1, 2, 3, 4, 5, 1000])('reading pieces of %i bytes', (size) => {
  it('finds lines and bodies in order', async () => {
    const reader = readBytes(inPieces('DATA\r\n..a\r\n.b\n.\nc\r\n...\r\n.\r\nQUIT\nNOOP', size));
    expect(await reader.line()).toBe('DATA');
    expect((await reader.body())?.toString()).toBe('.a\r\nb\n.\nc\r\n..\r\n');
    expect(await reader.line()).toBe('QUIT');
    expect(await reader.line()).toBeUndefined();
  });

  it('takes a lone dot for an empty body', async () => {
    const reader = readBytes(inPieces('.\r\nQUIT\r\n', size));
    expect((await reader.body())?.length).toBe(0);
    expect(await reader.line()).toBe('QUIT');
  });

  it('does not take an unfinished body for a message', async () => {
    expect(await readBytes(inPieces('a\r\n.\n', size)).body()).toBeUndefined();
  });
});

describe('stuff', () => {
  it.each([
    ['', '.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['a\r\n', 'a\r\n.\r\n'],
    ['.\r\n', '..\r\n.\r\n'],
    ['.a\r\n.\r\n..b\r\nc.\r\n', '..a\r\n..\r\n...b\r\nc.\r\n.\r\n'],
  ])('%j goes out as %j and comes back', async (body, wire) => {
    expect(stuff(Buffer.from(body)).toString()).toBe(wire);
    const received = await readBytes(inPieces(wire, 2)).body();
    expect(received?.toString()).toBe(body === 'a' ? 'a\r\n' : body);
  });
});
