import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runWaypost } from '../testing/fixtures/child-process.ts';
import { type FakeState, fakeRouter, fakeState } from '../testing/fixtures/fake-api.ts';
import { PART_BYTES } from '../testing/fixtures/fake-mail.ts';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { serveControl } from '../web/control.ts';
import { controlPath } from '../web/control-path.ts';

let folder: TemporaryFolder;
let state: FakeState;
let stop: () => Promise<void>;

beforeEach(async () => {
  folder = await temporaryFolder();
  state = fakeState();
  stop = await serveControl(controlPath(folder.path), fakeRouter(state), {}, { log: () => {} });
});

afterEach(async () => {
  await stop();
  await folder.remove();
});

test('prints on standard output and ends with 0', async () => {
  const { stdout, stderr, ended } = runWaypost(['status'], { WAYPOST_DATA: folder.path });
  expect(await stdout).toContain('Waypost on mail.example.com');
  expect([await stderr, await ended]).toEqual(['', 0]);
});

test('wrong usage ends with 2, an error with 1', async () => {
  const wrong = runWaypost(['nonsense']);
  expect([await wrong.stderr, await wrong.ended]).toEqual(["Unknown command 'nonsense'\n", 2]);
  await stop();
  const notRunning = runWaypost(['queue', 'list', '--json', '--data', folder.path]);
  expect([await notRunning.stdout, await notRunning.ended]).toEqual(['', 1]);
});

test('does not wait for the end of input once it has the password', async () => {
  const args = ['account', 'add', 'a@example.com', '--password-stdin', '--data', folder.path];
  const { process, stdout, ended } = runWaypost(args);
  process.stdin.write('secret\n');
  expect([await stdout, await ended]).toEqual(['Added a@example.com.\n', 0]);
  expect(state.passwords.get('a@example.com')).toBe('secret');
});

test('a reader that leaves early ends it quietly, without the rest of the message', async () => {
  state.raw.set('m', randomBytes(50 * PART_BYTES));
  const child = runWaypost(['mail', 'show', 'a@example.com', 'm', '--data', folder.path]);
  await once(child.process.stdout, 'data');
  child.process.stdout.destroy();
  child.stdout.catch(() => {});
  expect([await child.stderr, await child.ended]).toEqual(['', 0]);
  expect(state.asked.length).toBeLessThan(10);
});
