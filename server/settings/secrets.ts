/** How a secret stands in the settings file. The desktop seals it with the system's keyring. */

/** Turns a secret into the text that is stored, and back. */
export interface SecretBox {
  /** What protects what it seals: the system's keyring, or only the mode of the settings file. */
  readonly protection: 'keyring' | 'file';
  seal(secret: string): string;
  /** Throws when the text was not sealed by this box. */
  open(sealed: string): string;
  /** False when `seal` would protect the secret better than it is in this text. */
  isCurrent(sealed: string): boolean;
}

const PLAIN = 'plain:';

/**
 * The service's box. A machine that runs unattended has no keyring to ask, and a key beside the lock
 * protects nothing: the file's mode 0600 is the protection. The prefix only keeps the door open for a box
 * that does more.
 */
export const plainBox: SecretBox = {
  protection: 'file',
  seal: (secret) => PLAIN + secret,
  open: (sealed) => {
    if (!sealed.startsWith(PLAIN)) throw new Error('The stored password was sealed by another installation.');
    return sealed.slice(PLAIN.length);
  },
  isCurrent: (sealed) => sealed.startsWith(PLAIN),
};
