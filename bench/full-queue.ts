/** What a long queue costs: how soon the service starts, and how fast it takes mail, beside one whose queue is empty. */
import { join } from 'node:path';
import { seedQueue } from '../e2e/seed-queue.ts';
import { acceptOnce } from './accept.ts';
import { Rounds, type Row } from './rows.ts';
import { startWaypost, type Waypost } from './waypost.ts';

const QUEUED = 100_000;
const EMPTY = 'empty';
const FULL = 'full';

export async function measureFullQueue(
  folder: string,
  sinkPort: number,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Row[]> {
  const empty = await startWaypost({ folder: join(folder, EMPTY), sinkPort });
  const full = await startWaypost({ folder: join(folder, FULL), sinkPort });
  try {
    await full.halt();
    seedQueue(join(folder, FULL), QUEUED);
    await full.restart();
    const both: [string, Waypost][] = [
      [EMPTY, empty],
      [FULL, full],
    ];
    const starts = new Rounds();
    const rates = new Rounds();
    const memory = new Rounds();
    for (let round = 0; round < rounds; round++) {
      for (const [name, server] of both) {
        await server.halt();
        starts.add(name, (await server.restart()) * 1000);
      }
    }
    const kind = { sessions: 5, keep: true, bytes: 4096 };
    for (const [, server] of both) await acceptOnce(server, kind, seconds);
    for (let round = 0; round < rounds; round++) {
      for (const [name, server] of both) {
        rates.add(name, (await acceptOnce(server, kind, seconds)).rate);
        memory.add(name, await server.memoryMB());
      }
    }
    return [
      { what: 'from the start until it greets', unit: 'ms', rounds: starts.bySide },
      {
        what: 'accept and deliver, 4 KiB, 5 kept sessions',
        unit: '/s',
        rounds: rates.bySide,
        ratio: [FULL, EMPTY],
      },
      { what: 'memory (RSS) after that', unit: 'MB', rounds: memory.bySide },
    ];
  } finally {
    await empty.stop();
    await full.stop();
  }
}
