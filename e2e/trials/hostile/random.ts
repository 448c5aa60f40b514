/** Chance that can be repeated: the same seed gives the same numbers, on every machine. */

export interface Random {
  /** A whole number from 0 to `below` - 1. */
  whole(below: number): number;
  /** True in `part` of 1 cases. */
  chance(part: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(count: number): Buffer;
}

/** @param seed any whole number (mulberry32) */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (below: number) => Math.floor(next() * below);
  return {
    whole,
    chance: (part) => next() < part,
    pick: (from) => {
      if (from.length === 0) throw new Error('There is nothing to pick from');
      return from[whole(from.length)] as (typeof from)[number];
    },
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => whole(256))),
  };
}
