import { expect, it } from 'vitest';
import { type Fate, Ledger, type Way } from './ledger.ts';

it.each<[string, Way, Fate, number, number, boolean]>([
  ['accepted and there', 'local', 'accepted', 1, 0, true],
  ['accepted and gone', 'local', 'accepted', 0, 0, false],
  ['accepted and twice there', 'local', 'accepted', 2, 0, false],
  ['broken off and not there', 'local', 'broken off', 0, 0, true],
  ['broken off and there', 'local', 'broken off', 1, 0, false],
  ['without a reply, not there', 'local', 'unknown', 0, 0, true],
  ['without a reply, there', 'local', 'unknown', 1, 0, true],
  ['without a reply, twice there', 'local', 'unknown', 2, 0, false],
  ['relayed', 'relay', 'accepted', 1, 0, true],
  ['relayed at the third attempt, two replies lost', 'relay', 'accepted', 1, 2, true],
  ['relayed twice though no reply was lost', 'relay', 'accepted', 2, 0, false],
  ['given up after a lost reply', 'relay', 'accepted', 0, 1, false],
  ['never relayed', 'relay', 'accepted', 0, 0, false],
])('a message %s', (_, way, fate, found, cut, isRight) => {
  const ledger = new Ledger();
  const number = ledger.begin(way);
  ledger.settle(number, fate);
  for (let times = 0; times < found; times++) ledger.found(number);
  for (let times = 0; times < cut; times++) ledger.cut(number);
  expect(ledger.faults()).toHaveLength(isRight ? 0 : 1);
});

it('counts, and tells of messages that nobody sent', () => {
  const ledger = new Ledger();
  ledger.settle(ledger.begin('relay'), 'accepted');
  ledger.begin('local');
  expect([ledger.count('accepted'), ledger.count('unknown'), ledger.missing]).toEqual([1, 1, 1]);
  ledger.cut(1);
  ledger.found(1);
  ledger.found(9);
  expect([ledger.missing, ledger.duplicates]).toEqual([0, 1]);
  expect(ledger.faults()).toEqual(['Message 9 was never sent']);
});
