import { watch } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually, type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { confStore, UnusableSettings } from './store.ts';

let folder: TemporaryFolder;
let path: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'settings.json');
});
afterEach(() => folder.remove());

function loadError(): UnusableSettings | undefined {
  try {
    confStore(folder.path).load();
    return undefined;
  } catch (error) {
    if (error instanceof UnusableSettings) return error;
    throw error;
  }
}

it('has nothing at a first start, and writes nothing by looking', async () => {
  expect(confStore(folder.path).load()).toBeUndefined();
  expect(await readdir(folder.path)).toEqual([]);
});

it('keeps what it was given in readable JSON that only the owner may read', async () => {
  const stored = { revision: 3, settings: { log: { maxMB: 50 }, 'odd.key': 1 } };
  confStore(folder.path).save(stored);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 1, ...stored });
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(confStore(folder.path).load()).toEqual(stored);
  expect(await readdir(folder.path)).toEqual(['settings.json']);
});

it('replaces what was stored as a whole, and the mode of the file with it', async () => {
  await writeFile(path, '{"version":1,"revision":1,"settings":{"log":{"maxMB":50}}}', { mode: 0o644 });
  confStore(folder.path).save({ revision: 2, settings: { hostname: 'a' } });
  expect(confStore(folder.path).load()).toEqual({ revision: 2, settings: { hostname: 'a' } });
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('removes what a process that was killed has half written, and nothing else', async () => {
  const stored = { revision: 1, settings: { hostname: 'a' } };
  confStore(folder.path).save(stored);
  const others = ['settings.json.tmp-mine', 'settings.json.damaged-1', 'other.json.tmp-6052780788015edc'];
  for (const name of ['settings.json.tmp-6052780788015edc', 'settings.json.tmp-6052780789abcdef', ...others])
    await writeFile(join(folder.path, name), '{"version":1,"rev');
  expect(confStore(folder.path).load()).toEqual(stored);
  expect((await readdir(folder.path)).sort()).toEqual(['settings.json', ...others].sort());
});

it('finds the name that conf writes to first', async () => {
  const written: string[] = [];
  const watcher = watch(folder.path, (_event, name) => written.push(`${name}`));
  try {
    await eventually(async () => {
      confStore(folder.path).save({ revision: 1, settings: {} });
      await new Promise((resolve) => setTimeout(resolve, 10));
      return written.some((name) => name.startsWith('settings.json.'));
    });
  } finally {
    watcher.close();
  }
  const first = written.find((name) => name !== 'settings.json') ?? '';
  await writeFile(join(folder.path, first), 'half');
  confStore(folder.path).load();
  expect(await readdir(folder.path)).toEqual(['settings.json']);
});

it.each([
  ['', 'damaged', /^settings\.json is damaged \(.*JSON/],
  ['{"version":1,', 'damaged', /^settings\.json is damaged \(.*JSON/],
  ['null', 'damaged', /it has no version/],
  ['[]', 'damaged', /it has no version/],
  ['"text"', 'damaged', /it has no version/],
  ['{}', 'damaged', /it has no version/],
  ['{"version":"1","revision":1,"settings":{}}', 'damaged', /it has no version/],
  ['{"version":1,"settings":{}}', 'damaged', /revision or settings are missing/],
  ['{"version":1,"revision":1}', 'damaged', /revision or settings are missing/],
  ['{"version":1,"revision":1,"settings":null}', 'damaged', /revision or settings are missing/],
  ['{"version":1,"revision":1,"settings":[]}', 'damaged', /revision or settings are missing/],
  ['{"version":2,"revision":1,"settings":{}}', 'newer', /written by a newer version of Waypost/],
])('takes %j for %s', async (text, reason, message) => {
  await writeFile(path, text);
  expect(loadError()).toMatchObject({ reason, message: expect.stringMatching(message) });
  expect(await readFile(path, 'utf8')).toBe(text);
});

it('puts a file aside under a name that tells why', async () => {
  await writeFile(path, 'rubbish');
  const name = confStore(folder.path).setAside('damaged');
  expect(name).toMatch(/^settings\.damaged-\d{4}-.*\.json$/);
  expect(await readdir(folder.path)).toEqual([name]);
  expect(await readFile(join(folder.path, name), 'utf8')).toBe('rubbish');
});

it('does not take a file that can not be read for a damaged one', async () => {
  await mkdir(path);
  expect(() => confStore(folder.path).load()).toThrow(/^settings\.json can't be read \(EISDIR\)\.$/);
});
