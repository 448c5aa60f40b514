import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../host/failure.ts';
import { readRunFile } from '../host/run-file.ts';
import { type Child, runScript, runWaypost } from '../testing/fixtures/child-process.ts';
import { fakeRouter, fakeState } from '../testing/fixtures/fake-api.ts';
import { fakeEngine } from '../testing/fixtures/fake-engine.ts';
import { fakeIo } from '../testing/fixtures/fake-io.ts';
import { eventually, type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { serveControl } from '../web/control.ts';
import { controlPath } from '../web/control-path.ts';
import { connectTo } from './client.ts';
import { serve } from './serve.ts';

let folder: TemporaryFolder;
const children: Child[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  for (const { process } of children.splice(0)) process.kill('SIGKILL');
  await folder.remove();
});

function begin({ json = false, settingsFile }: { json?: boolean; settingsFile?: string } = {}) {
  const io = fakeIo();
  const fake = fakeEngine();
  const served = serve({ dataFolder: folder.path, settingsFile, json }, io, fake.startEngine);
  served.catch(() => {});
  return { io, fake, served, up: () => eventually(() => readRunFile(folder.path)) };
}

test('serves, tells where, answers commands, and leaves nothing behind', async () => {
  const { io, fake, served, up } = begin();
  expect(await up()).toEqual({
    pid: process.pid,
    version: expect.stringMatching(/^\d/),
    ui: null,
    listeners: [
      { name: 'primary', address: '', port: 25, state: 'listening' },
      { name: 'secondary', address: '', port: 587, state: 'failed' },
    ],
  });
  expect(await connectTo(folder.path).status.get()).toEqual(fake.state.status);
  expect(fake.started[0]).toMatchObject({ dataFolder: folder.path, settingsPatch: undefined });

  io.events.emit('SIGTERM');
  await served;
  expect(fake.stops()).toBe(1);
  expect(io.err().split('\n')).toEqual([
    `Data folder: ${folder.path}`,
    'Listening on port 25, all addresses (primary, STARTTLS offered).',
    'Not listening on port 587, all addresses (secondary, STARTTLS offered): Port 587 is in use.',
    'Stopping; connections in use may take up to 10 seconds (Ctrl+C again stops at once).',
    '',
  ]);
  expect(io.out()).toBe('');
  expect(await readdir(folder.path)).toEqual(['waypost.lock']);
  expect(io.events.eventNames()).toEqual([]);
});

test('run.json and the terminal follow the listeners', async () => {
  const { io, fake, served, up } = begin();
  await up();
  const [primary, secondary] = fake.state.status.listeners;
  if (!primary || !secondary) throw new Error('no listeners');
  fake.change([primary, { ...secondary, state: 'listening', reason: null }]);
  await eventually(() => readRunFile(folder.path)?.listeners[1]?.state === 'listening');
  fake.change([primary]);
  await eventually(() => readRunFile(folder.path)?.listeners.length === 1);
  io.events.emit('SIGINT');
  await served;
  const lines = io.err().split('\n');
  expect(lines.filter((line) => line.includes('port 25'))).toHaveLength(1);
  expect(lines).toContain('Listening on port 587, all addresses (secondary, STARTTLS offered).');
  expect(lines).toContain('No longer listening on port 587, all addresses (secondary).');
});

test('a second one is refused and disturbs nothing', async () => {
  const first = begin();
  await first.up();
  const second = begin();
  await expect(second.served).rejects.toThrow(
    `Waypost already runs on this folder (process ${process.pid}).`,
  );
  expect(second.fake.started).toEqual([]);
  expect(readRunFile(folder.path)).not.toBeNull();
  expect(await connectTo(folder.path).queue.list()).toEqual([]);
  first.io.events.emit('SIGTERM');
  await first.served;
});

test('a signal during the start stops in order as well', async () => {
  const { io, fake, served } = begin();
  io.events.emit('SIGTERM');
  await served;
  expect(fake.stops()).toBe(1);
  expect(await readdir(folder.path)).toEqual(['waypost.lock']);
});

test('a start that fails undoes what was begun', async () => {
  const io = fakeIo();
  const fake = fakeEngine();
  fake.refuse = new Failure('The database is damaged.');
  const options = { dataFolder: folder.path, json: false };
  await expect(serve(options, io, fake.startEngine)).rejects.toThrow('The database is damaged.');
  expect(io.err()).toBe(`Data folder: ${folder.path}\n`);
  expect(await readdir(folder.path)).toEqual(['waypost.lock']);

  delete fake.refuse;
  const stop = await serveControl(controlPath(folder.path), fakeRouter(fakeState()), {}, { log: () => {} });
  await expect(serve(options, io, fake.startEngine)).rejects.toThrow('already answers');
  expect(fake.stops()).toBe(1);
  await stop();
});

