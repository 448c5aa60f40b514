/** Relay: from the first connection that brings a message until the sink has taken the last. */
import { Rounds, type Row } from './rows.ts';
import { type BenchServer, type BenchSink, REMOTE, runLoad } from './server.ts';
import type { Waypost } from './waypost.ts';

export const CONNECTIONS = [2, 20];

/** What takes mail to relay. */
interface Relay {
  readonly name: string;
  readonly port: number;
}

/** Measures the servers in turn, round by round. @param watched another Waypost, started with `watch: 'loop'` */
export async function measureRelay(
  servers: readonly BenchServer[],
  watched: Waypost,
  sink: BenchSink,
  { rounds, messages }: { rounds: number; messages: number },
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const connections of CONNECTIONS) {
    for (const server of servers) await server.relayBy(connections);
    const rates = await relayInTurn(servers, sink, { rounds, messages });
    await watched.relayBy(connections);
    await relayOnce(watched, sink, messages / 4);
    const { p99 } = await watched.watchLoop(() => relayOnce(watched, sink, messages));
    rows.push(
      {
        what: relayName(connections),
        unit: '/s',
        rounds: rates.bySide,
        ratio: ['Waypost', 'Postfix'],
      },
      { what: '… event loop delay, p99', unit: 'ms', rounds: { [watched.name]: [p99] } },
    );
  }
  return rows;
}

/** What is done, in words. */
export function relayName(connections: number): string {
  return `relay, 4 KiB, ${connections} connections`;
}

/** Runs each in turn, after a short run that doesn't count. Resolves to messages a second. */
export async function relayInTurn(
  servers: readonly Relay[],
  sink: BenchSink,
  { rounds, messages }: { rounds: number; messages: number },
): Promise<Rounds> {
  const rates = new Rounds();
  for (const server of servers) await relayOnce(server, sink, messages / 4);
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) rates.add(server.name, await relayOnce(server, sink, messages));
  }
  return rates;
}

/** One run. Resolves to messages a second. */
export function relayOnce(relay: Relay, sink: BenchSink, messages: number): Promise<number> {
  return relayAtOnce([relay], sink, messages);
}

/** One run of several at once, each with the same part of the messages. Resolves to messages a second of all. */
export async function relayAtOnce(
  relays: readonly Relay[],
  sink: BenchSink,
  messages: number,
): Promise<number> {
  const begun = performance.now();
  const taken = sink.taken(messages);
  const load = { sessions: 5, keep: true, messages: messages / relays.length, bytes: 4096, to: REMOTE };
  await Promise.all(relays.map(({ port }) => runLoad({ ...load, port })));
  await taken;
  return (messages / (performance.now() - begun)) * 1000;
}
