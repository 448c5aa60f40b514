/** Signing in with an account's address (or alias) and password (RFC 4954). */
import { addressKey } from '../mail/address.ts';
import type { Accounts } from '../store/accounts.ts';
import type { Account } from '../store/directory.ts';
import { PasswordVerifier } from '../store/password.ts';
import { Refusal } from './refusal.ts';

const NOTE_EVERY_MS = 60_000;

export class Authenticator {
  readonly #accounts: Accounts;
  readonly #verifier = new PasswordVerifier();
  /** When each account's sign-in was written down last. */
  readonly #noted = new Map<number, number>();

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  /** The account that name and password belong to. Throws `Refusal`, the same for all that can be wrong. */
  async authenticate(username: string, password: string): Promise<Account> {
    const key = addressKey(username);
    const account = key === undefined ? undefined : await this.#accounts.find(key);
    const storedHash = account?.enabled ? await this.#accounts.passwordHash(account.id) : undefined;
    if (!(await this.#verifier.verify(password, storedHash)) || !account) {
      throw new Refusal(535, '5.7.8', 'Account name or password is wrong');
    }
    await this.#noteSignIn(account);
    return account;
  }

  /** Once a minute is enough to answer "when did this account sign in last", and spares a commit each time. */
  async #noteSignIn({ id }: Account): Promise<void> {
    const now = Date.now();
    if (now - (this.#noted.get(id) ?? 0) <= NOTE_EVERY_MS) return;
    this.#noted.set(id, now);
    // Nobody is refused because the time could not be written down.
    await this.#accounts.noteSignIn(id, now).catch(() => {});
  }
}
