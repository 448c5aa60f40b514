import { expect, it } from 'vitest';
import { damageTrial } from './damage.ts';

it('says what is damaged and what to do, overwrites none of it, and goes on where it can', {
  timeout: 120_000,
}, async () => {
  const result = await damageTrial([
    'mail in waypost.db',
    'the content of a message in waypost.db',
    'entries in log.db',
    'settings.json',
  ]);
  expect(result).toEqual({ cases: 4, problems: [] });
});
