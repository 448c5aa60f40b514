import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runChild } from './child.mjs';
import { withLock } from './lock.mjs';

const folder = mkdtempSync(join(tmpdir(), 'waypost-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const module = new URL('./lock.mjs', import.meta.url).href;

test('one works at a time, and nothing stays behind', async () => {
  const path = join(folder, 'turns');
  const busy = join(folder, 'busy');
  const code = `
    import { rmSync, writeFileSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(module)};
    for (let turn = 0; turn < 5; turn++) {
      await withLock(${JSON.stringify(path)}, async () => {
        writeFileSync(${JSON.stringify(busy)}, '', { flag: 'wx' });
        await sleep(5);
        rmSync(${JSON.stringify(busy)});
      });
    }`;
  const runs = [1, 2, 3].map(() => {
    return runChild(process.execPath, ['--input-type=module', '-e', code], { quiet: true });
  });
  for (const { status, output } of await Promise.all(runs)) expect([status, output]).toEqual([0, '']);
  expect(existsSync(path)).toBe(false);
});

test('a lock whose process is gone is taken over at once', async () => {
  const path = join(folder, 'dead');
  const gone = await runChild(process.execPath, ['-p', 'process.pid'], { quiet: true });
  writeFileSync(path, gone.output.trim());
  expect(await withLock(path, async () => 'done')).toBe('done');
});

test('a lock that nobody touches is taken over, whoever has its number now', async () => {
  const path = join(folder, 'silent');
  writeFileSync(path, String(process.ppid));
  let waits = 0;
  const options = { silenceMs: 300, onWait: () => waits++ };
  expect(await withLock(path, async () => 'done', options)).toBe('done');
  expect(waits).toBe(1);
});

test('the lock is free again after work that failed', async () => {
  const path = join(folder, 'failing');
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});
