/** Randomness that can be had again: the same seed gives the same throws. */
export interface Dice {
  /** A whole number from 0 to `end` - 1. */
  below(end: number): number;
  /** True in about `part` of all cases, 0 to 1. */
  chance(part: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Letters and digits. */
  letters(length: number): string;
  /** Dice of their own, for what runs beside: so neither depends on how often the other throws. */
  fork(): Dice;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/';

/** Mulberry32, which is small, fast and random enough to choose moments. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (end: number) => Math.floor((next() / 2 ** 32) * end);
  return {
    below,
    chance: (part) => next() / 2 ** 32 < part,
    pick: <T>(list: readonly T[]) => {
      if (list.length === 0) throw new Error('There is nothing to pick from.');
      return list[below(list.length)] as T;
    },
    letters: (length) => {
      let text = '';
      for (let bits = 0, count = 0; count < length; count++, bits >>>= 6) {
        if (count % 5 === 0) bits = next();
        text += ALPHABET[bits & 63];
      }
      return text;
    },
    fork: () => dice(next()),
  };
}
