/**
 * `npm run test:chaos`: the long form of the trials of durability.
 * Options: `--rounds N` (kills, default 200), `--seed N` (default: by the clock; it is printed).
 */
import { parseArgs } from 'node:util';
import { killTrial } from './kill.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
const rounds = Number(values.rounds ?? 200);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`Seed ${seed} (--seed ${seed} has it again), ${rounds} rounds.`);

const began = performance.now();
const result = await killTrial({ rounds, seed, say: console.log });
for (const problem of result.problems) console.log(`PROBLEM ${problem}`);
const { kills, killsAtStart, acknowledged, lostReplies, repeated, problems } = result;
console.log(
  `Kill: ${kills} kills (${killsAtStart} while starting), ${acknowledged} messages acknowledged, ` +
    `${lostReplies} replies lost, ${repeated} sent again, ${problems.length} problems, ` +
    `${Math.round((performance.now() - began) / 1000)} s.`,
);
process.exitCode = problems.length > 0 ? 1 : 0;
