/** Where a SmartHost's name or address leads, and whether somebody is there. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMxResolver } from '../delivery/mx.ts';
import { noReply } from '../mail/reply.ts';
import { testCertificate } from '../testing/certificate.ts';
import { type DnsZone, startDns } from '../testing/dns.ts';
import { type Bench, failedStep, openBench, stepOf, tryOut } from '../testing/fixtures/smart-host-trial.ts';
import { unusedPort } from '../testing/ports.ts';
import type { NameService } from './names.ts';

let bench: Bench;
beforeEach(() => {
  bench = openBench();
});
afterEach(() => bench.stop());

/** A DNS that answers about hosts in this way. */
const asked = (resolveHost: NameService['resolveHost']): NameService => ({
  resolveHost,
  resolveMail: async () => ({ kind: 'final', reply: noReply('not asked') }),
});

describe('names that lead nowhere, by the resolver that deliveries use', () => {
  const zone: DnsZone = {
    'smart.test': { MX: [{ preference: 1, exchange: 'elsewhere.test' }] },
    'broken.test': 'servfail',
  };
  test.each([
    ['smart.test', 'The name smart.test exists, but has no address.', 'Check the spelling of the name.'],
    ['nowhere.test', 'The name nowhere.test does not exist.', 'Check the spelling of the name.'],
    [
      'broken.test',
      'DNS gave no answer about broken.test for now.',
      'Check whether this machine is online, and which DNS server it asks.',
    ],
  ])('%s', async (host, detail, advice) => {
    const dns = await startDns(zone);
    bench.atEnd(dns.stop);
    const names = asked(createMxResolver({ servers: [dns.address] }).resolveHost);
    expect(failedStep(await tryOut(25, { host }, { names }))).toMatchObject({ id: 'dns', detail, advice });
  });

  test('this server itself, by its name or its address', async () => {
    const isOwn = (address: string, port: number) => address === '127.0.0.1' && port === 25;
    expect(failedStep(await tryOut(25, {}, { isOwn }))).toMatchObject({
      id: 'dns',
      detail: 'smart.test port 25 is this server itself: mail would go in circles.',
    });
    const names = asked(createMxResolver({ servers: ['127.0.0.1:9'] }).resolveHost);
    expect(failedStep(await tryOut(25, { host: '127.0.0.1' }, { isOwn, names }))).toMatchObject({
      detail: '127.0.0.1 port 25 is this server itself: mail would go in circles.',
    });
  });

  test('none at all', async () => {
    expect(failedStep(await tryOut(25, { enabled: false, host: '' }))).toMatchObject({
      detail: 'No SmartHost is entered.',
    });
  });
});

test('a port where nobody listens', async () => {
  const port = await unusedPort('127.0.0.1');
  expect(failedStep(await tryOut(port))).toMatchObject({
    id: 'connect',
    detail: `127.0.0.1 port ${port} refuses connections.`,
  });
});

test('of several addresses the first that answers is taken, and the others are told of', async () => {
  const sink = await bench.peer();
  const names = asked(async (name) => ({
    kind: 'hosts',
    hosts: [{ name, addresses: ['::1', '127.0.0.1'] }],
  }));
  const seen = await tryOut(sink.port, {}, { names });
  expect(stepOf(seen, 'connect')).toMatchObject({ state: 'passed' });
  expect(stepOf(seen, 'connect')?.detail).toMatch(
    /^127\.0\.0\.1 answers\. (::1 port \d+ refuses connections|There is no way to ::1 port \d+ from here)\.$/,
  );
});

test('an address needs no DNS, and the certificate has to be for it', async () => {
  const names = asked(() => Promise.reject(new Error('It was asked all the same.')));
  const of = async (addresses: string[]) => {
    const pair = await testCertificate({ names: ['smart.test'], addresses });
    const sink = await bench.peer({ starttls: 'on', certificate: pair });
    const seen = await tryOut(sink.port, { host: `127.0.0.1:${sink.port}` }, { names });
    expect(stepOf(seen, 'dns')?.state).toBe('skipped');
    return stepOf(seen, 'certificate')?.detail;
  };
  expect(await of(['127.0.0.2'])).toContain('; it is not for 127.0.0.1, and the server made it for itself');
  expect(await of(['127.0.0.1'])).toMatch(/; the server made it for itself, nobody vouches for it\.$/);
});
