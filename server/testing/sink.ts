import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type KeyPair, testCertificate } from './certificate.ts';
import { isPortTaken, portOf, unusedPort } from './ports.ts';
import { openChannel } from './sink-channel.ts';
import { converse, type SinkHost } from './sink-conversation.ts';
import type { SinkMessage, SinkScript, SinkSession } from './sink-script.ts';
import { eventually } from './temp.ts';

/** The script, and where and how the sink listens. */
export interface SinkOptions extends SinkScript {
  /** Loopback address to listen on. Default: 127.0.0.1. */
  host?: string;
  /** Default: one chosen by the system. */
  port?: number;
  /** The name it greets with. Default: `sink.test`. */
  name?: string;
  /** TLS from the first byte, as on port 465. Default: false. */
  implicitTls?: boolean;
  /** Default: `testCertificate()`. */
  certificate?: KeyPair;
}

/** A scriptable SMTP server and the records of all it saw. */
export interface Sink {
  readonly host: string;
  readonly port: number;
  /** Messages that got a 2xx after their final dot, in that order. */
  readonly messages: SinkMessage[];
  /** Messages received to their final dot that did not get one. */
  readonly refused: SinkMessage[];
  /** All connections so far, closed ones included. */
  readonly sessions: SinkSession[];
  /** Open connections. */
  readonly now: number;
  /** The most connections that were open at once. */
  readonly maxSeen: number;
  /** The most transactions (accepted MAIL to the reply after the final dot) that were under way at once. */
  readonly maxTransactions: number;
  /** Live: what is set here counts from the next step on. */
  readonly script: SinkScript;
  /** Resolves to the messages once there are at least `count`; rejects after `timeoutMs` (10 s). */
  waitFor(count: number, timeoutMs?: number): Promise<SinkMessage[]>;
  /** Stops listening and cuts every connection, hanging ones included. May be called twice. */
  stop(): Promise<void>;
}

/** Starts an SMTP server that takes everything, except where the script says otherwise. */
export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const {
    host = '127.0.0.1',
    port = 0,
    name = 'sink.test',
    implicitTls = false,
    certificate,
    ...script
  } = options;
  const pair = certificate ?? (await testCertificate());
  const messages: SinkMessage[] = [];
  const refused: SinkMessage[] = [];
  const sessions: SinkSession[] = [];
  const sockets = new Set<Socket>();
  let now = 0;
  let maxSeen = 0;
  let transactions = 0;
  let maxTransactions = 0;
  let stopped: Promise<void> | undefined;

  const sinkHost: SinkHost = {
    name,
    script,
    pair,
    implicitTls,
    onTransaction(delta) {
      transactions += delta;
      maxTransactions = Math.max(maxTransactions, transactions);
    },
    onMessage(message, accepted) {
      (accepted ? messages : refused).push(message);
    },
  };

  const server = createServer((socket) => {
    const session: SinkSession = {
      id: sessions.length + 1,
      remoteAddress: socket.remoteAddress ?? '',
      remotePort: socket.remotePort ?? 0,
      commands: [],
      helo: undefined,
      user: undefined,
      tls: false,
      closed: false,
      transactions: 0,
    };
    sessions.push(session);
    sockets.add(socket);
    now++;
    maxSeen = Math.max(maxSeen, now);
    const channel = openChannel(socket, () => {
      session.closed = true;
      now--;
    });
    socket.once('close', () => sockets.delete(socket));
    // A script function that throws is a mistake in the test: it must not pass for a quiet peer.
    converse(sinkHost, session, channel).catch((error: unknown) => {
      socket.destroy();
      queueMicrotask(() => {
        throw error;
      });
    });
  });
  server.listen(port, host);
  await once(server, 'listening');

  return {
    host,
    port: portOf(server),
    messages,
    refused,
    sessions,
    get now() {
      return now;
    },
    get maxSeen() {
      return maxSeen;
    },
    get maxTransactions() {
      return maxTransactions;
    },
    script,
    async waitFor(count, timeoutMs = 10_000) {
      const what = `${count} message(s) at ${host}:${portOf(server)}`;
      await eventually(() => messages.length >= count, { timeoutMs, intervalMs: 2, what });
      return messages;
    },
    stop() {
      stopped ??= (async () => {
        // A server reports `close` before its sockets do, and the counters go by the sockets.
        const closed = [server, ...sockets].map((one) => once(one, 'close'));
        server.close();
        for (const socket of sockets) socket.destroy();
        await Promise.all(closed);
      })();
      return stopped;
    },
  };
}

/** Sinks that share one port on several addresses, as the MX hosts of a domain do. */
export interface SinkHosts {
  readonly port: number;
  /** In the order of the hosts given. */
  readonly sinks: Sink[];
  stop(): Promise<void>;
}

/**
 * Starts one sink on each host, all on the same free port. `options` may depend on the host.
 * Linux and Windows answer on all of 127.0.0.0/8; macOS has 127.0.0.1 and ::1 unless told otherwise.
 */
export async function startSinkHosts(
  hosts: string[],
  options: SinkOptions | ((host: string) => SinkOptions) = {},
): Promise<SinkHosts> {
  for (let attempt = 1; ; attempt++) {
    const port = await unusedPort(...hosts);
    const sinks: Sink[] = [];
    const stop = async () => {
      await Promise.all(sinks.map((sink) => sink.stop()));
    };
    try {
      for (const host of hosts) {
        const own = typeof options === 'function' ? options(host) : options;
        sinks.push(await startSink({ ...own, host, port }));
      }
      return { port, sinks, stop };
    } catch (error) {
      await stop();
      if (!isPortTaken(error) || attempt === 10) throw error;
    }
  }
}
