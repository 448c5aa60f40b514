import { expect, it } from 'vitest';
import {
  addressKey,
  asciiDomain,
  displayAddress,
  domainOf,
  needsSmtpUtf8,
  parseAddress,
  withAsciiDomain,
  withoutTag,
} from './address.ts';

it.each([
  ['anna@example.com', 'anna@example.com'],
  ['Anna.Berg@EXAMPLE.Com', 'anna.berg@example.com'],
  ['anna+News@example.com', 'anna+news@example.com'],
  ['anna@MÜNCHEN.de', 'anna@xn--mnchen-3ya.de'],
  ['anna@xn--MNCHEN-3ya.de', 'anna@xn--mnchen-3ya.de'],
  ['anna@例え.jp', 'anna@xn--r8jz45g.jp'],
  ['ANNÉ@example.com', 'anné@example.com'],
  ['anne\u0301@example.com', 'ann\u00e9@example.com'],
  ['anna@[192.168.1.10]', 'anna@[192.168.1.10]'],
  ['anna@[IPv6:2001:DB8::1]', 'anna@[ipv6:2001:db8::1]'],
  ['"anna"@example.com', 'anna@example.com'],
  ['"an\\na"@example.com', 'anna@example.com'],
  ['"anna.berg+x"@example.com', 'anna.berg+x@example.com'],
  ['"a@b"@example.com', '"a@b"@example.com'],
  ['".anna"@example.com', '".anna"@example.com'],
  ['"a..b"@example.com', '"a..b"@example.com'],
  ['""@example.com', '""@example.com'],
  ["o'neil/x=y!#$%&*?^_`{|}~@example.com", "o'neil/x=y!#$%&*?^_`{|}~@example.com"],
  ['anna@localhost', 'anna@localhost'],
  ['anna@my_host.example.com', 'anna@my_host.example.com'],
  [`${'a'.repeat(200)}@example.com`, `${'a'.repeat(200)}@example.com`],
])('the key of %j is %j', (text, key) => {
  expect(addressKey(text)).toBe(key);
});

it.each([
  [''],
  ['anna'],
  ['@example.com'],
  ['anna@'],
  ['an na@example.com'],
  ['"an na"@example.com'],
  ['an\r\nna@example.com'],
  ['anna\u0000@example.com'],
  ['<anna@example.com>'],
  ['anna@exa mple.com'],
  ['anna@example.com\r\nX: y'],
  ['anna@example.com.'],
  ['anna@.example.com'],
  ['anna@example..com'],
  ['anna@example.com:25'],
  ['anna@example.com/x'],
  ['anna@127.0.0.1'],
  ['anna@127.1'],
  ['anna@1'],
  ['anna@0x7f.1'],
  ['anna@0x7f000001'],
  ['anna@１２７.0.0.1'],
  ['anna@example.1'],
  ['anna@[192.168.1.10'],
  ['anna@[example.com]'],
  ['anna@::1'],
  [`${'a'.repeat(310)}@example.com`],
])('%j is no address', (text) => {
  expect(addressKey(text)).toBeUndefined();
});

it('keeps the local part as it was written', () => {
  expect(parseAddress('Anna+X@Example.COM')).toEqual({ local: 'Anna+X', domain: 'example.com' });
  expect(parseAddress('"a@b"@example.com')).toEqual({ local: '"a@b"', domain: 'example.com' });
});

it.each([
  ['anna+news@example.com', 'anna@example.com'],
  ['anna+a+b@example.com', 'anna@example.com'],
  ['anna@example.com', undefined],
  ['+news@example.com', undefined],
  ['anna@ex+ample.com', undefined],
])('%j without its tag is %j', (key, expected) => {
  expect(withoutTag(key)).toBe(expected);
});

it.each([
  ['anna@example.com', 'example.com'],
  ['"a@b"@example.com', 'example.com'],
  ['postmaster', ''],
  ['', ''],
])('the domain of %j is %j', (address, domain) => {
  expect(domainOf(address)).toBe(domain);
});

it('writes domains for machines and for people', () => {
  expect(withAsciiDomain('Änna@MÜNCHEN.de')).toBe('Änna@xn--mnchen-3ya.de');
  expect(withAsciiDomain('not an address')).toBe('not an address');
  expect(displayAddress('anna@xn--mnchen-3ya.de')).toBe('anna@münchen.de');
  expect(displayAddress('anna@[192.168.1.10]')).toBe('anna@[192.168.1.10]');
  expect(displayAddress('postmaster')).toBe('postmaster');
  expect(asciiDomain('x'.repeat(256))).toBeUndefined();
  for (const odd of ['-', '-a.test', 'a-.test', 'a..b', '.a', 'a.'])
    expect(asciiDomain(odd), odd).toBeUndefined();
});

it('needs SMTPUTF8 for the local part only', () => {
  expect(needsSmtpUtf8('änna@example.com')).toBe(true);
  expect(needsSmtpUtf8('anna@münchen.de')).toBe(false);
});
