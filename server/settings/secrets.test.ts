import { expect, it } from 'vitest';
import { plainBox } from './secrets.ts';

it('opens what it sealed, whatever that looks like', () => {
  for (const secret of ['geheim', '', 'plain:x', ' pässwörd\n']) {
    expect(plainBox.seal(secret)).not.toBe(secret);
    expect(plainBox.open(plainBox.seal(secret))).toBe(secret);
  }
});

it('refuses what another box sealed', () => {
  expect(() => plainBox.open('keyring:x')).toThrow('The stored password was sealed by another installation.');
});
