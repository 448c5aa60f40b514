/** What nodemailer is told: of a connection, and of an envelope. */
import type { Socket } from 'node:net';
import type { Timeouts, Transaction } from './peer.ts';
import type { Target } from './target.ts';

/** How nodemailer is told to treat a target over a socket that is connected already. */
export function clientOptions(socket: Socket, target: Target, timeouts: Timeouts) {
  const { host, port, tls, verify, helo } = target;
  return {
    connection: socket,
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    opportunisticTLS: tls === 'offered',
    ignoreTLS: tls === 'never',
    name: helo,
    tls: { rejectUnauthorized: verify },
    // Each step has a timer of its own in the client; nodemailer's would count them together.
    connectionTimeout: 10 * timeouts.command,
    greetingTimeout: 10 * timeouts.command,
    socketTimeout: timeouts.command,
    socketCloseTimeout: timeouts.quit,
  };
}

/** A transaction's envelope, without what nodemailer can't say (see `extensions.ts`). */
export function envelopeOf({ sender, recipients, size, eightBit, ret, envid }: Transaction) {
  const to = recipients.map(({ address }) => address);
  return { from: sender, to, size, use8BitMime: eightBit, dsn: { ret, envid } };
}
