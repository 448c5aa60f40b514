/** `npm run test:soak -- --minutes 30`: see soak.ts. Ends with 1 when anything is not as it should be. */
import { parseArgs } from 'node:util';
import { type Sample, slopePerHour, thirds } from '../trend.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('Usage: npm run test:soak -- [--minutes MINUTES] [--seed WHOLE-NUMBER]');
  process.exit(2);
}
/** By how much the last third may lie above the second before it counts as growing. */
const MOST_GROWTH_MB = 50;
const MOST_GROWTH_DESCRIPTORS = 10;
/** A shorter run is all beginning, and says nothing about growth. */
const WARM_MINUTES = 10;

console.log(`Soaking for ${minutes} minutes, seed ${seed}.`);
const report = await soak({ minutes, seed, say: (line) => console.log(line) });
const { ledger } = report;
const faults = [...ledger.faults(), ...report.complaints];

function level(name: string, samples: readonly Sample[], most: number): void {
  const [early, middle, late] = thirds(samples);
  const slope = slopePerHour(samples);
  const medians = [early, middle, late].map((one) => one.toFixed(0)).join(', ');
  console.log(`${name}: medians of the thirds ${medians}; slope ${slope.toFixed(1)} an hour.`);
  // The first minutes are those in which everything is used for the first time.
  if (minutes >= WARM_MINUTES && late - middle > most) faults.push(`${name} grows: ${medians}`);
}

for (const way of ['local', 'relay'] as const)
  console.log(
    `${way}: ${ledger.count('accepted', way)} accepted, ${ledger.count('unknown', way)} without a reply, ` +
      `${ledger.count('broken off', way)} broken off.`,
  );
console.log(`${ledger.duplicates} copies at peers whose reply was lost; ${ledger.missing} messages missing.`);
console.log(`${report.settingsApplied} changes of settings, ${report.visits} visits to the mailbox.`);
console.log(`${report.expectedErrors} connections refused or broken as they may be.`);
level('Memory in MB', report.memory, MOST_GROWTH_MB);
level('Descriptors', report.descriptors, MOST_GROWTH_DESCRIPTORS);
console.log(
  `At rest: ${report.settledMB.toFixed(0)} MB, ${report.settledDescriptors} descriptors, ${report.leftFiles} files.`,
);
if (report.settledDescriptors > report.descriptorsBefore + MOST_GROWTH_DESCRIPTORS)
  faults.push(
    `${report.settledDescriptors} descriptors are open at rest, ${report.descriptorsBefore} before`,
  );
if (report.leftFiles > 0) faults.push(`${report.leftFiles} files are left though no message is`);
for (const fault of faults.slice(0, 50)) console.log(`✗ ${fault}`);
console.log(faults.length === 0 ? 'Every message is accounted for.' : `${faults.length} faults.`);
process.exitCode = faults.length === 0 ? 0 : 1;
