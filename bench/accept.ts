/** Durable accept and deliver: from the first connection until the last message is in the mailbox. */
import type { Load } from './load.ts';
import { Rounds, type Row } from './rows.ts';
import { type BenchServer, LOCAL, runLoad } from './server.ts';

type Kind = Pick<Load, 'sessions' | 'keep' | 'bytes'>;

const KIB = 1024;

/** Of 4 KiB. */
export const KEPT_AND_ANEW: readonly Kind[] = [
  { sessions: 1, keep: true, bytes: 4 * KIB },
  { sessions: 5, keep: true, bytes: 4 * KIB },
  { sessions: 20, keep: true, bytes: 4 * KIB },
  { sessions: 5, keep: false, bytes: 4 * KIB },
  { sessions: 20, keep: false, bytes: 4 * KIB },
];

const KINDS: readonly Kind[] = [
  ...KEPT_AND_ANEW,
  { sessions: 5, keep: true, bytes: KIB },
  { sessions: 5, keep: true, bytes: 100 * KIB },
  { sessions: 5, keep: true, bytes: 5 * KIB * KIB },
];
/** Those of a short run, and those for which more than the speed is told. */
const SHORT = KEPT_AND_ANEW.slice(1);

/** Measures the servers in turn, round by round. */
export async function measureAccept(
  servers: readonly BenchServer[],
  { rounds, seconds, short }: { rounds: number; seconds: number; short: boolean },
): Promise<Row[]> {
  for (const server of servers) await acceptOnce(server, KINDS[0] as Kind, seconds / 2);
  const rows: Row[] = [];
  for (const kind of short ? SHORT : KINDS) rows.push(...(await measureKind(servers, kind, rounds, seconds)));
  return rows;
}

async function measureKind(
  servers: readonly BenchServer[],
  kind: Kind,
  rounds: number,
  seconds: number,
): Promise<Row[]> {
  const [rates, p50, p99] = [new Rounds(), new Rounds(), new Rounds()];
  const [delays, costs] = [new Rounds(), new Rounds()];
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      const { name } = server;
      const taken = await acceptOnce(server, kind, seconds);
      rates.add(name, taken.rate);
      p50.add(name, taken.p50);
      p99.add(name, taken.p99);
    }
  }
  // By itself: looking at the loop takes some of the speed.
  for (const server of servers) {
    let messages = 0;
    const loop = await server.watchLoop(async () => {
      messages = (await acceptOnce(server, kind, seconds)).messages;
    });
    if (!loop) continue;
    delays.add(server.name, loop.p99);
    costs.add(server.name, (loop.cpuSeconds * 1e6) / messages);
  }
  const what = nameOf(kind);
  const rows: Row[] = [{ what, unit: '/s', rounds: rates.bySide, ratio: ['Waypost', 'Postfix'] }];
  if (!SHORT.includes(kind)) return rows;
  return [
    ...rows,
    { what: '… a message, p50', unit: 'ms', rounds: p50.bySide, ratio: ['Postfix', 'Waypost'] },
    { what: '… a message, p99', unit: 'ms', rounds: p99.bySide, ratio: ['Postfix', 'Waypost'] },
    { what: '… event loop delay, p99', unit: 'ms', rounds: delays.bySide },
    { what: '… processor time a message', unit: 'µs', rounds: costs.bySide },
  ];
}

/** One run of a kind. `rate` is in messages a second. */
export async function acceptOnce(
  server: Pick<BenchServer, 'port' | 'delivered'>,
  kind: Kind,
  seconds: number,
): Promise<{ rate: number; messages: number; p50: number; p99: number }> {
  const load = await runLoad({ ...kind, port: server.port, seconds, to: LOCAL });
  const extra = await server.delivered(load.messages);
  return { ...load, rate: load.messages / (load.seconds + extra) };
}

/** What is done, in words. */
export function nameOf({ sessions, keep, bytes }: Kind): string {
  const size = bytes < KIB * KIB ? `${bytes / KIB} KiB` : `${bytes / KIB / KIB} MiB`;
  const how = keep ? (sessions === 1 ? 'kept session' : 'kept sessions') : 'at a time, each connecting anew';
  return `accept and deliver, ${size}, ${sessions} ${how}`;
}
