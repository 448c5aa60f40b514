/**
 * Who an address reaches, asked several times for each message and changed a few times a year. So it is read
 * once and kept; every change of an account drops it. One process holds the data folder, so nobody else can
 * change it behind our back.
 */
import { withoutTag } from '../mail/address.ts';
import type { Db } from './schema.ts';

/** An account as the rest of the engine sees it. */
export interface Account {
  readonly id: number;
  readonly address: string;
  readonly aliases: readonly string[];
  /** 0 = no limit. */
  readonly quotaMB: number;
  readonly enabled: boolean;
}

interface Contents {
  readonly byAddress: ReadonlyMap<string, Account>;
  readonly domains: ReadonlySet<string>;
  readonly first: Account | undefined;
  readonly count: number;
}

export class Directory {
  readonly #db: Db;
  #contents: Promise<Contents> | undefined;

  constructor(db: Db) {
    this.#db = db;
  }

  /** The account that an address (a key, `+tag` allowed) reaches. */
  async find(key: string): Promise<Account | undefined> {
    const { byAddress } = await this.#read();
    return byAddress.get(key) ?? byAddress.get(withoutTag(key) ?? '');
  }

  /** True when some account or alias has this domain. */
  async isLocalDomain(domain: string): Promise<boolean> {
    return (await this.#read()).domains.has(domain);
  }

  /** The account that was created first. */
  async first(): Promise<Account | undefined> {
    return (await this.#read()).first;
  }

  /** How many accounts there are. */
  async count(): Promise<number> {
    return (await this.#read()).count;
  }

  /** To be called when a change of an account is committed. */
  forget(): void {
    this.#contents = undefined;
  }

  #read(): Promise<Contents> {
    if (this.#contents) return this.#contents;
    const contents = this.#load();
    this.#contents = contents;
    // A read that failed is no answer to keep.
    contents.catch(() => {
      if (this.#contents === contents) this.#contents = undefined;
    });
    return contents;
  }

  async #load(): Promise<Contents> {
    const rows = await this.#db
      .selectFrom('accounts')
      .select(['id', 'address', 'quota_mb', 'enabled'])
      .orderBy('id')
      .execute();
    const addresses = await this.#db.selectFrom('addresses').selectAll().orderBy('address').execute();
    const accounts = rows.map(({ id, address, quota_mb, enabled }) => {
      const own = addresses.filter((one) => one.account_id === id && one.address !== address);
      return {
        id,
        address,
        aliases: own.map((one) => one.address),
        quotaMB: quota_mb,
        enabled: enabled === 1,
      };
    });
    return {
      byAddress: new Map(
        accounts.flatMap((account) =>
          [account.address, ...account.aliases].map((address) => [address, account]),
        ),
      ),
      domains: new Set(addresses.map((one) => one.domain)),
      first: accounts[0],
      count: accounts.length,
    };
  }
}
