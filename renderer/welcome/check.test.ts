import { expect, it } from 'vitest';
import { checkAnswers, domainOf } from './check.ts';

const good = { hostname: 'mail.example.com', address: ' anna@example.com', password: 'x', repeat: 'x' };

it.each([
  [{}, []],
  [{ hostname: 'not a name' }, ['hostname']],
  [{ hostname: '' }, ['hostname']],
  [{ address: 'anna' }, ['address']],
  [{ address: 'anna@ example.com' }, ['address']],
  [{ password: '', repeat: '' }, ['password']],
  [{ repeat: 'y' }, ['repeat']],
  [{ hostname: '', address: '', password: '', repeat: '' }, ['hostname', 'address', 'password']],
])('%j: faults at %j', (answers, faults) => {
  expect(Object.keys(checkAnswers({ ...good, ...answers }))).toEqual(faults);
});

it('finds the domain of an address that is still being typed', () => {
  expect(['anna', 'anna@', 'anna@example.com '].map(domainOf)).toEqual(['', '', 'example.com']);
});
