import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { parsePatch, readPatch } from './read-patch.ts';

test.each([
  ['', 'it is empty.'],
  ['{"a":', 'it ends too early, at line 1, column 6.'],
  ['{\n  "a": 1,\n  b: 2\n}', 'see line 3, column 3, at b: 2'],
])('%j', (text, sentence) => {
  expect(() => parsePatch(text, 'my.json')).toThrow(`my.json is not valid JSON: ${sentence}`);
});

test('a file, or standard input; a byte order mark does not matter', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waypost-'));
  const file = join(folder, 'patch.json');
  await writeFile(file, '\ufeff{"hostname":"mail.example.com"}');
  expect(await readPatch(file, Readable.from([]))).toEqual({ hostname: 'mail.example.com' });
  expect(await readPatch('-', Readable.from([Buffer.from('{"a"'), Buffer.from(':1}')]))).toEqual({ a: 1 });
  await expect(readPatch(folder, Readable.from([]))).rejects.toThrow(
    `${folder} can't be read: it is a folder.`,
  );
  await rm(folder, { recursive: true });
  await expect(readPatch(file, Readable.from([]))).rejects.toThrow('no such file or folder');
});
