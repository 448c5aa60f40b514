import { expect, it } from 'vitest';
import { hostKey, inNetworks, isLoopback, plainAddress } from './addresses.ts';

it.each([
  ['203.0.113.5', '203.0.113.5'],
  ['::ffff:203.0.113.5', '203.0.113.5'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['nonsense', 'nonsense'],
])('%s counts as %s', (address, key) => {
  expect(hostKey(address)).toBe(key);
});

it('shows addresses as people know them', () => {
  expect(plainAddress('::ffff:127.0.0.1')).toBe('127.0.0.1');
  expect(plainAddress('2001:db8::1')).toBe('2001:db8::1');
});

it.each<[string, string[], boolean]>([
  ['192.168.1.7', ['192.168.1.0/24'], true],
  ['::ffff:192.168.1.7', ['192.168.1.0/24'], true],
  ['192.168.2.7', ['192.168.1.0/24'], false],
  ['192.168.1.7', ['192.168.1.7'], true],
  ['192.168.1.8', ['192.168.1.7'], false],
  ['2001:db8::7', ['192.168.1.0/24', '2001:db8::/32'], true],
  ['2001:db9::7', ['2001:db8::/32'], false],
  ['192.168.1.7', ['::/0'], false],
  ['192.168.1.7', ['0.0.0.0/0'], true],
  ['192.168.1.7', [], false],
  ['nonsense', ['0.0.0.0/0', '::/0'], false],
])('%s in %j: %s', (address, networks, expected) => {
  expect(inNetworks(address, networks)).toBe(expected);
});

it('knows loopback', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
  expect(['128.0.0.1', '::2', '192.168.1.1', ''].some(isLoopback)).toBe(false);
});
