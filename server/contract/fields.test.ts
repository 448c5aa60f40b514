import { expect, it } from 'vitest';
import {
  addressSchema,
  canonicalAddress,
  dnsServerSchema,
  hostnameSchema,
  isCidr,
  isHostname,
  parseHostPort,
} from './fields.ts';

it.each<[text: string, host: string, port: number]>([
  ['example.com', 'example.com', 25],
  ['example.com:27', 'example.com', 27],
  ['Relay.Example.COM', 'relay.example.com', 25],
  ['localhost:1', 'localhost', 1],
  ['10.0.0.1:25', '10.0.0.1', 25],
  ['10.0.0.1', '10.0.0.1', 25],
  ['[::1]', '::1', 25],
  ['[::1]:2525', '::1', 2525],
  ['[2001:DB8:0::1]:65535', '2001:db8::1', 65535],
  ['  example.com:27  ', 'example.com', 27],
  ['xn--mnchen-3ya.de', 'xn--mnchen-3ya.de', 25],
])('reads %j as host and port', (text, host, port) => {
  expect(parseHostPort(text, 25)).toEqual({ host, port });
});

it.each([
  ['', 'nothing'],
  ['::1', 'IPv6 without brackets can be read in two ways'],
  ['example.com:', 'a colon without a port'],
  ['example.com:0', 'ports begin at 1'],
  ['example.com:65536', 'ports end at 65535'],
  ['example.com:99999999', 'far too long a port'],
  ['example.com:2x', 'not a number'],
  ['example.com:-1', 'not a number'],
  ['exa mple.com', 'a space inside'],
  ['example.com :25', 'a space inside'],
  ['[example.com]', 'brackets are for IPv6'],
  ['[10.0.0.1]', 'brackets are for IPv6'],
  ['[::1', 'half a bracket'],
  ['[::1]25', 'no colon before the port'],
  ['10.0.0', 'a mistyped IPv4 address'],
  ['10.0.0.256', 'a mistyped IPv4 address'],
  ['münchen.de', 'international names are given in their ASCII form'],
  ['smtp://example.com', 'a URL'],
  ['user@example.com', 'a mail address'],
])('does not take %j for host and port: %s', (text) => {
  expect(parseHostPort(text, 25)).toBeUndefined();
});

it.each([
  ['localhost', true],
  ['mail.example.com', true],
  ['mail.example.com.', true],
  ['my_host', true],
  ['4.example.com', true],
  [`${'a'.repeat(63)}.com`, true],
  [`${'a'.repeat(64)}.com`, false],
  [`${'a.'.repeat(126)}a`, true],
  [`${'a.'.repeat(127)}a`, false],
  ['-a.com', false],
  ['a-.com', false],
  ['a..b', false],
  ['.', false],
  ['', false],
  ['127.0.0.1', false],
  ['25', false],
  ['a\r\nb', false],
])('host name %j: %s', (text, valid) => {
  expect(isHostname(text)).toBe(valid);
});

it.each([
  ['127.0.0.0/8', true],
  ['192.168.1.10', true],
  ['0.0.0.0/0', true],
  ['10.0.0.0/32', true],
  ['10.0.0.0/33', false],
  ['::1/128', true],
  ['2001:db8::/32', true],
  ['::/129', false],
  ['10.0.0.0/', false],
  ['10.0.0.0/-1', false],
  ['10.0.0.0/8/8', false],
  ['10.0.0.0/255.0.0.0', false],
  ['10.0.0/8', false],
  ['example.com/8', false],
  ['', false],
])('network %j: %s', (text, valid) => {
  expect(isCidr(text)).toBe(valid);
});

it.each([
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ['192.168.1.10', '192.168.1.10'],
  ['', ''],
  ['no address', 'no address'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
])('writes the address %j as %j', (text, canonical) => {
  expect(canonicalAddress(text)).toBe(canonical);
});

it('trims what people type, and writes it in one way', () => {
  expect(addressSchema.parse(' 2001:DB8::0:1 ')).toBe('2001:db8::1');
  expect(hostnameSchema.parse(' mail.example.com. ')).toBe('mail.example.com');
});

it.each([
  ['192.168.1.1', true],
  ['127.0.0.1:5353', true],
  ['::1', true],
  ['[::1]:5353', true],
  ['127.0.0.1:0', false],
  ['dns.example.com', false],
  ['', false],
])('DNS server %j: %s', (text, valid) => {
  expect(dnsServerSchema.safeParse(text).success).toBe(valid);
});
