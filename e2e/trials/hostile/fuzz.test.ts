/** A short form of what `npm run test:fuzz` does for as long as is wanted. */
import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

it('outlives damaged dialogues, and serves a good client throughout', async () => {
  // Another one each day, so that days add up; it is said, so that it can be repeated.
  const seed = Math.floor(Date.now() / 86_400_000);
  console.log(`Seed ${seed} (again: npm run test:fuzz -- --seconds 60 --seed ${seed})`);
  const report = await fuzz({ seed, seconds: 60 });
  expect(report.waves).toBeGreaterThan(0);
  expect(report.dialogues).toBeGreaterThan(50);
  expect(report.goodMessages).toBeGreaterThan(0);
}, 180_000);
