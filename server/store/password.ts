/** Passwords of accounts, as argon2id hashes (RFC 9106). */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Algorithm, hash, verify } from '@node-rs/argon2';

/** 19 MiB and two passes: what OWASP asks for at the least, and about 40 ms on a small machine. */
const OPTIONS = { algorithm: 2 as Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The hash to store for a password. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, OPTIONS);
}

/** A hash no password fits, to verify against when there is no account: both answers take as long. */
const NOBODY = hashPassword(randomBytes(16).toString('hex'));

/** How long a verified password is remembered. */
const REMEMBER_MS = 10 * 60_000;

/**
 * Verifies passwords, and remembers for a while that one was right, so that a mail program which connects
 * anew for each message doesn't cost 40 ms each time. Remembered is a keyed digest in memory only, together
 * with the hash it was verified against: a changed password is asked for at once.
 */
export class PasswordVerifier {
  readonly #key = randomBytes(32);
  readonly #known = new Map<string, { digest: Buffer; until: number }>();

  /** True when `password` fits `storedHash`; false, after as long, when there is no hash. */
  async verify(password: string, storedHash: string | undefined, now = Date.now()): Promise<boolean> {
    if (storedHash === undefined) {
      await verify(await NOBODY, password);
      return false;
    }
    const digest = createHmac('sha256', this.#key).update(password).digest();
    const known = this.#known.get(storedHash);
    if (known && known.until > now && timingSafeEqual(known.digest, digest)) return true;
    if (!(await verify(storedHash, password))) return false;
    this.#forgetOld(now);
    this.#known.set(storedHash, { digest, until: now + REMEMBER_MS });
    return true;
  }

  #forgetOld(now: number): void {
    for (const [storedHash, { until }] of this.#known) if (until <= now) this.#known.delete(storedHash);
  }
}
