/**
 * What the time of a message is spent on, for each load that has a goal beside Postfix: whose work the event loop's one
 * thread does, and how long it waits. What is not Waypost's own code (the system's sockets, SQLite, smtp-server, nodemailer,
 * Node, collecting garbage) is what remains if that code cost nothing: where this alone takes longer than the goal
 * allows, the goal is out of reach for one thread.
 */
import { acceptOnce, KEPT_AND_ANEW, nameOf, warmUp } from './accept.ts';
import { CONNECTIONS, relayName, relayOnce } from './relay.ts';
import { Rounds, type Row } from './rows.ts';
import type { BenchServer, BenchSink } from './server.ts';
import type { Waypost } from './waypost.ts';

const [GOAL, ALL, LEFT] = ['goal', 'in all', 'without own'] as const;
/** Libraries that have no column of their own. */
const OTHERS = 'others';
const PARTS = [
  'waiting',
  'sockets',
  'SQLite',
  'smtp-server',
  'nodemailer',
  'garbage',
  'Node',
  OTHERS,
  'Waypost',
];

/** The columns, in their order. */
export const COLUMNS = [GOAL, ALL, ...PARTS, LEFT];

/** How many times as fast as Postfix it is to be (docs/performance.md), by sessions. */
const KEPT_GOALS: Readonly<Record<number, number>> = { 5: 4, 20: 6 };
const ANEW_GOALS: Readonly<Record<number, number>> = { 5: 1.7, 20: 3 };
const RELAY_GOAL = 2;

interface Work {
  readonly what: string;
  readonly goal: number;
  /** Makes a server ready for it. */
  prepare(server: BenchServer): Promise<unknown>;
  /** One run. Resolves to messages a second. */
  run(server: BenchServer): Promise<number>;
}

/** @param postfix without it there is no goal. @param waypost started with `watch: 'parts'` */
export async function measureParts(
  waypost: Waypost,
  postfix: BenchServer | undefined,
  { sink, rounds, seconds, messages }: { sink: BenchSink; rounds: number; seconds: number; messages: number },
): Promise<Row[]> {
  const servers = postfix ? [waypost, postfix] : [waypost];
  await warmUp(servers, KEPT_AND_ANEW, seconds);
  const rows: Row[] = [];
  for (const work of works(sink, seconds, messages)) {
    const figures = new Rounds();
    for (const server of servers) await work.prepare(server);
    for (let round = 0; round < rounds; round++) {
      const all = 1e6 / (await work.run(waypost));
      figures.add(ALL, all);
      if (postfix) figures.add(GOAL, 1e6 / (await work.run(postfix)) / work.goal);
      const shares = sharesOf(await waypost.profile(() => work.run(waypost)));
      for (const [part, share] of Object.entries(shares)) figures.add(part, all * share);
      figures.add(LEFT, all * (1 - (shares.Waypost ?? 0)));
    }
    rows.push({ what: work.what, unit: 'µs', rounds: figures.bySide, ratio: [GOAL, LEFT] });
  }
  return rows;
}

function works(sink: BenchSink, seconds: number, messages: number): Work[] {
  const accepting = KEPT_AND_ANEW.flatMap((kind): Work[] => {
    const goal = (kind.keep ? KEPT_GOALS : ANEW_GOALS)[kind.sessions];
    const run = async (server: BenchServer) => (await acceptOnce(server, kind, seconds)).rate;
    return goal === undefined ? [] : [{ what: nameOf(kind), goal, prepare: async () => {}, run }];
  });
  const relaying = CONNECTIONS.map(
    (connections): Work => ({
      what: relayName(connections),
      goal: RELAY_GOAL,
      prepare: async (server) => {
        await server.relayBy(connections);
        await relayOnce(server, sink, messages / 4);
      },
      run: (server) => relayOnce(server, sink, messages),
    }),
  );
  return [...accepting, ...relaying];
}

/** Part of the time by who spent it; libraries that have no column are put together. */
function sharesOf(seconds: Readonly<Record<string, number>>): Record<string, number> {
  const total = Object.values(seconds).reduce((sum, one) => sum + one, 0);
  const shares: Record<string, number> = Object.fromEntries(PARTS.map((part) => [part, 0]));
  for (const [part, one] of Object.entries(seconds)) {
    const column = part in shares ? part : OTHERS;
    shares[column] = (shares[column] ?? 0) + one / total;
  }
  return shares;
}
