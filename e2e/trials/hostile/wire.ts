/** Carries out a hostile dialogue: sends, waits, encrypts and leaves as told, and listens to nothing. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { Step } from './dialogues.ts';

const HANDSHAKE_MS = 300;
/** How long a client that has said all it had to say waits for the server to hang up. */
const GOODBYE_MS = 300;

export interface Place {
  readonly port: number;
  readonly localAddress: string;
}

/** Resolves when the connection is over, whoever ended it, `mostMs` after the beginning at the latest. */
export async function perform(steps: readonly Step[], place: Place, mostMs = 4_000): Promise<void> {
  const raw = connect({ host: '127.0.0.1', ...place });
  let socket: Socket = raw;
  raw.on('error', () => {}).resume();
  const closed = new Promise<void>((resolve) => raw.once('close', () => resolve()));
  const cut = setTimeout(() => raw.destroy(), mostMs);
  try {
    await Promise.race([closed, new Promise((resolve) => raw.once('connect', resolve))]);
    for (const step of steps) {
      if (raw.destroyed) return;
      if ('waitMs' in step) await sleep(step.waitMs);
      else if ('tls' in step) socket = await encrypted(raw, socket);
      else if ('send' in step) await sent(socket, step.send, closed);
      else await left(raw, socket, step.end, closed);
    }
  } finally {
    clearTimeout(cut);
    raw.destroy();
    await closed;
  }
}

async function sent(socket: Socket, bytes: Buffer, closed: Promise<void>): Promise<void> {
  if (!socket.writable || socket.write(bytes)) return;
  await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))]);
}

async function left(raw: Socket, socket: Socket, how: string, closed: Promise<void>): Promise<void> {
  if (how === 'reset') raw.resetAndDestroy();
  else socket.end();
  if (how === 'half') await Promise.race([closed, sleep(GOODBYE_MS)]);
}

/** The channel after a handshake; where none comes about, what is sent next goes by TLS all the same, or nowhere. */
async function encrypted(raw: Socket, before: Socket): Promise<Socket> {
  if (before !== raw) return before;
  const secure = connectTls({ socket: raw, rejectUnauthorized: false });
  secure.on('error', () => {}).resume();
  const done = new Promise<void>((resolve) => {
    secure.once('secureConnect', () => resolve());
    secure.once('close', () => resolve());
  });
  await Promise.race([done, sleep(HANDSHAKE_MS)]);
  return secure;
}
