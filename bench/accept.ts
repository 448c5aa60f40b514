/** Durable accept and deliver: from the first connection until the last message is in the mailbox. */
import type { Load } from './load.ts';
import { Rounds, type Row } from './rows.ts';
import { type BenchServer, LOCAL, runLoad } from './server.ts';
import type { Waypost } from './waypost.ts';

type Kind = Pick<Load, 'sessions' | 'keep' | 'bytes'>;
/** What takes mail. */
type Taker = Pick<BenchServer, 'port' | 'delivered'>;

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

/** Measures the servers in turn, round by round. @param watched another Waypost, started with `watch: 'loop'` */
export async function measureAccept(
  servers: readonly BenchServer[],
  watched: Waypost,
  { rounds, seconds, short }: { rounds: number; seconds: number; short: boolean },
): Promise<Row[]> {
  const kinds = short ? SHORT : KINDS;
  await warmUp([...servers, watched], kinds, seconds);
  const rows: Row[] = [];
  for (const kind of kinds) {
    rows.push(...(await measureKind(servers, watched, kind, rounds, seconds)));
  }
  return rows;
}

async function measureKind(
  servers: readonly BenchServer[],
  watched: Waypost,
  kind: Kind,
  rounds: number,
  seconds: number,
): Promise<Row[]> {
  const [rates, p50, p99] = [new Rounds(), new Rounds(), new Rounds()];
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      const { name } = server;
      const taken = await acceptOnce(server, kind, seconds);
      rates.add(name, taken.rate);
      p50.add(name, taken.p50);
      p99.add(name, taken.p99);
    }
  }
  const what = nameOf(kind);
  const rows: Row[] = [{ what, unit: '/s', rounds: rates.bySide, ratio: ['Waypost', 'Postfix'] }];
  if (!SHORT.includes(kind)) return rows;
  const { p99: delay, cost } = await watchOne(watched, kind, seconds);
  return [
    ...rows,
    { what: '… a message, p50', unit: 'ms', rounds: p50.bySide, ratio: ['Postfix', 'Waypost'] },
    { what: '… a message, p99', unit: 'ms', rounds: p99.bySide, ratio: ['Postfix', 'Waypost'] },
    { what: '… event loop delay, p99', unit: 'ms', rounds: { [watched.name]: [delay] } },
    { what: '… processor time a message', unit: 'µs', rounds: { [watched.name]: [cost] } },
  ];
}

/**
 * A run of each kind that doesn't count. It takes a server some ten seconds of load to come to its speed: code is compiled
 * for what is done most, processes are started, files grow to their size.
 */
export async function warmUp(
  servers: readonly Taker[],
  kinds: readonly Kind[],
  seconds: number,
): Promise<void> {
  for (const kind of kinds) for (const server of servers) await acceptOnce(server, kind, seconds);
}

/** By itself: looking at the loop takes some of the speed. `p99` is in ms, `cost` in µs of processor time a message. */
async function watchOne(
  watched: Waypost,
  kind: Kind,
  seconds: number,
): Promise<{ p99: number; cost: number }> {
  // It rested while the others were measured.
  await acceptOnce(watched, kind, seconds / 2);
  let messages = 0;
  const { p99, cpuSeconds } = await watched.watchLoop(async () => {
    messages = (await acceptOnce(watched, kind, seconds)).messages;
  });
  return { p99, cost: (cpuSeconds * 1e6) / messages };
}

/** One run of a kind. `rate` is in messages a second. */
export async function acceptOnce(
  server: Taker,
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
