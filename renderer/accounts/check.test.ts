import { expect, it } from 'vitest';
import { aliasesOf, checkForm, formOf, quotaOf } from './check.ts';

const good = { address: ' anna@example.com ', password: 'x', aliases: '', quota: '0', enabled: true };

it.each([
  [{}, []],
  [{ address: '' }, ['address']],
  [{ address: 'anna' }, ['address']],
  [{ address: 'an na@example.com' }, ['address']],
  [{ password: '' }, ['password']],
  [{ password: ' ' }, []],
  [{ aliases: 'info@example.com\noffice' }, ['aliases']],
  [{ aliases: ' \n , ;' }, []],
  [{ quota: 'many' }, ['quota']],
  [{ quota: '-1' }, ['quota']],
  [{ quota: '1.5' }, ['quota']],
  [{ address: '', password: '', aliases: 'x', quota: 'y' }, ['address', 'password', 'aliases', 'quota']],
])('%j: faults at %j', (part, faults) => {
  expect(Object.keys(checkForm({ ...good, ...part }, true))).toEqual(faults);
});

it('names the alias that is none', () => {
  expect(checkForm({ ...good, aliases: 'a@b.test, nobody' }, true).aliases).toMatch(/nobody/);
});

it('needs no password for an account that has one', () => {
  expect(checkForm({ ...good, password: '' }, false)).toEqual({});
});

it.each([
  ['a@b.test, c@d.test;e@f.test\n\n a@b.test', ['a@b.test', 'c@d.test', 'e@f.test']],
  ['', []],
])('%j: aliases %j', (text, aliases) => {
  expect(aliasesOf(text)).toEqual(aliases);
});

it.each([
  ['', 0],
  ['0', 0],
  [' 500 ', 500],
  ['1e3', undefined],
  ['99999999999', undefined],
])('%j: a quota of %s', (text, quota) => {
  expect(quotaOf(text)).toBe(quota);
});

it('begins with the account as it is', () => {
  const account = {
    address: 'anna@example.com',
    aliases: ['info@example.com', 'office@example.com'],
    quotaMB: 50,
    usedBytes: 1,
    messages: 1,
    enabled: false,
    lastSignIn: null,
  };
  const { address, quotaMB, enabled } = account;
  const aliases = 'info@example.com\noffice@example.com';
  expect(formOf(account)).toEqual({ address, password: '', aliases, quota: String(quotaMB), enabled });
  expect(formOf(undefined)).toEqual({ address: '', password: '', aliases: '', quota: '0', enabled: true });
});
