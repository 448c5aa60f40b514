/**
 * The system's keyring, as a test chooses it: `safeStorage` with a real cipher, so that a string comes back only
 * where the key is the same. `makeKeyring` also goes into Electron as source text: it must use nothing from
 * outside of itself but what it is given.
 */

/**
 * What the system has: a keyring, none that is recognised (so that Electron would use a password that everybody
 * knows), or nothing that works.
 */
export type KeyringChoice = 'keyring' | 'basic_text' | 'unavailable';

type Crypto = Pick<
  typeof import('node:crypto'),
  'createHash' | 'createCipheriv' | 'createDecipheriv' | 'randomBytes'
>;

/** @param secret what the keyring keeps; another one is another person's keyring */
export function makeKeyring(
  { createHash, createCipheriv, createDecipheriv, randomBytes }: Crypto,
  choice: KeyringChoice,
  secret: string,
  isReady: () => boolean,
): Electron.SafeStorage {
  const CIPHER = 'aes-256-gcm';
  const [IV, TAG, MARK] = [12, 16, 3];
  let usesPlainText = false;
  const isAvailable = () => isReady() && (choice === 'keyring' || (choice === 'basic_text' && usesPlainText));
  // As in Chromium: data says by a mark which kind of key it was encrypted with.
  const mark = () => Buffer.from(choice === 'keyring' ? 'v11' : 'v10');
  const key = () =>
    createHash('sha256')
      .update(choice === 'keyring' ? `keyring ${secret}` : 'peanuts')
      .digest();

  function needsIt(doing: string, what: string): void {
    if (!isReady()) throw new Error('safeStorage cannot be used before app is ready');
    if (!isAvailable()) throw new Error(`Error while ${doing} the ${what}. Encryption is not available.`);
  }

  const keyring: Electron.SafeStorage = {
    isEncryptionAvailable: isAvailable,
    isAsyncEncryptionAvailable: async () => isAvailable(),
    setUsePlainTextEncryption: (usePlainText) => {
      usesPlainText = usePlainText;
    },
    getSelectedStorageBackend: () => {
      if (!isReady()) return 'unknown';
      return choice === 'keyring' ? 'gnome_libsecret' : choice === 'basic_text' ? 'basic_text' : 'unknown';
    },
    encryptString: (plainText) => {
      if (typeof plainText !== 'string') throw new TypeError('Only a string can be encrypted.');
      needsIt('encrypting', 'text provided to safeStorage.encryptString');
      const iv = randomBytes(IV);
      const cipher = createCipheriv(CIPHER, key(), iv);
      const body = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()]);
      return Buffer.concat([mark(), iv, cipher.getAuthTag(), body]);
    },
    decryptString: (encrypted) => {
      if (!Buffer.isBuffer(encrypted)) throw new TypeError('Only a buffer can be decrypted.');
      needsIt('decrypting', 'ciphertext provided to safeStorage.decryptString');
      const failure = 'Error while decrypting the ciphertext provided to safeStorage.decryptString.';
      if (!encrypted.subarray(0, MARK).equals(mark())) {
        throw new Error(`${failure} Ciphertext does not appear to be encrypted.`);
      }
      const rest = encrypted.subarray(MARK);
      try {
        const decipher = createDecipheriv(CIPHER, key(), rest.subarray(0, IV));
        decipher.setAuthTag(rest.subarray(IV, IV + TAG));
        return Buffer.concat([decipher.update(rest.subarray(IV + TAG)), decipher.final()]).toString('utf8');
      } catch {
        throw new Error(failure);
      }
    },
    encryptStringAsync: async (plainText) => keyring.encryptString(plainText),
    decryptStringAsync: async (encrypted) => ({
      shouldReEncrypt: false,
      result: keyring.decryptString(encrypted),
    }),
  };
  return keyring;
}
