/**
 * `npm run test:chaos`: the long form of the trials of durability, one after the other, a line about each.
 * The last one, with bad peers, waits for deadlines of ten minutes: it takes twelve.
 * Options: `--rounds N` (kills, default 200), `--seed N` (default: by the clock; it is printed).
 */
import { parseArgs } from 'node:util';
import { badPeersTrial } from './bad-peers.ts';
import { damageTrial } from './damage.ts';
import { damagedWalTrial } from './damaged-wal.ts';
import { mountDisk } from './disk.ts';
import { fullDiskTrial } from './full-disk.ts';
import { killTrial } from './kill.ts';
import { readOnlyLater, readOnlyStart } from './read-only.ts';

const DISK_MB = 24;

const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
const rounds = Number(values.rounds ?? 200);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`Seed ${seed} (--seed ${seed} has it again), ${rounds} rounds.`);

await tell('Kill', async () => {
  const { problems, ...figures } = await killTrial({ rounds, seed, say: console.log });
  const { kills, killsAtStart, acknowledged, lostReplies, repeated } = figures;
  const what = `${kills} kills (${killsAtStart} while starting), ${acknowledged} messages acknowledged`;
  return { what: `${what}, ${lostReplies} replies lost, ${repeated} sent again`, problems };
});
await tell('Full disk', () =>
  onDisk(async (disk) => {
    const { cases, problems } = await fullDiskTrial(disk, seed);
    return { what: `${cases} stages`, problems };
  }),
);
await tell('Read-only disk', () =>
  onDisk(async (disk) => ({ what: 'at the start', problems: await readOnlyStart(disk) })),
);
await tell('Rights taken away', async () => {
  if (process.getuid?.() !== 0)
    return { what: 'skipped: only root can run it as somebody else', problems: [] };
  return { what: 'while it runs', problems: await readOnlyLater() };
});
await tell('Damaged files', async () => {
  const { cases, problems } = await damageTrial();
  return { what: `${cases} places`, problems };
});
await tell('Damaged write-ahead log', async () => {
  const problems: string[] = [];
  const left: number[] = [];
  for (const part of [0.05, 0.3, 0.6, 0.9]) {
    const result = await damagedWalTrial(part);
    left.push(result.left);
    problems.push(...result.problems.map((problem) => `at ${part}: ${problem}`));
  }
  return { what: `of 40 messages ${left.join(', ')} are left`, problems };
});
await tell('Bad peers', async () => {
  const figures = await badPeersTrial({ isPatient: true, say: console.log });
  const { places, arrivedLater, beats, slowest, rssMB, problems } = figures;
  const ms = Object.entries(slowest).map(([what, time]) => `${what} ${Math.round(time)} ms`);
  const memory = `memory ${Math.round(rssMB.before)} MB before, ${Math.round(rssMB.most)} MB at most`;
  const what = `${places} destinations, ${arrivedLater} of them mended later, ${beats} beats`;
  return { what: `${what}, the slowest: ${ms.join(', ')}; ${memory}`, problems };
});

interface Outcome {
  readonly what: string;
  readonly problems: readonly string[];
}

async function tell(name: string, trial: () => Promise<Outcome>): Promise<void> {
  const began = performance.now();
  const { what, problems } = await trial();
  for (const problem of problems) console.log(`PROBLEM ${problem}`);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${name}: ${what}, ${problems.length} problems, ${seconds} s.`);
  if (problems.length > 0) process.exitCode = 1;
}

async function onDisk(
  trial: (disk: Exclude<Awaited<ReturnType<typeof mountDisk>>, string>) => Promise<Outcome>,
) {
  const disk = await mountDisk(DISK_MB);
  if (typeof disk === 'string') return { what: `skipped: ${disk}`, problems: [] };
  try {
    return await trial(disk);
  } finally {
    await disk.remove();
  }
}
