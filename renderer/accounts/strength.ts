/**
 * How hard a password is to guess, in words. A hint and nothing more: nobody is kept from a weak one.
 *
 * Whoever guesses begins with known lists, then with what is known of the account, then with rows of the keyboard,
 * then with all that is short. So that is what is looked at, in this order; what is left is as good as it is long.
 */
import { COMMON_PASSWORDS } from './common-passwords.ts';

export interface Strength {
  readonly level: 'weak' | 'fair' | 'good';
  readonly text: string;
}

const SHORT = 8;
const LONG = 12;
/** Words of the address shorter than this turn up in good passwords by chance. */
const TELLING = 3;
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'zxcvbnm',
];

/** What to say of a password for the account with this address; undefined for an empty one. */
export function strengthOf(password: string, address: string): Strength | undefined {
  if (password === '') return undefined;
  const plain = password.toLowerCase();
  const length = [...password].length;
  if (isCommon(plain)) return weak('many people use it, so it is tried first.');
  if (wordsOf(address).some((word) => plain.includes(word)))
    return weak('it contains a part of the address.');
  if (isRow(plain)) return weak('it is a simple row of characters.');
  if (length < SHORT) return weak(`it is short; ${LONG} characters or more are hard to guess.`);
  if (length >= LONG) return { level: 'good', text: 'Good: hard to guess.' };
  if (kindsOf(password) < 2) return weak('it is short and of one kind of character.');
  return { level: 'fair', text: `Fair: ${LONG} characters or more are harder to guess.` };
}

function weak(why: string): Strength {
  return { level: 'weak', text: `Weak: ${why}` };
}

/** Also with digits and signs around it, which is what people add when they are asked for some. */
function isCommon(plain: string): boolean {
  const core = plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  return COMMON_PASSWORDS.has(plain) || (COMMON_PASSWORDS.has(core) && plain.length - core.length <= 4);
}

/** The words of which an address is made, such as anna, waypost and its whole. */
function wordsOf(address: string): string[] {
  const whole = address.trim().toLowerCase();
  const [local = '', domain = ''] = whole.split('@');
  // The last part of a domain is one of a few that everybody has.
  const names = domain.split('.').slice(0, -1);
  return [local, ...local.split(/[^\p{L}\p{N}]+/u), ...names].filter((word) => word.length >= TELLING);
}

/** Few characters over and over, or neighbours in the alphabet or on the keyboard. */
function isRow(plain: string): boolean {
  const characters = [...plain];
  if (new Set(characters).size <= Math.min(3, characters.length / 2)) return true;
  const steps = characters.slice(1).filter((character, index) => {
    const pair = characters[index] + character;
    return ROWS.some((row) => row.includes(pair) || row.includes([...pair].reverse().join('')));
  });
  return characters.length > 3 && steps.length >= (characters.length - 1) * 0.8;
}

function kindsOf(password: string): number {
  return [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
}
