/** The accounts and the addresses that reach them. Addresses are stored as `addressKey` spells them. */
import { domainOf } from '../mail/address.ts';
import type { Bodies } from './bodies.ts';
import { type Account, Directory } from './directory.ts';
import { forgetMessages } from './ledger.ts';
import type { Db, Tx } from './schema.ts';

/** An account with what changes from day to day. */
export interface AccountEntry extends Account {
  readonly usedBytes: number;
  readonly messages: number;
  readonly lastSignIn: number | null;
}

/** What may be changed about an account. */
export interface AccountChange {
  readonly passwordHash?: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly quotaMB?: number | undefined;
  readonly enabled?: boolean | undefined;
}

/** An address is taken by another account; `address` names it. */
export class AddressTaken extends Error {
  override name = 'AddressTaken';
  readonly address: string;
  constructor(address: string, owner: string) {
    super(
      address === owner
        ? `There is already an account ${address}.`
        : `${address} already belongs to ${owner}.`,
    );
    this.address = address;
  }
}

export class Accounts {
  readonly #db: Db;
  readonly #bodies: Bodies;
  readonly #directory: Directory;

  constructor(db: Db, bodies: Bodies) {
    this.#db = db;
    this.#bodies = bodies;
    this.#directory = new Directory(db);
  }

  async list(): Promise<AccountEntry[]> {
    const rows = await this.#db
      .selectFrom('accounts')
      .select(['address', 'used_bytes', 'last_sign_in'])
      .select(({ selectFrom }) =>
        selectFrom('mailbox')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .whereRef('account_id', '=', 'accounts.id')
          .as('messages'),
      )
      .orderBy('address')
      .execute();
    const entries: AccountEntry[] = [];
    for (const row of rows) {
      const account = await this.#directory.find(row.address);
      if (!account) continue;
      const { used_bytes: usedBytes, last_sign_in: lastSignIn } = row;
      entries.push({ ...account, usedBytes, lastSignIn, messages: row.messages ?? 0 });
    }
    return entries;
  }

  /** The account that an address (a key, `+tag` allowed) reaches. */
  find(key: string): Promise<Account | undefined> {
    return this.#directory.find(key);
  }

  /** True when some account or alias has this domain. */
  isLocalDomain(domain: string): Promise<boolean> {
    return this.#directory.isLocalDomain(domain);
  }

  /** How many accounts there are; kept in memory. */
  count(): Promise<number> {
    return this.#directory.count();
  }

  /** The account that was created first; it gets postmaster's mail where nobody has that address. */
  first(): Promise<Account | undefined> {
    return this.#directory.first();
  }

  /** Bytes of the mail in an account's mailbox. */
  async usedBytes(id: number): Promise<number> {
    const row = await this.#db
      .selectFrom('accounts')
      .select('used_bytes')
      .where('id', '=', id)
      .executeTakeFirst();
    return row?.used_bytes ?? 0;
  }

  /** The stored hash of an account's password. */
  async passwordHash(id: number): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('accounts')
      .select('password_hash')
      .where('id', '=', id)
      .executeTakeFirst();
    return row?.password_hash;
  }

  /** Creates an account. Throws `AddressTaken`. */
  async add(
    address: string,
    passwordHash: string,
    aliases: readonly string[],
    quotaMB: number,
  ): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await refuseTaken(tx, [address, ...aliases], undefined);
      const { id } = await tx
        .insertInto('accounts')
        .values({
          address,
          password_hash: passwordHash,
          quota_mb: quotaMB,
          used_bytes: 0,
          enabled: 1,
          created_at: Date.now(),
          last_sign_in: null,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await setAddresses(tx, id, [address, ...aliases]);
    });
    this.#directory.forget();
  }

  /** Changes of an account what the change names. Throws `AddressTaken`, and then nothing has changed. */
  async update({ id, address }: Account, change: AccountChange): Promise<void> {
    const { passwordHash, aliases, quotaMB, enabled } = change;
    const columns = {
      ...(quotaMB === undefined ? {} : { quota_mb: quotaMB }),
      ...(enabled === undefined ? {} : { enabled: Number(enabled) }),
      ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
    };
    await this.#db.transaction().execute(async (tx) => {
      if (Object.keys(columns).length > 0)
        await tx.updateTable('accounts').set(columns).where('id', '=', id).execute();
      if (aliases === undefined) return;
      await refuseTaken(tx, aliases, id);
      await setAddresses(tx, id, [address, ...aliases]);
    });
    this.#directory.forget();
  }

  /**
   * Removes an account with its addresses and its mail, in one commit: a message that arrives meanwhile is
   * in the mailbox before and goes with it, or is refused after. Returns how many messages there were.
   */
  async remove(id: number): Promise<number> {
    const { count, freed } = await this.#db.transaction().execute(async (tx) => {
      const rows = await tx
        .deleteFrom('mailbox')
        .where('account_id', '=', id)
        .returning('message_id')
        .execute();
      await tx.deleteFrom('accounts').where('id', '=', id).execute();
      const messages = [...new Set(rows.map((row) => row.message_id))];
      return { count: rows.length, freed: await forgetMessages(tx, messages) };
    });
    this.#directory.forget();
    await this.#bodies.remove(freed);
    return count;
  }

  async noteSignIn(id: number, at: number): Promise<void> {
    await this.#db.updateTable('accounts').set({ last_sign_in: at }).where('id', '=', id).execute();
  }
}

async function refuseTaken(
  tx: Tx,
  addresses: readonly string[],
  exceptId: number | undefined,
): Promise<void> {
  const taken = await tx
    .selectFrom('addresses')
    .innerJoin('accounts', 'accounts.id', 'addresses.account_id')
    .select(['addresses.address', 'accounts.address as owner', 'account_id'])
    .where('addresses.address', 'in', addresses)
    .execute();
  const foreign = taken.find((row) => row.account_id !== exceptId);
  if (foreign) throw new AddressTaken(foreign.address, foreign.owner);
}

async function setAddresses(tx: Tx, id: number, addresses: readonly string[]): Promise<void> {
  await tx.deleteFrom('addresses').where('account_id', '=', id).execute();
  const unique = [...new Set(addresses)];
  await tx
    .insertInto('addresses')
    .values(unique.map((address) => ({ address, domain: domainOf(address), account_id: id })))
    .execute();
}
