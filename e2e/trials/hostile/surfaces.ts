/**
 * Garbage for the doors that are not for mail: the window's HTTP and WebSocket, and the control socket. Strangers get
 * nothing but refusals there, and nobody ends the process.
 */
import { once } from 'node:events';
import { connect, type NetConnectOpts } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../../service.ts';
import type { Dice } from '../dice.ts';
import { controlOf } from '../vitals.ts';
import { randomBytes } from './dialogues.ts';

/** Sends bytes and resolves to all that was answered until the server hung up or `mostMs` were over. */
export function exchange(to: NetConnectOpts, bytes: Buffer | string, mostMs = 15_000): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(to);
    const cut = setTimeout(() => socket.destroy(), mostMs);
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(cut);
      resolve(said);
    });
    socket.write(bytes);
  });
}

/** Where the window listens. */
export function windowOf({ address }: Pick<Service, 'address'>): { host: string; port: number } {
  const { hostname, port } = new URL(address);
  return { host: hostname, port: Number(port) };
}

const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** Requests that must be refused, each with why it must be. */
export function foreignRequests({ address }: Pick<Service, 'address'>): (readonly [string, string])[] {
  const { host, origin } = new URL(address);
  const request = (line: string, ...headers: string[]) =>
    [`${line} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n');
  return [
    ['another host', request('GET /', 'Host: evil.test')],
    ['no host', request('GET /')],
    ['no token', request('GET /', `Host: ${host}`)],
    ['a wrong token', request('GET /?token=0', `Host: ${host}`)],
    [
      'a socket of another origin',
      request('GET /rpc', `Host: ${host}`, 'Origin: http://evil.test', ...UPGRADE),
    ],
    ['a socket without a token', request('GET /rpc', `Host: ${host}`, `Origin: ${origin}`, ...UPGRADE)],
    ['a path outside', request('GET /../../../../etc/passwd', `Host: ${host}`)],
  ];
}

/** Sends `count` pieces of garbage to each of the doors. */
export async function garbage(service: Service, random: Dice, count: number): Promise<void> {
  const { host } = new URL(service.address);
  const starts = [
    '',
    `GET / HTTP/1.1\r\nHost: ${host}\r\n`,
    `POST /rpc HTTP/1.1\r\nHost: waypost\r\nTransfer-Encoding: chunked\r\n\r\n`,
    `POST /status/live HTTP/1.1\r\nHost: waypost\r\nContent-Length: 99999999999999\r\n\r\n`,
    `GET ${'/a'.repeat(20_000)} HTTP/1.1\r\n`,
    '{"method":',
  ];
  for (let at = 0; at < count; at++) {
    const bytes = Buffer.concat([Buffer.from(random.pick(starts)), randomBytes(random, random.below(3000))]);
    await Promise.all([
      exchange(windowOf(service), bytes, 300),
      ...(process.platform === 'win32' ? [] : [exchange(controlOf(service), bytes, 300)]),
    ]);
  }
}

/** Opens the window's WebSocket as its page does, and sends bytes over it that are no frames, or frames of garbage. */
export async function garbageFrames(service: Service, random: Dice, count: number): Promise<void> {
  const { host, origin } = new URL(service.address);
  const entered = await fetch(service.address, { redirect: 'manual' });
  const cookie = entered.headers.getSetCookie().map((one) => one.split(';', 1)[0]);
  const upgrade = [
    'GET /rpc HTTP/1.1',
    `Host: ${host}`,
    `Origin: ${origin}`,
    `Cookie: ${cookie.join('; ')}`,
    ...UPGRADE,
    '',
    '',
  ].join('\r\n');
  for (let at = 0; at < count; at++) {
    const size = 1 + random.below(120);
    const text = random.chance(0.5)
      ? randomBytes(random, size)
      : Buffer.from('{"i":"1","p":{"u":"orpc:/status"}}');
    // A masked text or binary frame, so that what comes behind it is read as well.
    const frame = Buffer.concat([
      Buffer.from([0x80 | random.pick([1, 2, 9, 3]), 0x80 | text.length, 0, 0, 0, 0]),
      text,
    ]);
    const bytes = random.pick([frame, Buffer.concat([frame, frame]), randomBytes(random, size)]);
    const socket = connect(windowOf(service));
    socket.on('error', () => {});
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.write(upgrade);
    const answer = await Promise.race([once(socket, 'data'), closed.then(() => ['nothing'])]);
    if (!String(answer[0]).startsWith('HTTP/1.1 101 '))
      throw new Error(`The window's socket got ${answer[0]}`);
    socket.write(bytes);
    await Promise.race([closed, sleep(100)]);
    socket.destroy();
    await closed;
  }
}
