import { promises as dns } from 'node:dns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeDns, startDns } from './dns.ts';
import { canListenOn } from './ports.ts';

let fake: FakeDns;
let resolver: dns.Resolver;

beforeEach(async () => {
  fake = await startDns({
    'example.org': {
      MX: [
        { preference: 20, exchange: 'mx2.example.org' },
        { preference: 10, exchange: 'mx1.example.org' },
      ],
      TXT: ['v=spf1 -all'],
    },
    'mx1.example.org': { A: ['127.0.0.2', '127.0.0.3'], AAAA: ['::1'] },
    'null.example': { MX: [{ preference: 0, exchange: '.' }] },
    'alias.example': { CNAME: 'example.org' },
    'broken.example': 'servfail',
    'silent.example': 'timeout',
    'half.example': { MX: [{ preference: 1, exchange: 'half.example' }], A: 'servfail' },
  });
  resolver = new dns.Resolver({ timeout: 100, tries: 1 });
  resolver.setServers([fake.address]);
});

afterEach(() => fake.stop());

describe('a zone, seen by the resolver of Node', () => {
  it('gives MX, A, AAAA and TXT records', async () => {
    expect(await resolver.resolveMx('example.org')).toMatchObject([
      { priority: 20, exchange: 'mx2.example.org' },
      { priority: 10, exchange: 'mx1.example.org' },
    ]);
    expect(await resolver.resolve4('mx1.example.org')).toEqual(['127.0.0.2', '127.0.0.3']);
    expect(await resolver.resolve6('mx1.example.org')).toEqual(['::1']);
    expect(await resolver.resolveTxt('example.org')).toEqual([['v=spf1 -all']]);
  });

  it('compares names without case and records what was asked', async () => {
    expect(await resolver.resolve6('MX1.Example.ORG')).toEqual(['::1']);
    expect(fake.queries).toEqual([{ name: 'mx1.example.org', type: 'AAAA' }]);
  });

  it('reports the null MX with an empty exchange', async () => {
    expect(await resolver.resolveMx('null.example')).toMatchObject([{ priority: 0, exchange: '' }]);
  });

  it('follows aliases', async () => {
    expect(await resolver.resolveMx('alias.example')).toHaveLength(2);
  });

  it.each([
    ['a name that does not exist', 'nobody.example', 'ENOTFOUND'],
    ['a name without such records', 'mx1.example.org', 'ENODATA'],
    ['a failing server', 'broken.example', 'ESERVFAIL'],
    ['a silent server', 'silent.example', 'ETIMEOUT'],
  ])('tells %s', async (_, name, code) => {
    await expect(resolver.resolveMx(name)).rejects.toMatchObject({ code });
  });

  it('lets one record type of a name fail', async () => {
    expect(await resolver.resolveMx('half.example')).toHaveLength(1);
    await expect(resolver.resolve4('half.example')).rejects.toMatchObject({ code: 'ESERVFAIL' });
  });

  it('can change while it runs', async () => {
    fake.zone['example.org'] = { A: ['127.0.0.9'] };
    expect(await resolver.resolve4('example.org')).toEqual(['127.0.0.9']);
    await expect(resolver.resolveMx('example.org')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('answers over TCP what is too long for UDP', async () => {
    const addresses = Array.from({ length: 400 }, (_, at) => `127.1.${at >> 8}.${at & 255}`);
    fake.zone['many.example'] = { A: addresses };
    expect(await resolver.resolve4('many.example')).toEqual(addresses);
    expect(fake.queries).toHaveLength(2);
  });

  it.each(['garbage', 'wrong-id', 'other-question', 'never-whole'] as const)(
    'spoils its answers: %s',
    async (spoilt) => {
      fake.zone['spoilt.example'] = { A: ['127.0.0.9'], spoilt };
      await expect(resolver.resolve4('spoilt.example')).rejects.toThrow(/ETIMEOUT|EBADRESP|ECONNREFUSED/);
      expect(fake.queries[0]).toEqual({ name: 'spoilt.example', type: 'A' });
    },
  );

  it('asks for TCP where it is told to', async () => {
    fake.zone['short.example'] = { A: ['127.0.0.9'], spoilt: 'truncated' };
    expect(await resolver.resolve4('short.example')).toEqual(['127.0.0.9']);
    expect(fake.queries).toHaveLength(2);
  });
});

it.runIf(await canListenOn('::1'))('serves on IPv6 as well', async () => {
  const six = await startDns({ 'a.example': { A: ['127.0.0.1'] } }, { host: '::1' });
  try {
    resolver.setServers([six.address]);
    expect(await resolver.resolve4('a.example')).toEqual(['127.0.0.1']);
  } finally {
    await six.stop();
  }
});
