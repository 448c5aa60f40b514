/** Listeners that can not be opened: why, and what becomes of them. */
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  startTestReceiver,
  type TestReceiver,
  type TestReceiverOptions,
} from '../testing/fixtures/receiver.ts';
import { unusedPort } from '../testing/ports.ts';
import { connectSmtp, type SmtpClient, type SmtpClientOptions } from '../testing/smtp-client.ts';
import { eventually } from '../testing/temp.ts';
import { ListenerRefused } from './listeners.ts';

let server: TestReceiver;
const clients: SmtpClient[] = [];
const holders: Server[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await server?.stop();
  for (const holder of holders.splice(0)) holder.close();
});

async function start(options: TestReceiverOptions = {}): Promise<void> {
  server = await startTestReceiver(options);
  await server.addAccount('ann@here.test');
}

async function open(port = server.port, options: Partial<SmtpClientOptions> = {}): Promise<SmtpClient> {
  const client = await connectSmtp({ port, ...options });
  clients.push(client);
  return client;
}

/** Something else that has a port. */
async function hold(port: number, host = '127.0.0.1'): Promise<Server> {
  const holder = createServer().listen(port, host);
  await new Promise((listening) => holder.once('listening', listening));
  holders.push(holder);
  return holder;
}

async function release(holder: Server): Promise<void> {
  await new Promise((closed) => holder.close(closed));
}

const states = () => server.receiver.views.map(({ name, port, state }) => `${name} ${port} ${state}`);
/** What `apply` is refused with. */
async function refusal(patch: Parameters<TestReceiver['apply']>[0]): Promise<ListenerRefused> {
  const error = await server.apply(patch).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ListenerRefused)) throw new Error(`Not refused: ${String(error)}`);
  return error;
}

describe('at start', () => {
  it('both ports are open, and only one where both settings name the same', async () => {
    await start();
    expect(states()).toEqual([
      `primary ${server.port} listening`,
      `secondary ${server.secondPort} listening`,
    ]);
    const port = await unusedPort('127.0.0.1');
    await server.apply({ incoming: { primary: { port, address: '' }, secondary: { port, address: '' } } });
    expect(states()).toEqual([`primary ${port} listening`]);
    expect((await open(port, { localAddress: '127.0.0.1' })).greeting.code).toBe(220);
  });

  it('a busy port is shown as failed with its reason, tried again, and opened when it is free', async () => {
    const busy = await unusedPort('127.0.0.1');
    const holder = await hold(busy);
    await start({ settings: { incoming: { secondary: { port: busy } } }, retryMs: 30 });
    const [primary, secondary] = server.receiver.views;
    expect(primary).toMatchObject({ state: 'listening', reason: null });
    expect(secondary).toMatchObject({ state: 'failed' });
    expect(secondary?.reason).toMatch(
      new RegExp(`^Port ${busy} on 127.0.0.1 is in use by Waypost itself\\. Choose another port\\.$`),
    );
    const changes: string[][] = [];
    server.receiver.onListenersChange(() => changes.push(states()));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(changes).toEqual([]);
    await release(holder);
    await eventually(() => states()[1]?.endsWith('listening'));
    expect(changes.at(-1)).toEqual(states());
    expect((await open(busy)).greeting.code).toBe(220);
  });
});

describe.runIf(process.platform === 'linux')('a port of another program', () => {
  it('is refused by the name and number of that program', async () => {
    const script =
      "const s = require('net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port))";
    const other = spawn(process.execPath, ['-e', script]);
    try {
      const busy = Number(await new Promise((resolve) => other.stdout.once('data', resolve)));
      await start();
      const { error } = await refusal({ incoming: { primary: { port: busy } } });
      expect(error.code).toBe('PORT_IN_USE');
      expect(error.message).toContain(`Port ${busy} on 127.0.0.1 is in use by `);
      expect(error.message).toContain(`(pid ${other.pid}). Stop that program or choose another port.`);
    } finally {
      other.kill();
    }
  });
});

describe('while a listener has failed', () => {
  it('other settings can be applied, and the port is tried at once', async () => {
    const busy = await unusedPort('127.0.0.1');
    const holder = await hold(busy);
    await start({ settings: { incoming: { secondary: { port: busy } } } });
    await server.apply({ incoming: { maxPerHost: 7 } });
    expect(states()).toEqual([`primary ${server.port} listening`, `secondary ${busy} failed`]);
    await release(holder);
    await server.apply({ incoming: { maxPerHost: 8 } });
    await eventually(() => states()[1] === `secondary ${busy} listening`);
  });

  it('it can be moved to a free port', async () => {
    const busy = await unusedPort('127.0.0.1');
    await hold(busy);
    await start({ settings: { incoming: { secondary: { port: busy } } }, retryMs: 20 });
    const port = await unusedPort('127.0.0.1');
    await server.apply({ incoming: { secondary: { port } } });
    expect(states()).toEqual([`primary ${server.port} listening`, `secondary ${port} listening`]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(states()).toEqual([`primary ${server.port} listening`, `secondary ${port} listening`]);
  });

  it('its next try does not get in the way of a change', async () => {
    const busy = await unusedPort('127.0.0.1');
    const holder = await hold(busy);
    await start({ settings: { incoming: { secondary: { port: busy, address: '' } } }, retryMs: 1 });
    await release(holder);
    // The same port by another address: the failed listener must not take it in the meantime.
    await server.apply({ incoming: { secondary: { address: '127.0.0.1' } } });
    expect(states()).toEqual([`primary ${server.port} listening`, `secondary ${busy} listening`]);
    expect((await open(busy)).greeting.code).toBe(220);
  });
});
