import { expect, it } from 'vitest';
import { joined } from './joined.ts';

it('joins parts, and copies a single one not', () => {
  const [one, other] = [Buffer.from('one'), Buffer.from('other')];
  expect(joined([])).toEqual(Buffer.alloc(0));
  expect(joined([one])).toBe(one);
  expect(joined([one, other])).toEqual(Buffer.from('oneother'));
});
