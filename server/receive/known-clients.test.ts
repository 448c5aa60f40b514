import { expect, it } from 'vitest';
import { KnownClients } from './known-clients.ts';

it('remembers clients, and forgets the longest unseen of too many', () => {
  const known = new KnownClients();
  const address = (number: number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
  for (let number = 0; number < 10_000; number++) known.add(address(number));
  known.add(address(0));
  known.add('203.0.113.5');
  expect(known.has(address(0))).toBe(true);
  expect(known.has(address(1))).toBe(false);
  expect(known.has(address(2))).toBe(true);
  expect(known.has('203.0.113.5')).toBe(true);
});
