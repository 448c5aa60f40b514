import { expect, it } from 'vitest';
import { killTrial } from './kill.ts';

it('keeps its promises when it is killed at random moments', { timeout: 120_000 }, async () => {
  const seed = Date.now() % 1_000_000;
  const { problems, acknowledged, kills } = await killTrial({ rounds: 2, seed });
  expect(problems, `seed ${seed}`).toEqual([]);
  expect(kills).toBeGreaterThanOrEqual(2);
  expect(acknowledged).toBeGreaterThan(0);
});
