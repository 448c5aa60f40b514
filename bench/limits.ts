/**
 * How near Waypost is to what Node can do on this machine: beside it, in turn, a server that only answers, smtp-server
 * by itself, and the least that is durable.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { acceptOnce, KEPT_AND_ANEW, nameOf } from './accept.ts';
import { Rounds, type Row } from './rows.ts';
import { type BenchServer, end, startSinkProcess } from './server.ts';

/** The columns, in their order. */
export const YARDSTICKS = ['answers only', 'smtp-server only', 'least durable'] as const;

/** @param servers those that are compared with the yardsticks; `folder` is for what they keep, `seconds` is each run's */
export async function measureLimits(
  servers: readonly BenchServer[],
  { folder, rounds, seconds }: { folder: string; rounds: number; seconds: number },
): Promise<Row[]> {
  await mkdir(folder);
  const sink = await startSinkProcess();
  const [library, durable] = [await startYardstick(), await startYardstick(folder)];
  // They have no mailbox to look into.
  const delivered = async () => 0;
  const all = [
    { name: YARDSTICKS[0], port: sink.port, delivered },
    { name: YARDSTICKS[1], port: library.port, delivered },
    { name: YARDSTICKS[2], port: durable.port, delivered },
    ...servers,
  ];
  // How far ahead of Postfix one could be at best; without it, how near to that Waypost is.
  const ratio = servers.some(({ name }) => name === 'Postfix')
    ? (['least durable', 'Postfix'] as const)
    : (['Waypost', 'least durable'] as const);
  try {
    const rows: Row[] = [];
    for (const kind of KEPT_AND_ANEW) {
      const rates = new Rounds();
      for (let round = 0; round < rounds; round++) {
        for (const one of all) rates.add(one.name, (await acceptOnce(one, kind, seconds)).rate);
      }
      rows.push({ what: nameOf(kind), unit: '/s', rounds: rates.bySide, ratio });
    }
    return rows;
  } finally {
    await Promise.all([sink.stop(), end(library.child), end(durable.child)]);
  }
}

async function startYardstick(...args: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(join(import.meta.dirname, 'yardstick.ts'), args);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, port };
}
