import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeDns, startDns } from '../testing/dns.ts';
import { unusedPort } from '../testing/ports.ts';
import { createMxResolver, type Resolution } from './mx.ts';

let dns: FakeDns;

const zone = {
  'plain.test': {
    MX: [
      { preference: 20, exchange: 'second.plain.test' },
      { preference: 10, exchange: 'first.plain.test' },
    ],
  },
  'first.plain.test': { A: ['192.0.2.1'], AAAA: ['2001:db8::1'] },
  'second.plain.test': { A: ['192.0.2.2', '192.0.2.3'] },
  'equal.test': {
    MX: ['a', 'b', 'c'].map((name) => ({ preference: 10, exchange: `${name}.equal.test` })),
  },
  'a.equal.test': { A: ['192.0.2.11'] },
  'b.equal.test': { A: ['192.0.2.12'] },
  'c.equal.test': { A: ['192.0.2.13'] },
  'implicit.test': { A: ['192.0.2.5'], AAAA: ['2001:db8::5'] },
  'alias.test': { CNAME: 'plain.test' },
  'null.test': { MX: [{ preference: 0, exchange: '.' }], A: ['192.0.2.6'] },
  'empty.test': { TXT: ['nothing for mail'] },
  'broken.test': { MX: 'servfail', A: ['192.0.2.7'] },
  'silent.test': { MX: 'timeout' },
  'half.test': {
    MX: [
      { preference: 10, exchange: 'broken-host.test' },
      { preference: 20, exchange: 'second.plain.test' },
    ],
  },
  'broken-host.test': 'servfail',
  'unreachable.test': { MX: [{ preference: 10, exchange: 'broken-host.test' }] },
  'dangling.test': { MX: [{ preference: 10, exchange: 'gone.test' }] },
  'own.test': {
    MX: [
      { preference: 10, exchange: 'better.own.test' },
      { preference: 20, exchange: 'us.own.test' },
      { preference: 20, exchange: 'equal.own.test' },
      { preference: 30, exchange: 'worse.own.test' },
    ],
  },
  'better.own.test': { A: ['192.0.2.20'] },
  'us.own.test': { A: ['192.0.2.99'] },
  'equal.own.test': { A: ['192.0.2.21'] },
  'worse.own.test': { A: ['192.0.2.22'] },
  'only-us.test': {
    MX: [
      { preference: 10, exchange: 'us.own.test' },
      { preference: 20, exchange: 'worse.own.test' },
    ],
  },
  'implicit-us.test': { A: ['192.0.2.99'] },
  'garbage.test': { spoilt: 'garbage' },
} satisfies Parameters<typeof startDns>[0];

beforeAll(async () => {
  dns = await startDns(zone);
});
afterAll(() => dns.stop());

const own = (address: string) => address === '192.0.2.99';

function resolve(domain: string, options: { random?: () => number; queryMs?: number } = {}) {
  return createMxResolver({ servers: [dns.address], ...options }).resolve(domain, { own });
}

function names(resolution: Resolution): string[] {
  if (resolution.kind !== 'hosts') throw new Error(`${resolution.kind}: ${resolution.reply.text}`);
  return resolution.hosts.map(({ name }) => name);
}

describe('hosts', () => {
  it('come by preference, with all their addresses, IPv4 first', async () => {
    expect(await resolve('plain.test')).toEqual({
      kind: 'hosts',
      hosts: [
        { name: 'first.plain.test', preference: 10, addresses: ['192.0.2.1', '2001:db8::1'] },
        { name: 'second.plain.test', preference: 20, addresses: ['192.0.2.2', '192.0.2.3'] },
      ],
    });
  });

  it('of equal preference come in random order', async () => {
    const draws = (values: number[]) => () => values.shift() ?? 0;
    const one = names(await resolve('equal.test', { random: draws([0.1, 0.2, 0.3]) }));
    const other = names(await resolve('equal.test', { random: draws([0.3, 0.2, 0.1]) }));
    expect(other).toEqual([...one].reverse());
    expect([...one].sort()).toEqual(['a.equal.test', 'b.equal.test', 'c.equal.test']);
  });

  it('are the domain itself when it has an address but no MX', async () => {
    expect(await resolve('implicit.test')).toEqual({
      kind: 'hosts',
      hosts: [{ name: 'implicit.test', preference: 0, addresses: ['192.0.2.5', '2001:db8::5'] }],
    });
  });

  it('are found behind an alias', async () => {
    expect(names(await resolve('alias.test'))).toEqual(['first.plain.test', 'second.plain.test']);
  });

  it('leave out those that have no address for now while there are others', async () => {
    expect(names(await resolve('half.test'))).toEqual(['second.plain.test']);
  });

  it('are those better than ourselves, never those equal or worse', async () => {
    expect(names(await resolve('own.test'))).toEqual(['better.own.test']);
  });

  it.each([
    ['[192.0.2.8]', '192.0.2.8'],
    ['[ipv6:2001:db8::8]', '2001:db8::8'],
  ])('are the address itself for %s', async (literal, address) => {
    const hosts = [{ name: address, preference: 0, addresses: [address] }];
    expect(await resolve(literal)).toEqual({ kind: 'hosts', hosts });
  });
});

