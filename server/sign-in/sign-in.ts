/** Signing in with an account's address (or alias) and password, by whatever protocol. */
import { setTimeout as sleep } from 'node:timers/promises';
import { addressKey } from '../mail/address.ts';
import type { Accounts } from '../store/accounts.ts';
import type { Account } from '../store/directory.ts';
import { PasswordVerifier } from '../store/password.ts';
import type { Blocks } from './blocks.ts';

/** It was wrong; what exactly, nobody is told. */
export interface WrongSignIn {
  /** It was one too many: the address may not connect for a while. */
  readonly blocked: boolean;
}

const NOTE_EVERY_MS = 60_000;

export class SignIn {
  readonly #accounts: Accounts;
  readonly #blocks: Blocks;
  readonly #wait: (ms: number) => Promise<unknown>;
  readonly #verifier = new PasswordVerifier();
  /** When each account's sign-in was written down last. */
  readonly #noted = new Map<number, number>();

  /** @param wait waits so many milliseconds before a wrong sign-in is answered */
  constructor(accounts: Accounts, blocks: Blocks, wait: (ms: number) => Promise<unknown> = sleepQuietly) {
    this.#accounts = accounts;
    this.#blocks = blocks;
    this.#wait = wait;
  }

  /** The account that name and password belong to. @param host the client's address */
  async signIn(host: string, username: string, password: string): Promise<Account | WrongSignIn> {
    const key = addressKey(username);
    const account = key === undefined ? undefined : await this.#accounts.find(key);
    const storedHash = account?.enabled ? await this.#accounts.passwordHash(account.id) : undefined;
    if (!(await this.#verifier.verify(password, storedHash)) || !account) {
      const { delayMs, blocked } = this.#blocks.wrongSignIn(host);
      await this.#wait(delayMs);
      return { blocked };
    }
    this.#blocks.rightSignIn(host);
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

/** Whether a sign-in was wrong. */
export function isWrong(outcome: Account | WrongSignIn): outcome is WrongSignIn {
  return 'blocked' in outcome;
}

/** A stop does not wait for it. */
function sleepQuietly(ms: number): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}
