import { beforeEach, describe, expect, test } from 'vitest';
import { Blocks } from './blocks.ts';

const MINUTE = 60_000;

let now: number;
let changes: number;
let blocks: Blocks;

beforeEach(() => {
  now = 1_000_000_000_000;
  changes = 0;
  blocks = new Blocks(
    (address) => address === '127.0.0.1' || address.startsWith('192.168.'),
    () => changes++,
    () => now,
  );
});

/** Wrong sign-ins, so many minutes apart; whether each was one too many. */
function wrong(address: string, count: number, minutesApart = 0): boolean[] {
  return Array.from({ length: count }, () => {
    const { blocked } = blocks.wrongSignIn(address);
    now += minutesApart * MINUTE;
    return blocked;
  });
}

const isBlocked = (address: string) => blocks.find(address) !== undefined;

describe('wrong sign-ins', () => {
  test('the third within 30 minutes blocks for 60', () => {
    expect(wrong('203.0.113.5', 3)).toEqual([false, false, true]);
    expect(blocks.find('203.0.113.5')).toEqual({
      address: '203.0.113.5',
      reason: 'sign-in',
      since: now,
      until: now + 60 * MINUTE,
    });
    now += 60 * MINUTE - 1;
    expect(isBlocked('203.0.113.5')).toBe(true);
    now += 1;
    expect(isBlocked('203.0.113.5')).toBe(false);
  });

  test('three in more than 30 minutes do not', () => {
    expect(wrong('203.0.113.5', 6, 15)).toEqual(Array(6).fill(false));
  });

  test('a right one begins afresh', () => {
    wrong('203.0.113.5', 2);
    blocks.rightSignIn('203.0.113.5');
    expect(wrong('203.0.113.5', 2)).toEqual([false, false]);
  });

  test('another address is not touched', () => {
    wrong('203.0.113.5', 3);
    expect(isBlocked('203.0.113.6')).toBe(false);
  });

  test('IPv6 counts by networks of 64 bits, and IPv4 is the same on an IPv6 socket', () => {
    blocks.wrongSignIn('2001:db8::1');
    blocks.wrongSignIn('2001:db8::2');
    expect(blocks.wrongSignIn('2001:db8::3').blocked).toBe(true);
    expect([isBlocked('2001:db8::ffff'), isBlocked('2001:db8:0:1::1')]).toEqual([true, false]);
    wrong('203.0.113.5', 3);
    expect(isBlocked('::ffff:203.0.113.5')).toBe(true);
  });

  test('trusted addresses are never blocked, only answered more slowly', () => {
    const delays = Array.from({ length: 8 }, () => blocks.wrongSignIn('192.168.1.7'));
    expect(delays.map(({ blocked }) => blocked)).toEqual(Array(8).fill(false));
    expect(delays.map(({ delayMs }) => delayMs)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000, 8000]);
    blocks.rightSignIn('192.168.1.7');
    expect(blocks.wrongSignIn('192.168.1.7').delayMs).toBe(500);
  });

  test('after a block has ended it takes three again', () => {
    wrong('203.0.113.5', 3);
    now += 61 * MINUTE;
    expect(wrong('203.0.113.5', 3)).toEqual([false, false, true]);
  });
});

describe('by hand', () => {
  test('blocks for an hour, trusted or not', () => {
    blocks.block('192.168.1.7');
    expect(blocks.find('192.168.1.7')).toMatchObject({ reason: 'by hand', until: now + 60 * MINUTE });
  });

  test('undone, the address may connect and try anew', () => {
    wrong('203.0.113.5', 3);
    expect(blocks.unblock('203.0.113.5')).toBe(true);
    expect(blocks.unblock('203.0.113.5')).toBe(false);
    expect(isBlocked('203.0.113.5')).toBe(false);
    expect(wrong('203.0.113.5', 2)).toEqual([false, false]);
  });

  test('lists what holds now, the newest first, and tells of every change', () => {
    blocks.block('203.0.113.1');
    now += 59 * MINUTE;
    blocks.block('203.0.113.2');
    expect(blocks.all.map(({ address }) => address)).toEqual(['203.0.113.2', '203.0.113.1']);
    now += 2 * MINUTE;
    expect(blocks.all.map(({ address }) => address)).toEqual(['203.0.113.2']);
    blocks.unblock('203.0.113.2');
    expect(changes).toBe(3);
  });
});

test('a flood of addresses is forgotten, the oldest first', () => {
  for (let i = 0; i < 10_050; i++) {
    const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    blocks.block(address);
    blocks.wrongSignIn(address);
  }
  expect(blocks.all).toHaveLength(10_000);
  expect([isBlocked('10.0.0.0'), isBlocked('10.0.39.65')]).toEqual([false, true]);
});