describe('a final no', () => {
  it.each([
    ['missing.test', '5.1.2', 'does not exist'],
    ['null.test', '5.1.10', 'accepts no mail'],
    ['empty.test', '5.1.2', 'neither an MX record nor an address'],
    ['dangling.test', '5.1.2', 'no mail server'],
    ['only-us.test', '5.4.6', 'a loop'],
    ['implicit-us.test', '5.4.6', 'a loop'],
    ['[192.0.2.99]', '5.4.6', 'a loop'],
    ['[300.1.1.1]', '5.1.2', 'not an IP address'],
  ])('%s: %s', async (domain, enhanced, text) => {
    expect(await resolve(domain)).toMatchObject({
      kind: 'final',
      reply: { code: 0, enhanced, text: expect.stringContaining(text) },
    });
  });
});

describe('nothing for now', () => {
  it.each(['broken.test', 'unreachable.test'])('%s', async (domain) => {
    expect(await resolve(domain)).toMatchObject({ kind: 'temporary', reply: { enhanced: '4.4.3' } });
  });

  it('when a server never answers, within the time given', async () => {
    const begun = performance.now();
    expect(await resolve('silent.test', { queryMs: 300 })).toMatchObject({ kind: 'temporary' });
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it('when there is no server', async () => {
    const servers = [`127.0.0.1:${await unusedPort()}`];
    const resolver = createMxResolver({ servers, queryMs: 1000 });
    expect(await resolver.resolve('plain.test', { own })).toMatchObject({ kind: 'temporary' });
  });
});

describe('one host by name', () => {
  const host = (name: string, servers = [dns.address]) => createMxResolver({ servers }).resolveHost(name);

  it('is asked for at the servers given', async () => {
    expect(await host('second.plain.test')).toMatchObject({
      hosts: [{ addresses: ['192.0.2.2', '192.0.2.3'] }],
    });
  });

  it('is looked up as the system does it when no server is given', async () => {
    expect(await host('localhost', [])).toMatchObject({ kind: 'hosts' });
    expect(await host('127.0.0.1', [])).toMatchObject({ hosts: [{ addresses: ['127.0.0.1'] }] });
  });

  it.each(['2001:db8::1', '192.0.2.1'])('may be the address %s', async (address) => {
    expect(await host(address)).toMatchObject({ hosts: [{ name: address, addresses: [address] }] });
  });

  it.each([
    ['missing.test', '4.4.4'],
    ['broken-host.test', '4.4.3'],
  ])('%s is never final: the setting can be corrected', async (name, enhanced) => {
    expect(await host(name)).toMatchObject({ kind: 'temporary', reply: { enhanced } });
  });
});

it('an answer that is no DNS ends no look-up but its own', async () => {
  const resolver = createMxResolver({ servers: [dns.address] });
  const bad = [1, 2, 3, 4].map(() => resolver.resolve('garbage.test', { own }));
  const [good, missing] = await Promise.all(
    ['plain.test', 'missing.test'].map((domain) => resolver.resolve(domain, { own })),
  );
  expect([good?.kind, missing?.kind]).toEqual(['hosts', 'final']);
  for (const { kind } of await Promise.all(bad)) expect(kind).toBe('temporary');
});
