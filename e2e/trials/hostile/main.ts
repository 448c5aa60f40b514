/** `npm run test:fuzz -- --seconds 600 --seed 42`: fuzzes the built service for as long as is wanted. */
import { parseArgs } from 'node:util';
import { thirds } from '../trend.ts';
import { fuzz } from './fuzz.ts';

/** By how much the last third of the waves may lie above the second. */
const MOST_GROWTH_MB = 60;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('Usage: npm run test:fuzz -- [--seconds SECONDS] [--seed WHOLE-NUMBER]');
  process.exit(2);
}

console.log(`Seed ${seed}, ${seconds} s`);
const { dialogues, waves, goodMessages, slowestGoodMs, before, after, memory } = await fuzz({
  seed,
  seconds,
  say: (line) => console.log(line),
});
console.log(`${dialogues} hostile dialogues in ${waves} waves; the process lives.`);
console.log(
  `${goodMessages} messages of a good client, each found once; the slowest took ${slowestGoodMs.toFixed(0)} ms.`,
);
console.log(
  `Descriptors ${before.descriptors} before, ${after.descriptors} after; connections ${after.incoming}.`,
);
if (memory.length >= 9) {
  const [early, middle, late] = thirds(memory.map((value, at) => ({ at, value })));
  const medians = [early, middle, late].map((one) => one.toFixed(0)).join(', ');
  console.log(`Resident memory in MB: medians of the thirds of the waves ${medians}.`);
  // The first third is when everything is met for the first time.
  if (late - middle > MOST_GROWTH_MB) {
    console.log('✗ It grows.');
    process.exitCode = 1;
  }
}
