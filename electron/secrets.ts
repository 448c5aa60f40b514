/** Secrets sealed with the system's keyring (Keychain, DPAPI, libsecret or KWallet) by Electron's safeStorage. */
import type { SafeStorage } from 'electron';
import { plainBox, type SecretBox } from '../server/settings/secrets.ts';

const SEALED = 'sealed:';

/**
 * The desktop's box. Where the system has no keyring it is the service's: what Chromium would do there, a key
 * that everybody knows, only looks like protection. Ask for it when the app is ready, not before.
 */
export function secretBox(storage: SafeStorage, platform: NodeJS.Platform = process.platform): SecretBox {
  if (!hasKeyring(storage, platform)) return plainBox;
  return {
    protection: 'keyring',
    seal: (secret) => SEALED + storage.encryptString(secret).toString('base64'),
    open: (sealed) =>
      // The service was here before, or a system that had no keyring then.
      sealed.startsWith(SEALED)
        ? storage.decryptString(Buffer.from(sealed.slice(SEALED.length), 'base64'))
        : plainBox.open(sealed),
    isCurrent: (sealed) => sealed.startsWith(SEALED),
  };
}

function hasKeyring(storage: SafeStorage, platform: NodeJS.Platform): boolean {
  if (!storage.isEncryptionAvailable()) return false;
  return platform !== 'linux' || !['basic_text', 'unknown'].includes(storage.getSelectedStorageBackend());
}
