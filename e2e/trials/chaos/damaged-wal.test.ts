import { expect, it } from 'vitest';
import { damagedWalTrial } from './damaged-wal.ts';

it('has what is before a damaged frame of the write-ahead log, and says that the rest is lost', {
  timeout: 120_000,
}, async () => {
  const { left, problems } = await damagedWalTrial(0.5);
  expect(problems).toEqual([]);
  expect(left).toBeGreaterThan(10);
  expect(left).toBeLessThan(30);
});
