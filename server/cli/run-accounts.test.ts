import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeIo } from '../testing/fixtures/fake-io.ts';
import { type FakeWaypost, startFakeWaypost } from '../testing/fixtures/fake-waypost.ts';

let waypost: FakeWaypost;

beforeEach(async () => {
  waypost = await startFakeWaypost();
});

afterEach(() => waypost.remove());

describe('accounts', () => {
  const add = ['account', 'add', 'a@example.com', '--password-stdin'];

  test('add, set, passwd, list, remove', async () => {
    const added = await waypost.json(
      [...add, '--alias', 'b@example.com', '--quota', '50', '--alias', 'c@example.com'],
      fakeIo('secret\n'),
    );
    const account = { address: 'a@example.com', aliases: ['b@example.com', 'c@example.com'], quotaMB: 50 };
    expect(added).toMatchObject({ ...account, enabled: true, lastSignIn: null });
    expect(waypost.state.passwords.get('a@example.com')).toBe('secret');

    expect(await waypost.json(['account', 'set', 'a@example.com', '--disable'])).toMatchObject({
      ...account,
      enabled: false,
    });
    expect(
      await waypost.json(['account', 'set', 'a@example.com', '--no-alias', '--enable', '--quota', '0']),
    ).toMatchObject({
      aliases: [],
      enabled: true,
      quotaMB: 0,
    });
    expect(
      await waypost.json(['account', 'passwd', 'a@example.com', '--password-stdin'], fakeIo('other')),
    ).toMatchObject({
      address: 'a@example.com',
    });
    expect(waypost.state.passwords.get('a@example.com')).toBe('other');
    expect(await waypost.json(['account', 'list'])).toHaveLength(1);
    expect(await waypost.json(['account', 'remove', 'a@example.com'])).toEqual({
      address: 'a@example.com',
      removedMessages: 2,
    });
  });

  test('in words', async () => {
    const { out } = await waypost.run(add, fakeIo('secret'));
    expect(out()).toBe('Added a@example.com.\n');
    expect((await waypost.run(['account', 'list'])).out()).toContain('a@example.com');
    expect((await waypost.run(['account', 'remove', 'a@example.com'])).out()).toBe(
      'Removed a@example.com with 2 messages.\n',
    );
  });

  test('an error of the contract is one line', async () => {
    await waypost.run(add, fakeIo('secret'));
    const { code, out, err } = await waypost.run([...add, '--json'], fakeIo('secret'));
    expect([code, out(), err()]).toEqual([1, '', 'a@example.com is there already.\n']);
  });

  test('an empty password is refused before anything is asked', async () => {
    const { code, err } = await waypost.run(add, fakeIo('\n'));
    expect([code, err()]).toEqual([1, 'The password on standard input is empty.\n']);
    expect(waypost.state.accounts).toEqual([]);
  });
});
