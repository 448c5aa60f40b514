import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeState } from '../testing/fixtures/fake-api.ts';
import { temporaryFolder } from '../testing/temp.ts';
import { readRunFile, removeRunFile, writeRunFile } from './run-file.ts';

test('is written whole, for this user only, and removed', async () => {
  const folder = await temporaryFolder();
  const path = join(folder.path, 'run.json');
  const info = { pid: 1234, version: '1.2.3', ui: null, listeners: fakeState().status.listeners };
  writeRunFile(folder.path, info);
  writeRunFile(folder.path, { ...info, pid: 1235 });
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
    pid: 1235,
    version: '1.2.3',
    ui: null,
    listeners: [
      { name: 'primary', address: '', port: 25, state: 'listening' },
      { name: 'secondary', address: '', port: 587, state: 'failed' },
    ],
  });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder.path)).toEqual(['run.json']);
  expect(readRunFile(folder.path)).toMatchObject({ pid: 1235 });

  removeRunFile(folder.path);
  removeRunFile(folder.path);
  expect(readRunFile(folder.path)).toBeNull();
  await writeFile(path, '{"pid":');
  expect(readRunFile(folder.path)).toBeNull();
  await folder.remove();
});