test('an error at the start that nobody foresaw is told in full', async () => {
  const io = fakeIo();
  const fake = fakeEngine();
  fake.refuse = new TypeError('x is not a function');
  const served = serve({ dataFolder: folder.path, json: false }, io, fake.startEngine);
  await expect(served).rejects.toThrow('could not start');
  expect(io.err()).toContain('TypeError: x is not a function\n');
  expect(await readdir(folder.path)).toEqual(['waypost.lock']);
});

test('settings are handed to the engine before it starts', async () => {
  const settingsFile = join(folder.path, 'my.json');
  await writeFile(settingsFile, '{"hostname":"mail.example.com"}');
  const { io, fake, served, up } = begin({ settingsFile });
  await up();
  expect(fake.started[0]?.settingsPatch).toEqual({ hostname: 'mail.example.com' });
  io.events.emit('SIGTERM');
  await served;
});

test('refused settings are told like those of "settings apply"', async () => {
  const settingsFile = join(folder.path, 'my.json');
  await writeFile(settingsFile, '{"a":1}');
  const issues = [
    { path: 'a', message: 'There is no setting "a".' },
    { path: 'b', message: 'Nor "b".' },
  ];
  for (const json of [false, true]) {
    const io = fakeIo();
    const fake = fakeEngine();
    fake.refuse = Object.assign(new Error('The settings are not valid.'), { issues });
    const served = serve({ dataFolder: folder.path, settingsFile, json }, io, fake.startEngine);
    await expect(served).rejects.toMatchObject({
      exitCode: 1,
      lines: json ? ['The settings are not valid.'] : ['a: There is no setting "a".', 'b: Nor "b".'],
    });
    expect(io.out() && JSON.parse(io.out())).toEqual(json ? { error: 'INVALID', issues } : '');
  }
});

test('a settings file that is no JSON changes nothing at all', async () => {
  const settingsFile = join(folder.path, 'my.json');
  await writeFile(settingsFile, '{');
  const { fake, served } = begin({ settingsFile });
  await expect(served).rejects.toThrow('is not valid JSON');
  expect(fake.started).toEqual([]);
  expect(await readdir(folder.path)).toEqual(['my.json']);
});

test('an error that nobody caught is logged in full and ends it with exit code 1', async () => {
  const { io, fake, served, up } = begin();
  await up();
  io.events.emit('uncaughtException', new TypeError('x is \u001b not a function'));
  await expect(served).rejects.toMatchObject({ exitCode: 1 });
  expect(fake.stops()).toBe(1);
  expect(io.err()).toContain('Error (uncaught error): TypeError: x is \\x1b not a function\n');
  expect(io.err()).toContain('serve.test.ts');
  expect(fake.reported).toEqual([expect.stringContaining('serve.test.ts')]);
  expect(await readdir(folder.path)).toEqual(['waypost.lock']);
});

/** `waypost serve` with the fake engine as a process of its own. */
function serveApart(): Child {
  const child = runScript(`
    import { EventEmitter } from 'node:events';
    import { Failure } from './host/failure.ts';
    import { fakeEngine } from './testing/fixtures/fake-engine.ts';
    import { serve } from './cli/serve.ts';
    const { stdin, stdout, stderr, env } = process;
    const io = { stdin, stdout, stderr, env, events: process, exitNow: (code) => process.exit(code) };
    const options = { dataFolder: ${JSON.stringify(folder.path)}, json: false };
    await serve(options, io, fakeEngine().startEngine);
  `);
  children.push(child);
  return child;
}

test('after SIGKILL it starts again; SIGTERM ends it with exit code 0', async () => {
  const killed = serveApart();
  await eventually(() => readRunFile(folder.path)?.pid === killed.pid);
  killed.process.kill('SIGKILL');
  expect(await killed.ended).toBe('SIGKILL');
  expect(await readdir(folder.path)).toEqual(['control.sock', 'run.json', 'waypost.lock', 'waypost.pid']);

  const next = serveApart();
  await eventually(() => readRunFile(folder.path)?.pid === next.pid);
  const status = runWaypost(['status', '--json', '--data', folder.path]);
  expect(JSON.parse(await status.stdout)).toEqual(JSON.parse(JSON.stringify(fakeEngine().state.status)));
  expect(await status.ended).toBe(0);
  next.process.kill('SIGTERM');
  expect(await next.ended).toBe(0);
  expect(await readdir(folder.path)).toEqual(['waypost.lock']);
});
