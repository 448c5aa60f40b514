import { expect, it } from 'vitest';
import { strengthOf } from './strength.ts';

const ADDRESS = 'anna.berg@waypost.example';

it.each([
  ['a', 'weak', /short/],
  ['x7K!q', 'weak', /short/],
  ['tulip7K', 'weak', /short/],
  ['password', 'weak', /tried first/],
  ['PassWord', 'weak', /tried first/],
  ['Password1!', 'weak', /tried first/],
  ['!!letmein99', 'weak', /tried first/],
  ['1234567890', 'weak', /tried first/],
  ['anna', 'weak', /address/],
  ['XXannaXX-9712', 'weak', /address/],
  ['ilove-BERG-forever', 'weak', /address/],
  ['waypost mail 2031', 'weak', /address/],
  ['anna.berg@waypost.example', 'weak', /address/],
  ['aaaaaaaaaaaaaaaa', 'weak', /row/],
  ['abababababab', 'weak', /row/],
  ['abcdefghijklm', 'weak', /row/],
  ['hgfedcba', 'weak', /row/],
  ['9876543210123', 'weak', /row/],
  ['asdfghjklkjhgf', 'weak', /row/],
  ['tulipfield', 'weak', /one kind/],
  ['tulip-feld', 'fair', /harder/],
  ['tulipFeld7', 'fair', /harder/],
  ['8Rq!w0ze', 'fair', /harder/],
  ['correct horse', 'good', /hard to guess/],
  ['tulip field garden', 'good', /hard to guess/],
  ['gT6$kk92Lq!x', 'good', /hard to guess/],
  ['ключ от дома', 'good', /hard to guess/],
  ['😀😁😂🤣😃😄😅😆', 'weak', /one kind/],
])('%s is %s', (password, level, why) => {
  const strength = strengthOf(password, ADDRESS);
  expect(strength?.level).toBe(level);
  expect(strength?.text).toMatch(why);
});

it('says nothing of nothing', () => {
  expect(strengthOf('', ADDRESS)).toBeUndefined();
});

it.each([
  ['an@example.org', 'an iceberg lettuce'],
  ['a.b@x.example', 'big axe, loud bang'],
  ['', 'big axe, loud bang'],
])('what %j shares with everything counts for nothing', (address, password) => {
  expect(strengthOf(password, address)?.level).toBe('good');
});

it('uses no numbers to measure by', () => {
  expect(strengthOf('tulip-feld', ADDRESS)?.text).not.toMatch(/%|score|bits/);
});
