/** Relay: from the first connection that brings a message until the sink has taken the last. */
import { Rounds, type Row } from './rows.ts';
import { type BenchServer, type BenchSink, REMOTE, runLoad } from './server.ts';

export const CONNECTIONS = [2, 20];

/** Measures the servers in turn, round by round. */
export async function measureRelay(
  servers: readonly BenchServer[],
  sink: BenchSink,
  { rounds, messages }: { rounds: number; messages: number },
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const connections of CONNECTIONS) {
    const rates = new Rounds();
    const delays = new Rounds();
    for (const server of servers) {
      await server.relayBy(connections);
      await relayOnce(server, sink, messages / 4);
    }
    for (let round = 0; round < rounds; round++) {
      for (const server of servers) {
        rates.add(server.name, await relayOnce(server, sink, messages));
      }
    }
    for (const server of servers) {
      const loop = await server.watchLoop(() => relayOnce(server, sink, messages));
      if (loop) delays.add(server.name, loop.p99);
    }
    rows.push(
      {
        what: relayName(connections),
        unit: '/s',
        rounds: rates.bySide,
        ratio: ['Waypost', 'Postfix'],
      },
      { what: '… event loop delay, p99', unit: 'ms', rounds: delays.bySide },
    );
  }
  return rows;
}

/** What is done, in words. */
export function relayName(connections: number): string {
  return `relay, 4 KiB, ${connections} connections`;
}

/** One run. Resolves to messages a second. */
export async function relayOnce(
  { port }: Pick<BenchServer, 'port'>,
  sink: BenchSink,
  messages: number,
): Promise<number> {
  const begun = performance.now();
  const taken = sink.taken(messages);
  await runLoad({ port, sessions: 5, keep: true, messages, bytes: 4096, to: REMOTE });
  await taken;
  return (messages / (performance.now() - begun)) * 1000;
}
