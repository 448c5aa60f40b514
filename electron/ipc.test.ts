import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { IpcMain, IpcMainEvent, MessagePortMain } from 'electron';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeState, fakeRouter, fakeState } from '../server/testing/fixtures/fake-api.ts';
import type { Client } from './follow.ts';
import { openPorts, type Ports } from './ipc.ts';

let ipc: EventEmitter;
let state: FakeState;
let logged: [unknown, string][];
let ports: Ports;
let ours: boolean;

beforeEach(() => {
  ipc = new EventEmitter();
  state = fakeState();
  logged = [];
  ours = true;
  ports = openPorts(ipc as IpcMain, {
    isOurs: () => ours,
    log: (error, procedure) => logged.push([error, procedure]),
  });
});

afterEach(() => ports.stop());

/** Node's port as Electron's: an emitter whose messages come as `{data}`. */
function asMain(port: MessagePort): MessagePortMain {
  const main = new EventEmitter();
  port.on('message', (data: unknown) => main.emit('message', { data, ports: [] }));
  port.on('close', () => main.emit('close'));
  // Node starts a port with its first listener.
  port.ref();
  return Object.assign(main, {
    postMessage: (data: unknown) => port.postMessage(data),
    start: () => port.start(),
    close: () => port.close(),
  }) as unknown as MessagePortMain;
}

/** The page's side of a port that it has sent. */
function connect(): { client: Client; page: MessagePort; closed: Promise<void> } {
  const { port1: page, port2 } = new MessageChannel();
  const closed = new Promise<void>((resolve) => page.once('close', () => resolve()));
  const event = { ports: [asMain(port2)], senderFrame: { url: 'app://waypost/' } };
  ipc.emit('waypost:port', event as unknown as IpcMainEvent);
  const link = new RPCLink({ port: page });
  return { client: createORPCClient(link), page, closed };
}

test('answers calls, with dates as dates', async () => {
  ports.serve(fakeRouter(state), {});
  const receivedAt = new Date('2026-11-22T12:34:56.789Z');
  state.mails = [{ id: '1', from: 'a@example.com', subject: 'Grüße', size: 12, receivedAt }];
  const { client, page } = connect();
  expect(await client.mail.list({ address: 'b@example.com' })).toEqual(state.mails);
  page.close();
});

test('an error of ours reaches the page without its text, and the log in full', async () => {
  ports.serve(fakeRouter(state), {});
  state.beforeStatus = () => {
    throw new Error('secret detail');
  };
  const { client, page } = connect();
  await expect(client.status.get()).rejects.toThrow('Internal server error');
  expect(logged).toEqual([[new Error('secret detail'), 'status/get']]);
  page.close();
});

test('a port from anywhere else is closed, and told of', async () => {
  ports.serve(fakeRouter(state), {});
  ours = false;
  const { closed } = connect();
  await closed;
  expect(String(logged[0]?.[0])).toContain('app://waypost/ was refused');
});

test('a message without its port, or with more than one, is refused', async () => {
  const [a, b] = [new MessageChannel(), new MessageChannel()];
  const bothClosed = Promise.all(
    [a, b].map(({ port1 }) => new Promise((resolve) => port1.once('close', resolve))),
  );
  const sent = { senderFrame: null, ports: [asMain(a.port2), asMain(b.port2)] };
  ipc.emit('waypost:port', sent as unknown as IpcMainEvent);
  ipc.emit('waypost:port', { senderFrame: null, ports: [] } as unknown as IpcMainEvent);
  await bothClosed;
  expect(logged).toHaveLength(2);
});

test('after the stop all ports are closed, and none is taken', async () => {
  ports.serve(fakeRouter(state), {});
  const { closed } = connect();
  ports.stop();
  await closed;
  expect(ipc.eventNames()).toEqual([]);
});
