import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Child, runScript } from '../testing/fixtures/child-process.ts';
import { eventually, type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { AlreadyRunning, lockDataFolder } from './lock.ts';

let folder: TemporaryFolder;
const children: Child[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  for (const { process } of children.splice(0)) process.kill('SIGKILL');
  await folder.remove();
});

/** A process that takes the lock, writes "won" or its error, and keeps what it has until it is killed. */
function contender(): Child & { readonly said: () => string } {
  let said = '';
  const child = runScript(`
    import { AlreadyRunning, lockDataFolder } from './host/lock.ts';
    try {
      await lockDataFolder(${JSON.stringify(folder.path)});
      console.log('won');
    } catch (error) {
      console.log(error.message);
    }
    setInterval(() => {}, 1000);
  `);
  children.push(child);
  child.process.stdout.on('data', (chunk) => {
    said += chunk;
  });
  return { ...child, said: () => said.trim() };
}

test('of many that start at the same instant one wins, and the others name it', async () => {
  const all = Array.from({ length: 6 }, contender);
  await eventually(() => all.every(({ said }) => said() !== ''));
  const [winner, ...more] = all.filter(({ said }) => said() === 'won');
  expect(more).toEqual([]);
  const others = all.filter((child) => child !== winner).map(({ said }) => said());
  expect(new Set(others)).toEqual(new Set([`Waypost already runs on this folder (process ${winner?.pid}).`]));
});

test('the lock of a killed process is free, even when its pid belongs to another program by now', async () => {
  const killed = contender();
  await eventually(() => killed.said() === 'won');
  await expect(lockDataFolder(folder.path)).rejects.toMatchObject({ pid: killed.pid, exitCode: 1 });
  killed.process.kill('SIGKILL');
  await killed.ended;
  await writeFile(join(folder.path, 'waypost.pid'), `${process.ppid}\n`);
  const unlock = await lockDataFolder(folder.path);
  unlock();
});

test('within one process too', async () => {
  const unlock = await lockDataFolder(folder.path);
  await expect(lockDataFolder(folder.path)).rejects.toThrow(
    `already runs on this folder (process ${process.pid})`,
  );
  await expect(lockDataFolder(folder.path)).rejects.toBeInstanceOf(AlreadyRunning);
  // The one that was refused has taken nothing away.
  const other = contender();
  await eventually(() => other.said() !== '');
  expect(other.said()).toContain(`(process ${process.pid})`);
  unlock();
  expect(await readdir(folder.path)).toEqual(['waypost.lock']);
  const again = await lockDataFolder(folder.path);
  again();
});

test('a pid that nobody has is not named', async () => {
  const unlock = await lockDataFolder(folder.path);
  await writeFile(join(folder.path, 'waypost.pid'), '4194999\n');
  await expect(lockDataFolder(folder.path)).rejects.toThrow('Waypost already runs on this folder.');
  unlock();
});

test('a lock file that is none is told', async () => {
  await writeFile(join(folder.path, 'waypost.lock'), 'something else entirely');
  await expect(lockDataFolder(folder.path)).rejects.toThrow("can't be locked");
});
