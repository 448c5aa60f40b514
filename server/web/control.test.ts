import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDefinedError, ORPCError, safe } from '@orpc/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Client, connectTo } from '../cli/client.ts';
import { type FakeState, fakeRouter, fakeState } from '../testing/fixtures/fake-api.ts';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { serveControl } from './control.ts';
import { isPrivate } from './control-folder.ts';
import { borrowedFolder, controlPath } from './control-path.ts';

let folder: TemporaryFolder;
let state: FakeState;
let logged: [unknown, string][];
let client: Client;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
  state = fakeState();
  logged = [];
  client = connectTo(folder.path);
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await folder.remove();
});

async function serve(path = controlPath(folder.path), graceMs?: number): Promise<() => Promise<void>> {
  const log = (error: unknown, procedure: string) => void logged.push([error, procedure]);
  const stop = await serveControl(path, fakeRouter(state), {}, { log, graceMs });
  stops.push(stop);
  return stop;
}

test('a call comes back with its values and dates', async () => {
  await serve();
  const receivedAt = new Date('2026-11-22T12:34:56.789Z');
  state.mails = [{ id: '1', from: 'a@example.com', subject: 'Grüße 📬', size: 12, receivedAt }];
  expect(await client.mail.list({ address: 'b@example.com' })).toEqual(state.mails);
});

test('the socket is for this user only, and gone after the stop', async () => {
  const stop = await serve();
  const found = await stat(controlPath(folder.path));
  expect(found.isSocket()).toBe(true);
  expect(found.mode & 0o777).toBe(0o600);
  await stop();
  expect(await readdir(folder.path)).toEqual([]);
});

test.each([
  ['hangs up', 'Content-Length: 100\r\n\r\n{"json":'],
  ['talks nonsense', 'Transfer-Encoding: chunked\r\n\r\nnonsense'],
])('a caller who %s within a request is nothing to log', async (_, sent) => {
  await serve();
  const socket = connect(controlPath(folder.path));
  socket.on('error', () => {});
  socket.write(
    `POST /settings/preview HTTP/1.1\r\nHost: waypost\r\nContent-Type: application/json\r\n${sent}`,
  );
  await sleep(50);
  socket.destroy();
  await once(socket, 'close');
  expect(await client.status.get()).toEqual(state.status);
  await sleep(50);
  expect(logged).toEqual([]);
});

test('errors of the contract arrive with code, sentence and data', async () => {
  await serve();
  const { error } = await safe(client.settings.apply({ patch: { incoming: { maxTotal: 5 } } }));
  if (!isDefinedError(error)) throw new Error('not typed', { cause: error });
  expect(error).toMatchObject({
    code: 'INVALID',
    message: 'The settings are not valid.',
    data: { issues: [{ path: 'incoming.maxTotal' }] },
  });
  expect(logged).toEqual([]);
});

test.each([
  ['an error', () => new Error('secret detail')],
  ['an undeclared error', () => new ORPCError('TEAPOT', { message: 'secret detail', data: 'secret detail' })],
])('%s reaches the caller without its text, and the log in full', async (_name, make) => {
  await serve();
  const thrown = make();
  state.beforeStatus = () => {
    throw thrown;
  };
  const { error } = await safe(client.status.get());
  expect(error).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error' });
  expect(JSON.stringify(error)).not.toContain('secret');
  expect(logged).toHaveLength(1);
  expect(logged[0]?.[0]).toMatchObject({ message: 'secret detail' });
  expect(logged[0]?.[1]).toBe('status/get');
});

test('an answer that breaks the contract is an internal error too', async () => {
  await serve();
  state.status = { ...state.status, uptimeSeconds: 1.5 };
  await expect(client.status.get()).rejects.toMatchObject({ message: 'Internal server error' });
  expect(logged).toHaveLength(1);
});

