/**
 * How near Waypost is to what Node can do on this machine: beside it, in turn, servers that do a part of what it does,
 * each more than the one before. The difference of two is what a message costs for that part.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { acceptOnce, KEPT_AND_ANEW, nameOf, warmUp } from './accept.ts';
import { CONNECTIONS, relayAtOnce, relayInTurn, relayName } from './relay.ts';
import { Rounds, type Row } from './rows.ts';
import { type BenchServer, type BenchSink, end, startSinkProcess } from './server.ts';
import { startWaypost } from './waypost.ts';

/** The columns, in their order. */
export const YARDSTICKS = ['answers only', 'smtp-server only', 'least durable', 'stores and logs'] as const;
const [ANSWERS, LIBRARY, LEAST, STORES] = YARDSTICKS;
/** Two of Waypost at once, with half of the work each and nothing in common: more than a second process could bring. */
export const TWO = 'two Wayposts';

interface Limits {
  /** For what the yardsticks keep. */
  readonly folder: string;
  /** Where everybody relays to. */
  readonly sink: BenchSink;
  readonly rounds: number;
  /** Of each run. */
  readonly seconds: number;
  /** Relayed in each run. */
  readonly messages: number;
}

/** @param servers those that are compared with the yardsticks. @param waypost the one of them that gets a second beside it */
export async function measureLimits(
  servers: readonly BenchServer[],
  waypost: BenchServer,
  limits: Limits,
): Promise<Row[]> {
  await mkdir(limits.folder);
  const second = await startWaypost({ folder: join(limits.folder, 'second'), sinkPort: limits.sink.port });
  const two = [waypost, second];
  try {
    return [...(await accepting(servers, two, limits)), ...(await relaying(servers, two, limits))];
  } finally {
    await second.stop();
  }
}

async function accepting(
  servers: readonly BenchServer[],
  two: readonly BenchServer[],
  { folder, rounds, seconds }: Limits,
): Promise<Row[]> {
  const answers = await startSinkProcess();
  const library = await startYardstick('forgets');
  const least = await startYardstick('least', await mkdtemp(join(folder, 'least-')));
  const stores = await startYardstick('stores', await mkdtemp(join(folder, 'stores-')));
  // They have no mailbox to look into.
  const delivered = async () => 0;
  const all = [
    { name: ANSWERS, port: answers.port, delivered },
    { name: LIBRARY, port: library.port, delivered },
    { name: LEAST, port: least.port, delivered },
    { name: STORES, port: stores.port, delivered },
    ...servers,
  ];
  try {
    await warmUp([...all, ...two.slice(1)], KEPT_AND_ANEW, seconds);
    const rows: Row[] = [];
    for (const kind of KEPT_AND_ANEW) {
      const rates = new Rounds();
      for (let round = 0; round < rounds; round++) {
        for (const one of all) rates.add(one.name, (await acceptOnce(one, kind, seconds)).rate);
        if (kind.sessions < two.length) continue;
        const parts = two.map(async (one, index) => {
          const sessions = Math.floor((kind.sessions + index) / two.length);
          return (await acceptOnce(one, { ...kind, sessions }, seconds)).rate;
        });
        rates.add(TWO, sum(await Promise.all(parts)));
      }
      rows.push({ what: nameOf(kind), unit: '/s', rounds: rates.bySide, ratio: ratioAmong(servers) });
    }
    return rows;
  } finally {
    await Promise.all([answers.stop(), ...[library, least, stores].map(({ child }) => end(child))]);
  }
}

async function relaying(
  servers: readonly BenchServer[],
  two: readonly BenchServer[],
  { folder, sink, rounds, messages }: Limits,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const connections of CONNECTIONS) {
    const own = await mkdtemp(join(folder, 'relay-'));
    const least = await startYardstick('relays', own, `${sink.port}`, `${connections}`);
    try {
      const all = [{ name: LEAST, port: least.port }, ...servers];
      const rates = new Rounds();
      for (let round = 0; round < rounds; round++) {
        for (const server of servers) await server.relayBy(connections);
        rates.join(await relayInTurn(all, sink, { rounds: 1, messages }));
        for (const server of two) await server.relayBy(connections / two.length);
        rates.add(TWO, await relayAtOnce(two, sink, messages));
      }
      const what = relayName(connections);
      rows.push({ what, unit: '/s', rounds: rates.bySide, ratio: ratioAmong(servers) });
    } finally {
      await end(least.child);
    }
  }
  return rows;
}

/** How far ahead of Postfix one could be at best; without it, how near to that Waypost is. */
function ratioAmong(servers: readonly BenchServer[]): readonly [string, string] {
  return servers.some(({ name }) => name === 'Postfix') ? [LEAST, 'Postfix'] : ['Waypost', LEAST];
}

function sum(figures: readonly number[]): number {
  return figures.reduce((all, one) => all + one, 0);
}

async function startYardstick(...args: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(join(import.meta.dirname, 'yardstick.ts'), args);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, port };
}
