/** Accounts with mail and no engine behind them, for tests of the Accounts tab. */
import { ORPCError } from '@orpc/client';
import type { AccountField, AccountView, MailView } from '../../server/contract/views.ts';
import { type Client, type Connection, ConnectionLost, type Link } from '../client.ts';
import { createStore, type Writable } from '../ui/store.ts';

export interface FakeAccounts {
  readonly connection: Connection & { readonly link: Writable<Link> };
  /** The accounts as the engine has them; tests change them as other windows would. */
  accounts: AccountView[];
  /** The mail of every account, oldest first. */
  mails: MailView[];
  /** Messages by id, as they were received. */
  readonly raw: Map<string, string>;
  /** What was asked for that changes something, as it arrived. */
  readonly asked: { procedure: string; input: unknown }[];
}

/** An account that has nothing special. */
export function accountOf(address: string, part: Partial<AccountView> = {}): AccountView {
  const usual = { aliases: [], quotaMB: 0, usedBytes: 0, messages: 0, enabled: true, lastSignIn: null };
  return { address, ...usual, ...part };
}

export function createFakeAccounts(accounts: AccountView[]): FakeAccounts {
  const link = createStore<Link>({ state: 'connected' });
  const find = (address: string): AccountView => {
    const found = fake.accounts.find((account) => account.address === address);
    if (!found) throw refused('NOT_FOUND', `There is no account ${address}.`);
    return found;
  };
  const call = <I, O>(procedure: string, answer: (input: I) => O) => {
    return async (input: I): Promise<O> => {
      if (link.get().state === 'lost') throw new ConnectionLost();
      if (!/list|page|raw/.test(procedure)) fake.asked.push({ procedure, input });
      return answer(input);
    };
  };
  const refuseTaken = (addresses: readonly string[], but: string) => {
    for (const address of addresses) {
      const owner = fake.accounts.find(
        (one) => one.address !== but && [one.address, ...one.aliases].includes(address),
      );
      const field = address === addresses[0] && but === '' ? 'address' : 'aliases';
      if (owner) throw refused('CONFLICT', `${address} already belongs to ${owner.address}.`, field);
    }
  };
  const client = {
    accounts: {
      list: call('list', () => fake.accounts.map((account) => ({ ...account }))),
      add: call('add', ({ address, aliases, quotaMB }: AccountView) => {
        refuseTaken([address, ...aliases], '');
        const account = accountOf(address, { aliases, quotaMB });
        fake.accounts.push(account);
        return account;
      }),
      update: call('update', ({ address, ...change }: Partial<AccountView> & { address: string }) => {
        const account = find(address);
        refuseTaken(change.aliases ?? [], address);
        return Object.assign(account, change);
      }),
      remove: call('remove', ({ address }: { address: string }) => {
        const { messages } = find(address);
        fake.accounts = fake.accounts.filter((account) => account.address !== address);
        return { removedMessages: messages };
      }),
    },
    mail: {
      page: call('page', (wanted: { address: string; search?: string; offset: number; limit: number }) => {
        find(wanted.address);
        const { search = '', offset, limit } = wanted;
        const matching = fake.mails
          .filter((mail) => `${mail.from} ${mail.subject}`.includes(search))
          .reverse();
        return { total: matching.length, rows: matching.slice(offset, offset + limit) };
      }),
      raw: call('raw', ({ id, offset }: { id: string; offset: number }) => {
        const bytes = new TextEncoder().encode(fake.raw.get(id) ?? 'Subject: x\r\n\r\nText');
        if (!fake.mails.some((mail) => mail.id === id))
          throw refused('NOT_FOUND', `There is no message ${id}.`);
        return { total: bytes.length, part: new Blob([bytes.slice(offset)]) };
      }),
      remove: call('mail.remove', ({ ids }: { ids: string[] }) => {
        const before = fake.mails.length;
        fake.mails = fake.mails.filter((mail) => !ids.includes(mail.id));
        const count = before - fake.mails.length;
        if (count === 0) throw refused('NOT_FOUND', `There is no message ${ids.join()}.`);
        return { count };
      }),
    },
  };
  const fake: FakeAccounts = {
    connection: { client: client as unknown as Client, link },
    accounts,
    mails: [],
    raw: new Map(),
    asked: [],
  };
  return fake;
}

function refused(code: string, message: string, field?: AccountField): Error {
  return new ORPCError(code, { defined: true, message, data: field && { field } });
}
