/** A server under the bench, as what measures it sees it, and the processes that stand around it. */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Load, LoadResult } from './load.ts';
import type { SinkReport } from './sink.ts';

/** Whose mailbox is filled, and an address that is relayed. */
export const LOCAL = 'load@waypost.test';
export const REMOTE = 'somebody@remote.test';

export interface BenchServer {
  readonly name: 'Waypost' | 'Postfix';
  readonly port: number;
  /**
   * Resolves when the mailbox of `LOCAL` has so many messages more than when it was called last, to the seconds that
   * this took from now on. Rejects when they don't come.
   */
  delivered(messages: number): Promise<number>;
  /** Relays by at most so many connections from now on. */
  relayBy(connections: number): Promise<void>;
  /** Memory of all its processes now, in MB. */
  memoryMB(): Promise<number>;
  /** Ends it and removes what it left. */
  stop(): Promise<void>;
}

const run = promisify(execFile);

/** Runs the load generator to its end. Rejects when a message was not taken. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const { stdout } = await run(process.execPath, [
    join(import.meta.dirname, 'load.ts'),
    JSON.stringify(load),
  ]);
  return JSON.parse(stdout) as LoadResult;
}

export interface BenchSink {
  readonly port: number;
  /** Resolves when the sink has taken so many messages since the last call was answered. */
  taken(messages: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startSinkProcess(): Promise<BenchSink> {
  const child = fork(join(import.meta.dirname, 'sink.ts'));
  const [{ port = 0 }] = (await once(child, 'message')) as [SinkReport];
  return {
    port,
    taken: async (messages) => {
      child.send({ expect: messages });
      await once(child, 'message', { signal: AbortSignal.timeout(240_000) });
    },
    stop: () => end(child),
  };
}

/** Ends a process and waits for its end. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Resolves when the port greets as SMTP servers do. Rejects after `ms`. */
export async function greeted(port: number, ms = 30_000): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const heard = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('data', (chunk) => {
        socket.end('QUIT\r\n');
        resolve(chunk.toString('latin1').startsWith('220'));
      });
      socket.on('error', () => resolve(false)).once('close', () => resolve(false));
    });
    if (heard) return;
    await sleep(2);
  }
  throw new Error(`Nobody greets at port ${port}.`);
}
