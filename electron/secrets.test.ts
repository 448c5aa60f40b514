import type { SafeStorage } from 'electron';
import { expect, test } from 'vitest';
import { plainBox } from '../server/settings/secrets.ts';
import { secretBox } from './secrets.ts';

/** A keyring that turns texts around. */
function storage(part: { available?: boolean; backend?: string } = {}): SafeStorage {
  const { available = true, backend = 'gnome_libsecret' } = part;
  const turned = (text: string) => [...text].reverse().join('');
  return {
    isEncryptionAvailable: () => available,
    getSelectedStorageBackend: () => backend,
    encryptString: (text: string) => Buffer.from(turned(text)),
    decryptString: (bytes: Buffer) => turned(bytes.toString()),
  } as unknown as SafeStorage;
}

test('seals with the keyring, and opens what it has sealed', () => {
  const box = secretBox(storage(), 'linux');
  const sealed = box.seal('gehe1m ü');
  expect(box.protection).toBe('keyring');
  expect(sealed).toMatch(/^sealed:[A-Za-z0-9+/=]+$/);
  expect(sealed).not.toContain('gehe1m');
  expect(box.open(sealed)).toBe('gehe1m ü');
  expect(box.isCurrent(sealed)).toBe(true);
});

test('opens what the service has stored, and would store it better', () => {
  const box = secretBox(storage(), 'linux');
  const plain = plainBox.seal('gehe1m');
  expect(box.open(plain)).toBe('gehe1m');
  expect(box.isCurrent(plain)).toBe(false);
  expect(() => box.open('other:x')).toThrow();
});

test('the service can’t open what the keyring has sealed', () => {
  const sealed = secretBox(storage(), 'linux').seal('gehe1m');
  expect(() => plainBox.open(sealed)).toThrow();
});

test.each([
  ['linux', { available: false }, 'file'],
  ['linux', { backend: 'basic_text' }, 'file'],
  ['linux', { backend: 'unknown' }, 'file'],
  ['linux', { backend: 'kwallet6' }, 'keyring'],
  ['darwin', { backend: 'unknown' }, 'keyring'],
  ['win32', { available: false }, 'file'],
] as const)('%s with %o: %s', (platform, part, protection) => {
  expect(secretBox(storage(part), platform).protection).toBe(protection);
});
