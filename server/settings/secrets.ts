/** How a secret stands in the settings file. The desktop seals it with the system's keyring. */

/** Turns a secret into the text that is stored, and back. */
export interface SecretBox {
  seal(secret: string): string;
  /** Throws when the text was not sealed by this box. */
  open(sealed: string): string;
}

const PLAIN = 'plain:';

/**
 * The service's box. A machine that runs unattended has no keyring to ask, and a key beside the lock
 * protects nothing: the file's mode 0600 is the protection. The prefix only keeps the door open for a box
 * that does more.
 */
export const plainBox: SecretBox = {
  seal: (secret) => PLAIN + secret,
  open: (sealed) => {
    if (!sealed.startsWith(PLAIN)) throw new Error('The stored password was sealed by another installation.');
    return sealed.slice(PLAIN.length);
  },
};
