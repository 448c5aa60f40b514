import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { uiToken } from './ui-token.ts';

let folder: TemporaryFolder;
const file = () => join(folder.path, 'ui-token');

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

it('is 256 random bits, kept for this user only', async () => {
  const token = await uiToken(folder.path);
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(await readFile(file(), 'utf8')).toBe(`${token}\n`);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect(await readdir(folder.path)).toEqual(['ui-token']);
  expect(await uiToken(folder.path)).toBe(token);
});

it('is another one for each folder', async () => {
  const other = await temporaryFolder();
  expect(await uiToken(other.path)).not.toBe(await uiToken(folder.path));
  await other.remove();
});

it('is closed to others again where the file was not', async () => {
  const token = await uiToken(folder.path);
  await chmod(file(), 0o644);
  expect(await uiToken(folder.path)).toBe(token);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
});

it.each(['', 'short', `${'x'.repeat(42)}!`, `${'x'.repeat(43)}\n${'x'.repeat(43)}`])(
  'is made anew where the file holds %j',
  async (content) => {
    await writeFile(file(), content);
    const token = await uiToken(folder.path);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await readFile(file(), 'utf8')).toBe(`${token}\n`);
  },
);
