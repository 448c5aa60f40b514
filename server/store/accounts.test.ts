import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queuedFor, startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import { type Accounts, AddressTaken } from './accounts.ts';
import { SPILL_BYTES } from './bodies.ts';
import type { Account } from './directory.ts';

let test: TestStore;
let accounts: Accounts;
let anna: Account;

beforeEach(async () => {
  test = await startTestStore();
  accounts = test.store.accounts;
  anna = await test.addAccount('anna@example.com', ['info@example.com', 'anna@other.example']);
});
afterEach(() => test.stop());

const refusal = (work: Promise<unknown>) => work.then(String, (error: unknown) => error);
const messageIds = async () =>
  (await test.db.selectFrom('messages').select('id').execute()).map((row) => row.id);

it('is found by its address, its aliases, and both with a tag', async () => {
  for (const key of ['anna@example.com', 'info@example.com', 'anna+news@example.com', 'info+x@example.com'])
    expect((await accounts.find(key))?.id, key).toBe(anna.id);
  for (const key of ['ben@example.com', '+news@example.com', 'anna@elsewhere.example', ''])
    expect(await accounts.find(key), key).toBeUndefined();
});

it('prefers the address with the tag when somebody has just that', async () => {
  const { id } = await test.addAccount('list+anna@example.com');
  expect((await accounts.find('list+anna@example.com'))?.id).toBe(id);
});

it('makes the domains of addresses and aliases local, as long as they are there', async () => {
  const local = () =>
    Promise.all(['example.com', 'other.example', 'else.example'].map((d) => accounts.isLocalDomain(d)));
  expect(await local()).toEqual([true, true, false]);
  await accounts.update(anna, { aliases: [] });
  expect(await local()).toEqual([true, false, false]);
  await accounts.remove(anna.id);
  expect(await local()).toEqual([false, false, false]);
});

it('knows the account that was created first, for the postmaster', async () => {
  await test.addAccount('aaa@example.com');
  expect((await accounts.first())?.address).toBe('anna@example.com');
  await accounts.remove(anna.id);
  expect((await accounts.first())?.address).toBe('aaa@example.com');
});

it('lists accounts by address, with what is in them', async () => {
  await test.addAccount('aaa@example.com');
  const mailboxes = [{ accountId: anna.id, recipient: anna.address }];
  await test.store.ledger.accept(testMessage('12345', { mailboxes }));
  const empty = { aliases: [], quotaMB: 0, usedBytes: 0, enabled: true, lastSignIn: null, messages: 0 };
  expect(await accounts.list()).toEqual([
    { ...empty, id: expect.any(Number), address: 'aaa@example.com' },
    {
      ...empty,
      id: anna.id,
      address: 'anna@example.com',
      aliases: ['anna@other.example', 'info@example.com'],
      messages: 1,
      usedBytes: 58,
    },
  ]);
});

describe('an address', () => {
  it.each([
    ['anna@example.com', [], 'There is already an account anna@example.com.'],
    ['info@example.com', [], 'info@example.com already belongs to anna@example.com.'],
    ['ben@example.com', ['info@example.com'], 'info@example.com already belongs to anna@example.com.'],
    ['ben@example.com', ['anna@example.com'], 'There is already an account anna@example.com.'],
  ])('belongs to one account only: %s with %j', async (address, aliases, message) => {
    const error = await refusal(accounts.add(address, 'hash', aliases, 0));
    expect(error).toBeInstanceOf(AddressTaken);
    expect((error as Error).message).toBe(message);
    expect(await accounts.list()).toHaveLength(1);
  });

  it('may be named twice by its own account', async () => {
    await accounts.update(anna, { aliases: ['x@example.com', 'x@example.com', 'anna@example.com'] });
    expect((await accounts.find('anna@example.com'))?.aliases).toEqual(['x@example.com']);
  });
});

describe('update', () => {
  it.each([
    [{ quotaMB: 7 }, { quotaMB: 7 }],
    [{ enabled: false }, { enabled: false }],
    [{ aliases: [] }, { aliases: [] }],
    [{ aliases: undefined, quotaMB: undefined }, {}],
    [{}, {}],
  ])('changes with %j only that', async (change, expected) => {
    await accounts.update(anna, change);
    expect(await accounts.find('anna@example.com')).toEqual({ ...anna, ...expected });
  });

  it('does not undo what another changed since the account was read', async () => {
    await accounts.update(anna, { quotaMB: 7, enabled: false });
    await accounts.update(anna, { passwordHash: 'new' });
    expect(await accounts.find('anna@example.com')).toMatchObject({ quotaMB: 7, enabled: false });
    expect(await accounts.passwordHash(anna.id)).toBe('new');
  });

  it('changes nothing when an alias is taken', async () => {
    await test.addAccount('ben@example.com');
    const change = { quotaMB: 7, aliases: ['ben@example.com'] };
    expect(await refusal(accounts.update(anna, change))).toBeInstanceOf(AddressTaken);
    expect(await accounts.find('anna@example.com')).toEqual(anna);
  });
});

describe('remove', () => {
  it('takes mailbox and addresses with it, and only messages nobody else needs', async () => {
    const ben = await test.addAccount('ben@example.com');
    const [forAnna, forBoth, forQueue] = [[anna], [anna, ben], [anna]].map((owners) =>
      owners.map((owner) => ({ accountId: owner.id, recipient: owner.address })),
    );
    const writer = test.store.bodies.writer('LARGE');
    await writer.write(randomBytes(SPILL_BYTES + 1));
    const { ledger } = test.store;
    await ledger.accept(
      testMessage('', { id: 'LARGE', mailboxes: forAnna ?? [], body: await writer.finish() }),
    );
    await ledger.accept(testMessage('x', { id: 'BOTH', mailboxes: forBoth ?? [] }));
    await ledger.accept(
      testMessage('x', { id: 'QUEUE', mailboxes: forQueue ?? [], queued: queuedFor('a@b') }),
    );

    expect(await accounts.remove(anna.id)).toBe(3);
    expect((await messageIds()).sort()).toEqual(['BOTH', 'QUEUE']);
    expect(await test.files()).toEqual([]);
    expect(await accounts.find('info@example.com')).toBeUndefined();
    expect(await test.store.mailboxes.list(ben.id)).toHaveLength(1);
    await test.addAccount('ben2@example.com', ['info@example.com']);
  });

  it('leaves no message behind that arrives meanwhile', async () => {
    const mailboxes = [{ accountId: anna.id, recipient: anna.address }];
    const accepting = Array.from({ length: 50 }, async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
      return test.store.ledger.accept(testMessage('x', { mailboxes }));
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await accounts.remove(anna.id);
    await Promise.allSettled(accepting);
    expect(await messageIds()).toEqual([]);
  });

  it('does not mind an account that is gone', async () => {
    await accounts.remove(anna.id);
    expect(await accounts.remove(anna.id)).toBe(0);
    expect(await accounts.passwordHash(anna.id)).toBeUndefined();
  });
});

it('notes when an account signed in last', async () => {
  await accounts.noteSignIn(anna.id, 1234);
  const entry = (await accounts.list()).find((one) => one.id === anna.id);
  expect(entry?.lastSignIn).toBe(1234);
});
