import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readPassword } from './password.ts';

const from = (...parts: string[]) => readPassword(Readable.from(parts.map((part) => Buffer.from(part))));

test.each([
  ['one line', ['secret\n'], 'secret'],
  ['a line end of Windows', ['secret\r\n'], 'secret'],
  ['no line end', ['secret'], 'secret'],
  ['only the first line', ['secret\nmore\n'], 'secret'],
  ['spaces count', [' se cret \n'], ' se cret '],
  ['parts', ['se', 'cr', 'et\n', 'more'], 'secret'],
  ['a byte order mark', ['\ufeffgeheim ü\n'], 'geheim ü'],
])('%s', async (_name, parts, password) => {
  expect(await from(...parts)).toBe(password);
});

test('it does not wait for the end of input once the line is there', async () => {
  const input = new PassThrough();
  input.write('secret\n');
  expect(await readPassword(input)).toBe('secret');
});

test('what is no password is refused', async () => {
  await expect(from('')).rejects.toThrow('empty');
  await expect(from('\nsecret')).rejects.toThrow('empty');
  await expect(from('x'.repeat(5000))).rejects.toThrow('too long');
  await expect(readPassword(Readable.from([Buffer.from([0xff, 0x0a])]))).rejects.toThrow('not UTF-8');
});
