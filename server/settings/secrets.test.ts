import { expect, it } from 'vitest';
import { plainBox } from './secrets.ts';

it('opens what it sealed, whatever that looks like', () => {
  for (const secret of ['geheim', '', 'plain:x', ' pässwörd\n']) {
    const sealed = plainBox.seal(secret);
    expect(sealed).not.toBe(secret);
    expect(plainBox.open(sealed)).toBe(secret);
    expect(plainBox.isCurrent(sealed)).toBe(true);
  }
});

it('refuses what another box sealed', () => {
  expect(() => plainBox.open('keyring:x')).toThrow('The stored password was sealed by another installation.');
  expect(plainBox.isCurrent('keyring:x')).toBe(false);
});

it('says that only the file protects', () => {
  expect(plainBox.protection).toBe('file');
});
