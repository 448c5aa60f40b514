import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventually, temporaryFolder } from './temp.ts';

it('makes a folder and removes it with all it holds', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder.path, 'file'), 'text');
  await folder.remove();
  expect(existsSync(folder.path)).toBe(false);
  await folder.remove();
});

it('waits for a check to hold, and hands its value on', async () => {
  let calls = 0;
  const value = await eventually(() => {
    calls++;
    if (calls === 1) throw new Error('not yet');
    return calls === 3 && 'done';
  });
  expect(value).toBe('done');
});

it('says what it waited for and how that looked last', async () => {
  await expect(eventually(() => 0, { timeoutMs: 20, what: 'a message' })).rejects.toThrow(
    'Gave up after 20 ms waiting for a message (last value: 0)',
  );
  const failing = () => Promise.reject(new Error('no such file'));
  await expect(eventually(failing, { timeoutMs: 20 })).rejects.toThrow('last error: no such file');
});
