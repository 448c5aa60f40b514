import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { portOf } from '../testing/ports.ts';
import { startSink } from '../testing/sink.ts';
import { PeerFault } from './peer.ts';
import { createConnectionPool } from './pool.ts';
import { MOST_REPLY_BYTES } from './reply-guard.ts';
import type { Target } from './target.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A peer that says `text` over and over again, once it has been greeted. */
async function babbler(text: string): Promise<Server> {
  const block = text.repeat(Math.ceil(65_536 / text.length));
  const server = createServer((socket) => {
    const more = () => {
      while (socket.writable && socket.write(block));
    };
    socket.on('error', () => {}).once('data', () => socket.on('drain', more) && more());
    socket.write('220 babbler.test\r\n');
    stops.push(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => server.close());
  return server;
}

function targetOf(port: number): Target {
  return { host: 'b.test', address: '127.0.0.1', port, tls: 'offered', verify: false, helo: 'our.test' };
}

const { signal } = new AbortController();

it.each([
  ['empty lines', '\r\n'],
  ['bare line feeds', '\n'],
  ['a line without an end', 'x'],
  ['a reply without an end', '250-x\r\n'],
])('puts out a peer that sends %s for ever', async (_, text) => {
  const server = await babbler(text);
  const pool = createConnectionPool({ limit: 1 });
  stops.push(() => pool.stop());
  const failure = await pool.acquire(targetOf(portOf(server)), signal).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PeerFault);
  expect((failure as PeerFault).happening).toMatchObject({
    step: 'ehlo',
    reply: { code: 0, enhanced: '4.5.0', text: 'b.test [127.0.0.1] talks without end (after EHLO).' },
  });
  await expect.poll(() => pool.open).toBe(0);
});

it('bears long replies, one after the other', async () => {
  const long = `250 ${'x'.repeat(MOST_REPLY_BYTES - 100)}`;
  const sink = await startSink({ ehlo: long });
  const pool = createConnectionPool({ limit: 1 });
  stops.push(sink.stop, pool.stop);
  const connection = await pool.acquire(targetOf(sink.port), signal);
  expect(connection.usable).toBe(true);
  pool.release(connection);
});
