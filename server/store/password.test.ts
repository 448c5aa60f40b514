import { expect, it } from 'vitest';
import { hashPassword, PasswordVerifier } from './password.ts';

const HASH = hashPassword('geheim');
const MINUTE = 60_000;

it('hashes with argon2id, and never twice alike', async () => {
  expect(await HASH).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hashPassword('geheim')).not.toBe(await HASH);
});

it('takes the right password and no other', async () => {
  const verifier = new PasswordVerifier();
  expect(await verifier.verify('Geheim', await HASH)).toBe(false);
  expect(await verifier.verify('', await HASH)).toBe(false);
  expect(await verifier.verify('geheim', await HASH)).toBe(true);
  expect(await verifier.verify('geheim ', await HASH)).toBe(false);
  expect(await verifier.verify('geheim', await HASH)).toBe(true);
});

it('takes long and international passwords as they are', async () => {
  const password = `${'x'.repeat(1000)} pässwörd 密码`;
  const hash = await hashPassword(password);
  const verifier = new PasswordVerifier();
  expect(await verifier.verify(password, hash)).toBe(true);
  expect(await verifier.verify(password.slice(0, -1), hash)).toBe(false);
});

it('remembers a right password for ten minutes, without hashing again', async () => {
  const verifier = new PasswordVerifier();
  const hash = await HASH;
  const costs = async (password: string, now: number) => {
    const { user } = process.cpuUsage();
    await verifier.verify(password, hash, now);
    return process.cpuUsage().user - user;
  };
  const [first, again, wrong, later] = [
    await costs('geheim', 0),
    await costs('geheim', 10 * MINUTE - 1),
    await costs('other', 10 * MINUTE - 1),
    await costs('geheim', 10 * MINUTE),
  ];
  for (const hashed of [first, wrong, later]) expect(hashed).toBeGreaterThan(again * 3);
});

it('asks for a changed password at once', async () => {
  const verifier = new PasswordVerifier();
  expect(await verifier.verify('geheim', await HASH)).toBe(true);
  const changed = await hashPassword('neu');
  expect(await verifier.verify('geheim', changed)).toBe(false);
  expect(await verifier.verify('neu', changed)).toBe(true);
});

it('says no, after as long, where there is no account', async () => {
  const verifier = new PasswordVerifier();
  await verifier.verify('warm', await HASH);
  const times = { nobody: 0, wrong: 0 };
  for (let round = 0; round < 5; round++) {
    let started = performance.now();
    expect(await verifier.verify('wrong', undefined)).toBe(false);
    times.nobody += performance.now() - started;
    started = performance.now();
    await verifier.verify('wrong', await HASH);
    times.wrong += performance.now() - started;
  }
  expect(times.nobody).toBeGreaterThan(times.wrong / 3);
});

it('rejects for a stored hash that is none, rather than letting anyone in', async () => {
  await expect(new PasswordVerifier().verify('x', 'plain')).rejects.toThrow();
});
