/** TCP connections to one address each, and their certain end. */
import { connect, type Socket } from 'node:net';
import { noReply } from '../mail/reply.ts';
import { abortText, connectText } from './faults.ts';
import { PeerFault } from './peer.ts';
import { describeTarget, type Target } from './target.ts';

/** A socket on its way. `connected` rejects with a PeerFault; `closed` resolves when the socket is gone. */
export interface SocketOpening {
  readonly socket: Socket;
  readonly connected: Promise<void>;
  readonly closed: Promise<void>;
}

/** Connects to the target's address within `timeoutMs`, unless `signal` is aborted first. */
export function connectSocket(target: Target, timeoutMs: number, signal: AbortSignal): SocketOpening {
  const place = `${describeTarget(target)} port ${target.port}`;
  const socket = connect({ host: target.address, port: target.port });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  // Later errors show themselves as a close; without a listener they would end the process.
  socket.on('error', () => {});

  const connected = new Promise<void>((resolve, reject) => {
    const fail = (text: string) => {
      reject(new PeerFault({ step: 'connect', reply: noReply(text, '4.4.1'), sentAll: false }));
      socket.destroy();
    };
    const timer = setTimeout(() => fail(`${place} did not answer in time.`), timeoutMs);
    const onAbort = () => fail(abortText(signal));
    const onError = (error: Error) => fail(connectText(place, error));
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      resolve();
    };
    signal.addEventListener('abort', onAbort);
    socket.once('error', onError).once('connect', done).once('close', done);
    if (signal.aborted) onAbort();
  });
  return { socket, connected, closed };
}

/** Cuts the socket in `milliseconds` unless it closes by itself before. */
export function cutAfter(socket: Socket, milliseconds: number): void {
  if (socket.closed) return;
  const timer = setTimeout(() => socket.destroy(), milliseconds);
  socket.once('close', () => clearTimeout(timer));
}
