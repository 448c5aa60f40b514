/** What people do with accounts: the rules and sentences around the store. */

import type { AccountField, AccountView } from './contract/views.ts';
import { addressKey } from './mail/address.ts';
import { AddressTaken } from './store/accounts.ts';
import type { Account } from './store/directory.ts';
import { hashPassword } from './store/password.ts';
import type { Store } from './store/store.ts';

/** A request about an account can't be fulfilled; the message is one sentence for people. */
export class AccountProblem extends Error {
  override name = 'AccountProblem';
  readonly code: 'NOT_FOUND' | 'CONFLICT' | 'INVALID_INPUT';
  /** The answer that is at fault; says nothing where the account itself is missing. */
  readonly field: AccountField;
  constructor(code: AccountProblem['code'], message: string, field: AccountField = 'address') {
    super(message);
    this.code = code;
    this.field = field;
  }
}

export interface NewAccount {
  readonly address: string;
  readonly password: string;
  readonly aliases?: readonly string[] | undefined;
  readonly quotaMB?: number | undefined;
}

export interface AccountUpdate {
  readonly password?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly quotaMB?: number | undefined;
  readonly enabled?: boolean | undefined;
}

/** Adds, changes, removes and lists accounts. Every method may throw `AccountProblem`. */
export class AccountDesk {
  readonly #store: Store;
  readonly #changed: () => void;

  /** @param changed called when accounts were added, changed or removed */
  constructor(store: Store, changed: () => void = () => {}) {
    this.#store = store;
    this.#changed = changed;
  }

  async list(): Promise<AccountView[]> {
    const accounts = await this.#store.accounts.list();
    return accounts.map(({ id: _, lastSignIn, ...account }) => ({
      ...account,
      aliases: [...account.aliases],
      lastSignIn: lastSignIn === null ? null : new Date(lastSignIn),
    }));
  }

  async add({ address, password, aliases = [], quotaMB = 0 }: NewAccount): Promise<AccountView> {
    const key = ownAddress(address, 'address');
    const aliasKeys = aliases.map((alias) => ownAddress(alias, 'aliases'));
    const hash = await hashPassword(usablePassword(password));
    await translated(this.#store.accounts.add(key, hash, aliasKeys, quotaMB), key);
    this.#changed();
    return this.#view(key);
  }

  async update(address: string, change: AccountUpdate): Promise<AccountView> {
    const account = await this.find(address);
    const { password, aliases, ...rest } = change;
    const aliasKeys = aliases?.map((alias) => ownAddress(alias, 'aliases'));
    const passwordHash = password === undefined ? undefined : await hashPassword(usablePassword(password));
    await translated(
      this.#store.accounts.update(account, { ...rest, passwordHash, aliases: aliasKeys }),
      account.address,
    );
    this.#changed();
    return this.#view(account.address);
  }

  /** Removes the account with its mail. Returns how many messages were in it. */
  async remove(address: string): Promise<number> {
    const { id } = await this.find(address);
    const messages = await this.#store.accounts.remove(id);
    this.#changed();
    return messages;
  }

  /** The account whose own address this is. */
  async find(address: string): Promise<Account> {
    const key = addressKey(address);
    const account = key === undefined ? undefined : await this.#store.accounts.find(key);
    if (account && account.address === key) return account;
    const hint = account ? ` Its mail goes to ${account.address}.` : '';
    throw new AccountProblem('NOT_FOUND', `There is no account ${address}.${hint}`);
  }

  async #view(address: string): Promise<AccountView> {
    const view = (await this.list()).find((one) => one.address === address);
    if (!view) throw new AccountProblem('NOT_FOUND', `There is no account ${address}.`);
    return view;
  }
}

/** What people may choose before the @: more strict than what is accepted of others (RFC 5321 section 4.1.2). */
const DOT_STRING = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;

/** The key under which an account's address or alias is stored. */
function ownAddress(address: string, field: 'address' | 'aliases'): string {
  const key = addressKey(address.trim());
  if (key === undefined || key.includes('[') || !DOT_STRING.test(key.slice(0, key.lastIndexOf('@')))) {
    const message = `"${address}" is not a mail address such as anna@example.com.`;
    throw new AccountProblem('INVALID_INPUT', message, field);
  }
  if (key.slice(0, key.lastIndexOf('@')).includes('+')) {
    const message = `"${address}" can't be used: everything after a + is a tag, and ${key.replace(/\+[^@]*/, '')} gets that mail.`;
    throw new AccountProblem('INVALID_INPUT', message, field);
  }
  return key;
}

function usablePassword(password: string): string {
  if (password === '')
    throw new AccountProblem('INVALID_INPUT', 'The password must not be empty.', 'password');
  return password;
}

/** @param own the account's own address; whatever else is taken is one of its aliases */
async function translated(work: Promise<void>, own: string): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof AddressTaken)) throw error;
    throw new AccountProblem('CONFLICT', error.message, error.address === own ? 'address' : 'aliases');
  }
}
