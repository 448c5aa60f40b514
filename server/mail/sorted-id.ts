import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A new id: 9 characters of time, then 7 of chance, so that ids sort by time. An index of such ids grows at its
 * end only, which costs next to nothing; one of random ids would make writing to a long log several times as slow.
 */
export function newSortedId(now = Date.now()): string {
  let time = '';
  for (let rest = now; time.length < 9; rest = Math.floor(rest / 32))
    time = ALPHABET.charAt(rest % 32) + time;
  const from = takeChance();
  let chance = '';
  for (let at = from; at < from + CHARACTERS; at++) chance += ALPHABET.charAt((pool[at] as number) & 31);
  return time + chance;
}

/** Characters of chance in an id, and so many bytes of it. */
const CHARACTERS = 7;
/** Asking the system for a few bytes costs more than all the rest; so they are asked for by the thousand. */
const pool = new Uint8Array(CHARACTERS * 512);
let used = pool.length;

/** Where in the pool the bytes of the next id begin; each is used once. */
function takeChance(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += CHARACTERS;
  return used - CHARACTERS;
}