test('a wrong request is told to the caller', async () => {
  await serve();
  await expect(client.log.search({ limit: 0 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(logged).toEqual([]);
});

test('every byte of a blob arrives, line ends and boundaries included', async () => {
  await serve();
  const bytes = Buffer.concat([
    randomBytes(70_000),
    Buffer.from('\r\n\r\n------\r\n\0\xff'),
    randomBytes(20_000),
  ]);
  state.raw.set('m', bytes);
  const { total, part } = await client.mail.raw({ address: 'a@example.com', id: 'm', offset: 0 });
  expect(total).toBe(bytes.length);
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes)).toBe(true);
});

test('many calls at a time', async () => {
  await serve();
  const answers = await Promise.all(Array.from({ length: 100 }, () => client.status.get()));
  expect(new Set(answers.map(({ hostname }) => hostname))).toEqual(new Set(['mail.example.com']));
});

test('with a path too long for a socket, both sides meet elsewhere', async () => {
  const long = join(folder.path, 'a-rather-long-name-of-a-folder'.repeat(3), 'data');
  await mkdir(long, { recursive: true });
  const stop = await serve(controlPath(long));
  const borrowed = borrowedFolder(controlPath(long)) ?? '';
  expect((await stat(borrowed)).mode & 0o777).toBe(0o700);
  expect(await connectTo(long).status.get()).toMatchObject({ hostname: 'mail.example.com' });
  await stop();
  await expect(stat(borrowed)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(connectTo(long).status.get()).rejects.toThrow('Waypost is not running');
});

test('a folder under /tmp that others may write to is not used, by neither side', async () => {
  const long = join(folder.path, 'another-long-name-of-a-folder!'.repeat(3), 'data');
  await mkdir(long, { recursive: true });
  const borrowed = borrowedFolder(controlPath(long)) ?? '';
  await mkdir(borrowed);
  await chmod(borrowed, 0o777);
  try {
    await expect(serve(controlPath(long))).rejects.toThrow('belongs to someone else');
    await expect(connectTo(long).status.get()).rejects.toThrow('belongs to someone else');
  } finally {
    await rm(borrowed, { recursive: true });
  }
});

test.each([
  [true, { uid: 1, mode: 0o40700, isDirectory: () => true }],
  [false, { uid: 2, mode: 0o40700, isDirectory: () => true }],
  [false, { uid: 1, mode: 0o40750, isDirectory: () => true }],
  [false, { uid: 1, mode: 0o120700, isDirectory: () => false }],
])('private: %s for %o', (expected, found) => {
  expect(isPrivate(found, [0, 1])).toBe(expected);
});

test('the socket of a dead process is taken over', async () => {
  const path = controlPath(folder.path);
  await staleSocket(path);
  expect(await readdir(dirname(path))).toEqual(['control.sock']);
  await expect(client.status.get()).rejects.toThrow('Waypost is not running on this data folder');
  await serve();
  expect(await client.status.get()).toMatchObject({ hostname: 'mail.example.com' });
});

test('the socket of a living process and a file that is no socket stay', async () => {
  await serve();
  await expect(serve()).rejects.toThrow('already answers');
  expect(await client.status.get()).toMatchObject({ hostname: 'mail.example.com' });

  const file = join(folder.path, 'file');
  await writeFile(file, 'kept');
  await expect(serve(file)).rejects.toThrow('already answers');
});

test('a stop lets the request in flight finish and takes no new one', async () => {
  const stop = await serve();
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  state.beforeStatus = () => mayAnswer;
  const inFlight = client.status.get();
  await sleep(50);
  const stopped = stop();
  await expect(connectTo(folder.path).settings.get()).rejects.toThrow('Waypost is not running');
  answer();
  expect(await inFlight).toMatchObject({ hostname: 'mail.example.com' });
  await stopped;
});

test('a stop does not wait for ever', async () => {
  const stop = await serve(undefined, 50);
  state.beforeStatus = () => new Promise(() => {});
  const inFlight = safe(client.status.get());
  await sleep(50);
  await stop();
  expect((await inFlight).error?.message).toBe('Waypost stopped before it answered.');
  expect(logged).toEqual([]);
});

test('a procedure that the server does not know', async () => {
  await serve();
  const other = client as unknown as { nothing: { such(): Promise<void> } };
  await expect(other.nothing.such()).rejects.toMatchObject({ code: 'NOT_FOUND', defined: false });
});

test('a server that never answers', async () => {
  await serve(undefined, 0);
  state.beforeStatus = () => new Promise(() => {});
  const impatient = connectTo(folder.path, { silenceMs: 50 });
  await expect(impatient.status.get()).rejects.toThrow('does not answer');
});

/** A socket file without a process: Node would remove it with its server, so it is moved away meanwhile. */
async function staleSocket(path: string): Promise<void> {
  const server = createServer().listen(path);
  await once(server, 'listening');
  await rename(path, `${path}.kept`);
  await new Promise((resolve) => server.close(resolve));
  await rename(`${path}.kept`, path);
}
