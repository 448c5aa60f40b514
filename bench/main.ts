/**
 * `npm run bench`: how fast Waypost takes, delivers and relays mail at full durability, and what it weighs. Where
 * Postfix is installed (and we are root) it does the same beside us, in turn, on the same disk.
 *
 * npm run bench -- [accept] [relay] [queue] [memory] [limits] [parts] [--quick] [--rounds N] [--alone]
 *
 * Servers, load and sink are processes of their own. Machines are shared and noisy: compare the figures of one run
 * with each other, not with those of another day.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../server/testing/temp.ts';
import { measureAccept } from './accept.ts';
import { measureFullQueue } from './full-queue.ts';
import { measureLimits, TWO, YARDSTICKS } from './limits.ts';
import { measureMemory } from './memory.ts';
import { COLUMNS, measureParts } from './parts.ts';
import { hasPostfix, postfixVersion, startPostfix } from './postfix.ts';
import { measureRelay } from './relay.ts';
import { medianOf, type Row, ratioOf, table } from './rows.ts';
import { type BenchServer, startSinkProcess } from './server.ts';
import { startWaypost, type Waypost, type WaypostOptions } from './waypost.ts';

const OUT = join(import.meta.dirname, '..', 'out', 'bench');
const PARTS = ['accept', 'relay', 'queue', 'memory', 'limits', 'parts'];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, alone: { type: 'boolean' }, rounds: { type: 'string' } },
});
const unknown = positionals.find((part) => !PARTS.includes(part));
if (unknown) throw new Error(`There is no part ${unknown}; there are ${PARTS.join(', ')}.`);
const parts = positionals.length > 0 ? positionals : PARTS;
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
const seconds = options.quick ? 2 : 4;
const relayed = options.quick ? 1000 : 2000;
const beside = !options.alone && hasPostfix();

const { path: folder, remove } = await temporaryFolder();
// Postfix's daemons, who are nobody special, must get through.
await chmod(folder, 0o711);
const sink = await startSinkProcess();
/** What runs apart from us, and would go on if we were cut off. */
const started: BenchServer[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void breakOff());
try {
  const about = {
    at: new Date().toISOString(),
    cores: cpus().length,
    processor: cpus()[0]?.model,
    system: `${process.platform} ${release()}`,
    node: process.version,
    postfix: beside ? await postfixVersion() : undefined,
    rounds,
    seconds,
  };
  console.log(
    `${Object.entries(about)
      .flatMap(([name, value]) => (value ? `${name} ${value}` : []))
      .join(', ')}\n`,
  );
  const sections = [
    ...(await compare()),
    ...(await lookAtQueue()),
    ...(await weigh()),
    ...(await reach()),
    ...(await take()),
  ];
  await mkdir(OUT, { recursive: true });
  const file = join(OUT, `${about.at.replace(/[:.]/g, '-')}.json`);
  const rows = sections.flat().map((row) => {
    const medians = Object.fromEntries(Object.keys(row.rounds).map((side) => [side, medianOf(row, side)]));
    return { ...row, medians, quotient: ratioOf(row) };
  });
  await writeFile(file, `${JSON.stringify({ ...about, rows }, null, 2)}\n`);
  console.log(`Also in ${file}`);
} finally {
  await sink.stop();
  await remove();
}

async function breakOff(): Promise<void> {
  await Promise.allSettled([...started, sink].map((one) => one.stop()));
  await remove();
  process.exit(1);
}

/** Ours, and theirs beside it. */
async function compare(): Promise<Row[][]> {
  const wanted = parts.filter((part) => part === 'accept' || part === 'relay');
  if (wanted.length === 0) return [];
  return withServers('waypost', async (servers, waypost) => {
    // What a start leaves behind is given back by then.
    await sleep(5000);
    const idle = await memories(servers);
    const watched = await startWaypost({
      folder: join(folder, 'watched'),
      sinkPort: sink.port,
      watch: 'loop',
    });
    started.push(watched);
    const sections: Row[][] = [];
    const add = (section: Row[]) => {
      console.log(`${table(section, namesOf(servers))}\n`);
      sections.push(section);
    };
    try {
      if (wanted.includes('accept')) {
        add(await measureAccept(servers, watched, { rounds, seconds, short: options.quick === true }));
      }
      if (wanted.includes('relay')) {
        add(await measureRelay(servers, watched, sink, { rounds, messages: relayed }));
      }
    } finally {
      await watched.stop();
    }
    add([
      { what: 'memory, idle after the start', unit: 'MB', rounds: idle },
      { what: 'memory, at its peak', unit: 'MB', rounds: { Waypost: [await waypost.peakMB()] } },
    ]);
    return sections;
  });
}

async function lookAtQueue(): Promise<Row[][]> {
  if (!parts.includes('queue')) return [];
  const section = await measureFullQueue(folder, sink.port, { rounds: Math.max(rounds, 3), seconds });
  console.log(`With nothing queued, and with 100,000 recipients.\n\n${table(section, ['empty', 'full'])}\n`);
  return [section];
}

async function weigh(): Promise<Row[][]> {
  if (!parts.includes('memory')) return [];
  const month = options.quick ? 100_000 : 1_000_000;
  const section = await measureMemory(folder, sink.port, { month, rounds: Math.min(rounds, 3) });
  console.log(`${table(section, ['Waypost'])}\n`);
  return [section];
}

/** Where the limit is, and how near to it we are. */
async function reach(): Promise<Row[][]> {
  if (!parts.includes('limits')) return [];
  return withServers('reach', async (servers, waypost) => {
    const section = await measureLimits(servers, waypost, {
      folder: join(folder, 'yardsticks'),
      sink,
      rounds,
      seconds,
      messages: relayed,
    });
    console.log(`What Node can do here.\n\n${table(section, [...YARDSTICKS, ...namesOf(servers), TWO])}\n`);
    return [section];
  });
}

/** What the time goes to. */
async function take(): Promise<Row[][]> {
  if (!parts.includes('parts')) return [];
  const work = async (servers: readonly BenchServer[], waypost: Waypost) => {
    const postfix = servers.find(({ name }) => name === 'Postfix');
    const section = await measureParts(waypost, postfix, { sink, rounds, seconds, messages: relayed });
    console.log(`What a message's time goes to.\n\n${table(section, COLUMNS)}\n`);
    return [section];
  };
  return withServers('parts', work, 'parts');
}

/** Does `work` with Waypost and, where it is to run beside it, Postfix, each in an empty folder. */
async function withServers<T>(
  name: string,
  work: (servers: readonly BenchServer[], waypost: Waypost) => Promise<T>,
  watch?: WaypostOptions['watch'],
): Promise<T> {
  const servers: BenchServer[] = [];
  const add = (server: BenchServer) => {
    servers.push(server);
    started.push(server);
  };
  try {
    const waypost = await startWaypost({ folder: join(folder, name), sinkPort: sink.port, watch });
    add(waypost);
    if (beside) add(await startPostfix(join(folder, `${name}-beside`), sink.port));
    return await work(servers, waypost);
  } finally {
    for (const server of servers) await server.stop();
  }
}

function namesOf(servers: readonly BenchServer[]): string[] {
  return servers.map(({ name }) => name);
}

async function memories(servers: readonly BenchServer[]): Promise<Record<string, number[]>> {
  const sizes: Record<string, number[]> = {};
  for (const server of servers) sizes[server.name] = [await server.memoryMB()];
  return sizes;
}
