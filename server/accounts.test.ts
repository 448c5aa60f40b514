import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AccountDesk, type AccountProblem } from './accounts.ts';
import { PasswordVerifier } from './store/password.ts';
import { startTestStore, type TestStore, testMessage } from './testing/fixtures/store.ts';

let test: TestStore;
let desk: AccountDesk;

beforeEach(async () => {
  test = await startTestStore();
  desk = new AccountDesk(test.store);
  await desk.add({ address: ' Anna@Example.COM ', password: 'geheim', aliases: ['Info@example.com'] });
});
afterEach(() => test.stop());

const problem = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    ({ name, code, message, field }: AccountProblem) => ({ name, code, message, field }),
  );
const said = (code: string, message: string, field = 'address') => ({
  name: 'AccountProblem',
  code,
  message,
  field,
});

async function signsIn(address: string, password: string): Promise<boolean> {
  const account = await test.store.accounts.find(address);
  const hash = account && (await test.store.accounts.passwordHash(account.id));
  return new PasswordVerifier().verify(password, hash);
}

it('shows an account as people get to see it', async () => {
  const account = await test.store.accounts.first();
  expect(await desk.list()).toEqual([
    {
      address: 'anna@example.com',
      aliases: ['info@example.com'],
      quotaMB: 0,
      usedBytes: 0,
      messages: 0,
      enabled: true,
      lastSignIn: null,
    },
  ]);
  await test.store.accounts.noteSignIn(account?.id ?? 0, 1000);
  expect((await desk.list())[0]?.lastSignIn).toEqual(new Date(1000));
});

describe('add', () => {
  it('answers with the account, whose password works', async () => {
    const added = await desk.add({ address: 'ben@münchen.de', password: 'wort', quotaMB: 50 });
    expect(added).toMatchObject({ address: 'ben@xn--mnchen-3ya.de', quotaMB: 50, aliases: [] });
    expect(await signsIn('ben@xn--mnchen-3ya.de', 'wort')).toBe(true);
    expect(await signsIn('anna@example.com', 'wort')).toBe(false);
  });

  it.each([
    ['ANNA@example.com', 'There is already an account anna@example.com.'],
    ['info@example.com', 'info@example.com already belongs to anna@example.com.'],
  ])('refuses %s, which is taken', async (address, message) => {
    expect(await problem(desk.add({ address, password: 'x' }))).toEqual(said('CONFLICT', message));
  });

  it.each([
    'anna',
    '',
    'anna@',
    'an na@example.com',
    'anna,ben@example.com',
    'anna@[127.0.0.1]',
    'anna@127.0.0.1',
    '"a@b"@example.com',
    '.anna@example.com',
    'anna..b@example.com',
    'anna.@example.com',
    'Anna <anna@example.com>',
    'anna;@example.com',
    'o\u2019neil@example.com',
  ])('refuses %j, which is no address', async (address) => {
    const refused = `"${address}" is not a mail address such as anna@example.com.`;
    expect(await problem(desk.add({ address, password: 'x' }))).toEqual(said('INVALID_INPUT', refused));
    const asAlias = desk.add({ address: 'ben@example.com', password: 'x', aliases: [address] });
    expect(await problem(asAlias)).toEqual(said('INVALID_INPUT', refused, 'aliases'));
  });

  it.each(["o'neil_x-y@example.com", 'änna@example.com', 'anna@localhost'])('takes %s', async (address) => {
    expect(await desk.add({ address, password: 'x' })).toMatchObject({ address });
  });

  it('refuses a tag, and says who gets that mail', async () => {
    expect(await problem(desk.add({ address: 'ben+x@example.com', password: 'x' }))).toEqual(
      said(
        'INVALID_INPUT',
        '"ben+x@example.com" can\'t be used: everything after a + is a tag, and ben@example.com gets that mail.',
      ),
    );
  });

  it('refuses an empty password', async () => {
    expect(await problem(desk.add({ address: 'ben@example.com', password: '' }))).toEqual(
      said('INVALID_INPUT', 'The password must not be empty.', 'password'),
    );
    expect(await desk.list()).toHaveLength(1);
  });
});

describe('update', () => {
  it('changes what it is told, and answers with the account', async () => {
    expect(
      await desk.update('ANNA@example.com', { aliases: ['Office@example.com'], quotaMB: 9 }),
    ).toMatchObject({
      aliases: ['office@example.com'],
      quotaMB: 9,
      enabled: true,
    });
    expect(await desk.update('anna@example.com', { enabled: false })).toMatchObject({
      aliases: ['office@example.com'],
      quotaMB: 9,
      enabled: false,
    });
    expect(await signsIn('anna@example.com', 'geheim')).toBe(true);
  });

  it('changes the password', async () => {
    await desk.update('anna@example.com', { password: 'neu' });
    expect([await signsIn('anna@example.com', 'neu'), await signsIn('anna@example.com', 'geheim')]).toEqual([
      true,
      false,
    ]);
    expect(await problem(desk.update('anna@example.com', { password: '' }))).toEqual(
      said('INVALID_INPUT', 'The password must not be empty.', 'password'),
    );
  });

  it('refuses aliases of others', async () => {
    await desk.add({ address: 'ben@example.com', password: 'x' });
    const taken = said('CONFLICT', 'info@example.com already belongs to anna@example.com.', 'aliases');
    const aliases = ['info@example.com'];
    expect(await problem(desk.update('ben@example.com', { aliases }))).toEqual(taken);
    expect(await problem(desk.add({ address: 'carl@example.com', password: 'x', aliases }))).toEqual(taken);
  });
});

describe('find and remove', () => {
  it.each([
    ['ben@example.com', 'There is no account ben@example.com.'],
    ['nonsense', 'There is no account nonsense.'],
    ['info@example.com', 'There is no account info@example.com. Its mail goes to anna@example.com.'],
    ['anna+x@example.com', 'There is no account anna+x@example.com. Its mail goes to anna@example.com.'],
  ])('knows %s for no account', async (address, message) => {
    for (const work of [desk.find(address), desk.remove(address), desk.update(address, {})])
      expect(await problem(work)).toEqual(said('NOT_FOUND', message));
  });

  it('removes an account with its mail, and counts that', async () => {
    const { id } = await desk.find('anna@example.com');
    const mailboxes = [{ accountId: id, recipient: 'anna@example.com' }];
    await Promise.all([1, 2].map(() => test.store.ledger.accept(testMessage('x', { mailboxes }))));
    expect(await desk.remove('Anna@example.com')).toBe(2);
    expect(await desk.list()).toEqual([]);
    await desk.add({ address: 'info@example.com', password: 'x' });
  });
});
