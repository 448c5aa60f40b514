import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSecureContext, TLSSocket } from 'node:tls';
import { type ByteReader, readBytes } from './byte-reader.ts';
import type { KeyPair } from './certificate.ts';
import { type SinkReply, withLineEnd } from './sink-script.ts';

/** One connection as a sink's conversation uses it: lines in, scripted replies out, TLS in between. */
export interface SinkChannel {
  reader(): ByteReader;
  /** Waits out the delays of a reply, so that what is left happens at once. */
  afterDelays(reply: SinkReply): Promise<SinkReply>;
  /** Does what the reply says. Resolves to false when the conversation is over. */
  send(reply: SinkReply): Promise<boolean>;
  /** Puts TLS over the socket; resolves to false when the handshake failed. */
  secure(pair: KeyPair, reply?: string): Promise<boolean>;
  /** Says 220 and then something that is not TLS, or nothing, instead of a handshake. */
  breakHandshake(reply: string, silently: boolean): Promise<void>;
}

/** Wraps an accepted socket. `onLeave` is called once, as soon as either side has ended the connection. */
export function openChannel(raw: Socket, onLeave: () => void): SinkChannel {
  let socket = raw;
  let reader = readBytes(raw);
  let gone = false;
  const timers = new AbortController();
  const left = new Promise<void>((resolve) => {
    raw.once('close', resolve);
  });

  function leave(): void {
    if (gone) return;
    gone = true;
    onLeave();
  }

  function watch(one: Socket): void {
    one.on('error', () => {});
    // A peer that has sent its FIN is gone, though `close` comes a few turns later.
    one.on('end', leave).on('close', leave);
  }

  raw.once('close', () => timers.abort());
  raw.setNoDelay(true);
  watch(raw);

  /** Resolves to false when the connection closed meanwhile. */
  async function pause(milliseconds: number): Promise<boolean> {
    try {
      await sleep(milliseconds, undefined, { signal: timers.signal });
      return true;
    } catch {
      return false;
    }
  }

  async function drip(text: string, everyMs: number): Promise<boolean> {
    for (const byte of withLineEnd(text)) {
      if (!(await pause(everyMs)) || !socket.writable) return false;
      socket.write(byte);
    }
    return true;
  }

  return {
    reader: () => reader,

    async afterDelays(reply) {
      let rest = reply;
      while (typeof rest === 'object' && 'delayMs' in rest) {
        if (!(await pause(rest.delayMs))) return 'drop';
        rest = rest.reply;
      }
      return rest;
    },

    async send(reply) {
      if (reply === 'hang') {
        await left;
        return false;
      }
      if (reply === 'drop' || reply === 'reset') {
        leave();
        // Only the TCP socket beneath TLS can send an RST.
        if (reply === 'reset') raw.resetAndDestroy();
        else raw.destroy();
        return false;
      }
      if (!socket.writable) return false;
      if (typeof reply === 'object') {
        if ('delayMs' in reply) throw new Error('The delay of a reply must be waited out before it is sent');
        if ('drip' in reply) return drip(reply.drip, reply.everyMs);
        if ('close' in reply) {
          leave();
          socket.end(withLineEnd(reply.close));
          return false;
        }
      }
      socket.write(typeof reply === 'string' ? withLineEnd(reply) : reply.raw);
      return true;
    },

    async secure(pair, reply) {
      reader.detach();
      if (reply !== undefined) raw.write(withLineEnd(reply));
      const secured = new TLSSocket(raw, { isServer: true, secureContext: createSecureContext(pair) });
      watch(secured);
      const done = await new Promise<boolean>((resolve) => {
        secured.once('secure', () => resolve(true));
        secured.once('error', () => resolve(false));
        secured.once('close', () => resolve(false));
      });
      socket = secured;
      reader = readBytes(secured);
      if (!done) raw.destroy();
      return done;
    },

    async breakHandshake(reply, silently) {
      raw.write(withLineEnd(reply));
      if (!silently) {
        // After the client's hello, so that it is the handshake that breaks and not the 220.
        await new Promise((resolve) => raw.once('data', resolve).once('close', resolve));
        raw.write('This is not TLS\r\n');
      }
      await left;
    },
  };
}
