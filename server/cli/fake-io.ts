/** An `Io` for tests: everything in memory. */
import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import type { Io } from './io.ts';

export interface FakeIo extends Io {
  readonly events: EventEmitter;
  /** Codes that `exitNow` was called with. */
  readonly exits: number[];
  readonly out: () => string;
  readonly err: () => string;
}

/** @param input what stands on standard input */
export function fakeIo(input: string | Uint8Array = '', env: Record<string, string> = {}): FakeIo {
  const [stdout, out] = capture();
  const [stderr, err] = capture();
  const exits: number[] = [];
  return {
    stdin: Readable.from([Buffer.from(input)]),
    stdout,
    stderr,
    env,
    events: new EventEmitter(),
    exits,
    exitNow: (code) => void exits.push(code),
    out,
    err,
  };
}

function capture(): [Writable, () => string] {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return [stream, () => Buffer.concat(chunks).toString()];
}
