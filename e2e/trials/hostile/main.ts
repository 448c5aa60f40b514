/** `npm run test:fuzz -- --seconds 600 --seed 42`: fuzzes the built service for as long as is wanted. */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

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
const third = (from: number) =>
  memory.slice(from, from + Math.ceil(memory.length / 3)).sort((one, two) => one - two);
const median = (of: number[]) => of[Math.floor(of.length / 2)] ?? 0;
const early = median(third(0));
const late = median(third(memory.length - Math.ceil(memory.length / 3)));
console.log(`${dialogues} hostile dialogues in ${waves} waves; the process lives.`);
console.log(
  `${goodMessages} messages of a good client, each found once; the slowest took ${slowestGoodMs.toFixed(0)} ms.`,
);
console.log(
  `Descriptors ${before.descriptors} before, ${after.descriptors} after; connections ${after.incoming}.`,
);
console.log(`Resident memory: ${early.toFixed(0)} MB in the first third, ${late.toFixed(0)} MB in the last.`);
