import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { defaultDataFolder, prepareDataFolder, resolveDataFolder } from './data-folder.ts';

let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder.remove());

test('the environment names the default, else the platform does', () => {
  expect(defaultDataFolder({ WAYPOST_DATA: '/srv/mail' })).toBe('/srv/mail');
  expect(defaultDataFolder({})).toContain('Waypost');
  expect(defaultDataFolder({ WAYPOST_DATA: '' })).toContain('Waypost');
  expect(resolveDataFolder('data', {})).toBe(resolve('data'));
});

test('all ways to a folder give the same path', async () => {
  const real = join(folder.path, 'real');
  await mkdir(real);
  await symlink(real, join(folder.path, 'link'));
  expect(resolveDataFolder(join(folder.path, 'link'), {})).toBe(real);
  expect(prepareDataFolder(join(folder.path, 'link'))).toBe(real);
});

test('a new folder is for this user only', async () => {
  const made = prepareDataFolder(join(folder.path, 'a', 'b'));
  expect(made).toBe(join(folder.path, 'a', 'b'));
  expect((await stat(made)).mode & 0o777).toBe(0o700);
});

test('a file in the way is told', async () => {
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  expect(() => prepareDataFolder(file)).toThrow(
    `The data folder ${file} can't be made: there is a file in the way.`,
  );
  expect(() => prepareDataFolder(join(file, 'below'))).toThrow("can't be made: there is a file in the way.");
});

test.runIf(process.platform === 'linux')('a place where nothing can be made is told', () => {
  expect(() => prepareDataFolder('/proc/waypost/data')).toThrow(
    "The data folder /proc/waypost/data can't be made: ",
  );
});
