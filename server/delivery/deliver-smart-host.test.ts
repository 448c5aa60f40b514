/** The SmartHost as the only way out. */
import { describe, expect, it } from 'vitest';
import { bench } from '../testing/fixtures/mx-and-smart-host.ts';
import { sinkOf } from '../testing/fixtures/sinks.ts';
import { unusedPort } from '../testing/ports.ts';

describe('exclusively by the SmartHost', () => {
  it('never asks DNS about the domain, and calls no mx', async () => {
    const { run, direct, smart, dns } = await bench({ smartHost: { exclusive: true } });
    const { kinds, words } = await run({ to: ['bob@a.test', 'eve@nowhere.test'] });
    expect(kinds).toEqual({ 'bob@a.test': 'delivered', 'eve@nowhere.test': 'delivered' });
    expect(words['bob@a.test']).toEqual(['smarthost relay.test 250 2.0.0 Ok: queued']);
    expect(smart.messages).toHaveLength(1);
    expect(direct.sessions).toHaveLength(0);
    expect(dns.queries.filter(({ name }) => name !== 'relay.test')).toEqual([]);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
    ['[::1]', '::1'],
    ['relay6.test', '::1'],
  ])('at %s', async (written, host) => {
    const relay = await sinkOf({ host });
    const zone = { 'relay6.test': { AAAA: ['::1'] } };
    const { run } = await bench({ zone, smartHost: { exclusive: true, host: `${written}:${relay.port}` } });
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
    expect(relay.messages).toHaveLength(1);
  });

  it('waits when its name is unknown, it does not answer, or it is this very server', async () => {
    const { run } = await bench({ isOwn: (address) => address === '127.0.0.7' });
    const at = (host: string) => run({}, { smartHost: { enabled: true, exclusive: true, host } });
    expect(await at('nowhere.test')).toMatchObject({
      kinds: { 'bob@a.test': 'deferred' },
      words: { 'bob@a.test': ['smarthost nowhere.test 4.4.4'] },
    });
    expect(await at(`relay.test:${await unusedPort()}`)).toMatchObject({
      kinds: { 'bob@a.test': 'deferred' },
      words: { 'bob@a.test': ['smarthost relay.test 4.4.1'] },
    });
    expect(await at('127.0.0.7')).toMatchObject({
      kinds: { 'bob@a.test': 'deferred' },
      words: { 'bob@a.test': ['smarthost 127.0.0.7 4.4.6'] },
    });
  });

  it.each([
    ['greeting', '554 5.7.1 No', 'deferred'],
    ['ehlo', '550 5.7.1 No', 'deferred'],
    ['mail', '530 5.7.0 Sign in first', 'deferred'],
    ['mail', '451 4.3.0 Later', 'deferred'],
    ['mail', '550 5.7.1 Not your address', 'deferred'],
    ['mail', '553 5.1.8 No such sender', 'failed'],
    ['rcpt', '450 4.7.1 Later', 'deferred'],
    ['rcpt', '550 5.1.1 No such user', 'failed'],
    ['rcpt', '550 5.7.1 Relaying denied', 'failed'],
    ['body', '554 5.7.1 Spam', 'failed'],
    ['body', '452 4.3.1 Full', 'deferred'],
    ['body', 'drop', 'deferred'],
    ['mail', 'drop', 'deferred'],
  ] as const)('its %s says %s: %s', async (step, reply, kind) => {
    const { run, smart } = await bench({ smartHost: { exclusive: true }, relay: { [step]: reply } });
    expect((await run()).kinds).toEqual({ 'bob@a.test': kind });
    expect(smart.sessions).toHaveLength(1);
  });
});
