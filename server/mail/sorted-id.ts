import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A new id: 9 characters of time, then 7 of chance, so that ids sort by time. An index of such ids grows at its
 * end only, which costs next to nothing; one of random ids would make writing to a long log several times as slow.
 */
export function newSortedId(now = Date.now()): string {
  let time = '';
  for (let rest = now; time.length < 9; rest = Math.floor(rest / 32))
    time = ALPHABET.charAt(rest % 32) + time;
  return time + Array.from(randomBytes(7), (byte) => ALPHABET.charAt(byte & 31)).join('');
}
