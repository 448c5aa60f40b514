import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startHere } from '../host/engine-start.ts';
import type { StartEngine } from '../host/instance.ts';
import { readRunFile } from '../host/run-file.ts';
import { testCertificate } from '../testing/certificate.ts';
import { type FakeEngine, fakeEngine } from '../testing/fixtures/fake-engine.ts';
import { type FakeIo, fakeIo } from '../testing/fixtures/fake-io.ts';
import { ask, openWindow, writeRenderer } from '../testing/fixtures/renderer.ts';
import { portOf, unusedPort } from '../testing/ports.ts';
import { eventually, type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { serve } from './serve.ts';
import type { UiAddress } from './ui-address.ts';

let folder: TemporaryFolder;
let data: string;
let rendererFolder: string;
let fake: FakeEngine;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
  data = join(folder.path, 'data');
  rendererFolder = await writeRenderer(folder.path);
  fake = fakeEngine();
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await folder.remove();
});

interface Served {
  readonly io: FakeIo;
  readonly ui: string | null;
  stop(): Promise<void>;
}

async function begin(
  ui: UiAddress | undefined,
  more: {
    rendererFolder?: string;
    dataFolder?: string;
    startEngine?: StartEngine;
    settingsFile?: string;
  } = {},
): Promise<Served> {
  const at = async () => ({ port: await unusedPort('127.0.0.1'), address: '127.0.0.1' });
  const io = fakeIo(JSON.stringify({ incoming: { primary: await at(), secondary: await at() } }));
  const { startEngine = fake.startEngine, dataFolder = data, ...others } = more;
  const served = serve({ dataFolder, json: false, ui, rendererFolder, ...others }, io, startEngine);
  served.catch(() => {});
  const run = await eventually(() => readRunFile(dataFolder), { what: 'run.json' });
  const stop = async () => {
    io.events.emit('SIGTERM');
    await served;
  };
  stops.push(stop);
  return { io, ui: run.ui, stop };
}

/** Somebody else on a port of 127.0.0.1, and the port. */
async function occupied(port = 0): Promise<number> {
  const server: Server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => new Promise((resolve) => server.close(() => resolve())));
  return portOf(server);
}

const anyPort: UiAddress = { host: '127.0.0.1', port: 0, chosen: true };

describe('the settings window', () => {
  test('is there under the printed address, which run.json has too, until the end', async () => {
    const { io, ui, stop } = await begin(anyPort);
    expect(ui).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    expect(io.err()).toContain(`\nSettings window: ${ui}\n`);
    const { client, socket } = await openWindow(ui ?? '');
    expect(await client.status.get()).toEqual(fake.state.status);
    const closed = once(socket, 'close');
    await stop();
    expect((await closed)[0]).toBe(1001);
    await expect(ask(ui ?? '')).rejects.toThrow('ECONNREFUSED');
    expect((await readdir(data)).sort()).toEqual(['ui-token', 'waypost.lock']);
    expect(fake.reported).toEqual([]);
  });

  test('keeps its address from start to start', async () => {
    const port = await unusedPort('127.0.0.1');
    const first = await begin({ ...anyPort, port });
    await first.stop();
    const second = await begin({ ...anyPort, port });
    expect(second.ui).toBe(first.ui);
  });

  test('steers the real engine', async () => {
    const { ui } = await begin(anyPort, { startEngine: startHere, settingsFile: '-' });
    const { client, socket } = await openWindow(ui ?? '');
    const views = await client.status.live();
    const { value } = await views.next();
    expect(value).toMatchObject({ accounts: 0, revision: 1, incoming: [] });
    const { revision } = await client.settings.apply({ patch: { maxMessageSizeMB: 9 }, revision: 1 });
    for await (const view of views) if (view.revision === revision) break;
    expect((await client.settings.undo({ revision })).settings.maxMessageSizeMB).toBe(25);
    socket.close();
  });

  test('is not there when nobody wants it', async () => {
    const { io, ui } = await begin(undefined);
    expect(ui).toBeNull();
    expect(io.err()).not.toMatch(/settings window/i);
    expect(await readdir(data)).not.toContain('ui-token');
  });
});

describe('the server runs without a window, and says so in one line,', () => {
  const without = async (at: UiAddress, more = {}) => {
    const { io, ui } = await begin(at, more);
    expect(ui).toBeNull();
    const [line, ...others] = io
      .err()
      .split('\n')
      .filter((each) => each.includes('settings window'));
    expect(others).toEqual([]);
    expect(fake.reported).toEqual([line]);
    return line;
  };

  test('when it was not built', async () => {
    expect(await without(anyPort, { rendererFolder: join(folder.path, 'nothing') })).toBe(
      'There is no settings window: it has not been built (npm run build).',
    );
  });

  test('when the port that was asked for is taken, by whom', async () => {
    const port = await occupied();
    expect(await without({ ...anyPort, port })).toBe(
      `There is no settings window: port ${port} on 127.0.0.1 is in use by Waypost itself.`,
    );
  });

  test('when the address is none of this machine', async () => {
    fake.certificate = () => testCertificate();
    expect(await without({ host: '203.0.113.7', port: 0, chosen: true })).toBe(
      'There is no settings window: this machine has no address 203.0.113.7.',
    );
  });

  test('when others could reach it and no certificate is set, or can not be read', async () => {
    const remote = { host: '0.0.0.0', port: 0, chosen: true };
    expect(await without(remote)).toContain('which needs a certificate; set tls.certFile and tls.keyFile.');
    fake = fakeEngine();
    fake.certificate = () => Promise.reject(new Error('The certificate file x is no file.'));
    expect(await without(remote, { dataFolder: `${data}2` })).toBe(
      'There is no settings window: The certificate file x is no file.',
    );
  });
});

test('the usual port being taken, the next free one is', async () => {
  // Two in a row that were free a moment ago.
  const port = await eventually(async () => {
    const first = await unusedPort('127.0.0.1');
    return occupied(first + 1).then(
      () => first,
      () => undefined,
    );
  });
  await occupied(port);
  const { ui } = await begin({ host: '127.0.0.1', port, chosen: false });
  const found = Number(new URL(ui ?? '').port);
  expect(found).toBeGreaterThan(port + 1);
  expect(found).toBeLessThanOrEqual(port + 10);
  expect((await ask(ui ?? '')).status).toBe(303);
});

test('with a certificate it is there for other machines, over HTTPS, named as the server', async () => {
  fake.certificate = () => testCertificate({ names: ['mail.example.com'] });
  const { ui } = await begin({ host: '0.0.0.0', port: 0, chosen: true });
  expect(ui).toMatch(/^https:\/\/mail\.example\.com:\d+\/\?token=/);
  const here = (ui ?? '').replace('mail.example.com', '127.0.0.1');
  expect((await ask(here)).status).toBe(303);
});
