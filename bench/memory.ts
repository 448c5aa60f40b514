/** What the service weighs: at rest, under a hundred large messages at once, and over a month of traffic. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SERVICE_FLAGS } from '../scripts/service-flags.mjs';
import type { MonthReport } from './month.ts';
import type { Row } from './rows.ts';
import { LOCAL, runLoad } from './server.ts';
import { startWaypost } from './waypost.ts';

const CONNECTIONS = 100;
/** Just below the limit of 25 MB, which is what a message may have. */
const LARGE_BYTES = 25 * 1_048_576 - 1000;

const run = promisify(execFile);

/** @param month messages of the month */
export async function measureMemory(
  folder: string,
  sinkPort: number,
  { month, rounds }: { month: number; rounds: number },
): Promise<Row[]> {
  const idle: number[] = [];
  const peak: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const server = await startWaypost({ folder: join(folder, 'memory'), sinkPort });
    try {
      await sleep(5000);
      idle.push(await server.memoryMB());
      const large = { sessions: CONNECTIONS, keep: true, bytes: LARGE_BYTES, messages: CONNECTIONS };
      await runLoad({ ...large, port: server.port, to: LOCAL });
      await server.delivered(CONNECTIONS);
      peak.push(await server.peakMB());
    } finally {
      await server.stop();
    }
  }
  const [first, ...others] = await liveAMonth(month);
  const last = others.at(-1);
  if (!first || !last) throw new Error('The month told nothing.');
  const side = (figures: readonly number[]) => ({ Waypost: figures });
  return [
    { what: 'at rest', unit: 'MB', rounds: side(idle) },
    { what: `${CONNECTIONS} messages of 25 MB at once, at most`, unit: 'MB', rounds: side(peak) },
    { what: `the store after ${first.messages} messages`, unit: 'MB', rounds: side([first.rss]) },
    { what: `the store after ${last.messages} messages`, unit: 'MB', rounds: side([last.rss]) },
  ];
}

async function liveAMonth(messages: number): Promise<MonthReport[]> {
  const program = join(import.meta.dirname, 'month.ts');
  const { stdout } = await run(process.execPath, [...SERVICE_FLAGS, program, String(messages)]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as MonthReport);
}
