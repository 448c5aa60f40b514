/** The SmartHost as the second way, for those whom sending directly did not help and this may. */
import { describe, expect, it } from 'vitest';
import type { DnsZone } from '../testing/dns.ts';
import { bench } from '../testing/fixtures/mx-and-smart-host.ts';
import type { SinkOptions } from '../testing/sink.ts';

/** What the mx does, and whether that moves the recipient on to the SmartHost. */
const moves: [string, SinkOptions | DnsZone | undefined, 'delivered' | 'failed' | 'deferred', string?][] = [
  ['DNS fails for now', { 'a.test': 'servfail' }, 'delivered'],
  ['DNS has no address for its host for now', { 'mx.a.test': 'servfail' }, 'delivered'],
  ['it refuses the connection', undefined, 'delivered'],
  ['it says nothing', { greeting: 'hang' }, 'delivered'],
  ['it leaves before its greeting', { greeting: 'drop' }, 'delivered'],
  ['it is busy', { greeting: { close: '421 4.3.2 Busy' } }, 'delivered'],
  ['it wants nothing from us', { greeting: '554 5.7.1 No' }, 'delivered'],
  ['it does not like our name', { ehlo: '550 5.7.1 No' }, 'delivered'],
  ['it leaves at EHLO', { ehlo: 'reset' }, 'delivered'],
  ['it leaves at MAIL', { mail: 'drop' }, 'delivered'],
  ['it hangs at RCPT', { rcpt: 'hang' }, 'delivered'],
  ['it refuses our sender', { mail: '550 5.1.8 No' }, 'delivered'],
  ['it refuses our sender and leaves', { mail: { close: '550 5.1.8 No' } }, 'delivered'],
  ['it refuses us at RCPT', { rcpt: '550 5.7.1 Blocked' }, 'delivered'],
  ['it refuses us at DATA', { data: '554 5.7.1 Blocked' }, 'delivered'],
  ['it refuses us after the message', { body: '550 5.7.26 Not authenticated' }, 'delivered'],
  ['it greylists', { rcpt: '450 4.7.1 Later' }, 'delivered'],
  ['it has no room', { body: '452 4.3.1 No room' }, 'delivered'],
  ['it leaves at DATA', { data: 'drop' }, 'delivered'],
  ['it says goodbye at RCPT', { rcpt: { close: '421 4.4.2 Bye' } }, 'delivered'],
  ['the domain does not exist', { 'a.test': 'nxdomain' }, 'failed', 'mx 5.1.2'],
  [
    'the domain takes no mail',
    { 'a.test': { MX: [{ preference: 0, exchange: '.' }] } },
    'failed',
    'mx 5.1.10',
  ],
  ['nobody has this address', { rcpt: '550 5.1.1 No' }, 'failed', 'mx mx.a.test 550 5.1.1 No'],
  ['it refuses the recipient without a status', { rcpt: '550 No' }, 'failed', 'mx mx.a.test 550 No'],
  ['the mailbox is over quota for good', { rcpt: '552 5.2.2 Full' }, 'failed', 'mx mx.a.test 552 5.2.2 Full'],
  ['it refuses the message', { body: '554 5.6.0 Bad' }, 'failed', 'mx mx.a.test 554 5.6.0 Bad'],
  ['the message is too large for it', { mail: '552 5.3.4 Large' }, 'failed', 'mx mx.a.test 552 5.3.4 Large'],
  ['the message is over its SIZE', { extensions: ['SIZE 10'] }, 'failed', 'mx mx.a.test 5.3.4'],
  ['the mailbox is full for now', { rcpt: '452 4.2.2 Full' }, 'deferred', 'mx mx.a.test 452 4.2.2 Full'],
  ['it leaves after the whole message', { body: 'drop' }, 'deferred', 'mx mx.a.test 4.4.2'],
  [
    'it leaves after the whole message, encrypted',
    { starttls: 'on', body: 'reset' },
    'deferred',
    'mx mx.a.test 4.4.2',
  ],
  ['it never answers the whole message', { body: 'hang' }, 'deferred', 'mx mx.a.test 4.4.2'],
];

describe('directly, then by the SmartHost', () => {
  it('stays direct where that works', async () => {
    const { run, direct, smart } = await bench();
    expect((await run()).words).toEqual({ 'bob@a.test': ['mx mx.a.test 250 2.0.0 Ok: queued'] });
    expect(direct.messages).toHaveLength(1);
    expect(smart.sessions).toHaveLength(0);
  });

  it.each(moves)('%s', async (_, change, kind, word) => {
    const isZone = change !== undefined && Object.keys(change).some((key) => key.endsWith('.test'));
    const timeouts = { command: 300, afterData: 300 };
    const { run, direct, smart } = await bench({
      timeouts,
      ...(isZone ? { zone: change as DnsZone } : { mx: (change ?? {}) as SinkOptions }),
    });
    if (change === undefined) await direct.stop();
    const { kinds, words } = await run();
    expect(kinds).toEqual({ 'bob@a.test': kind });
    const shown = words['bob@a.test'] ?? [];
    if (kind === 'delivered') {
      expect(shown).toHaveLength(2);
      expect(shown[0]).toMatch(/^mx /);
      expect(shown[1]).toBe('smarthost relay.test 250 2.0.0 Ok: queued');
      expect(smart.messages).toHaveLength(1);
      expect(direct.messages).toHaveLength(0);
    } else {
      expect(shown).toEqual([word]);
      expect(smart.sessions).toHaveLength(0);
    }
  });

  it('takes only those recipients on who need it', async () => {
    const replies: Record<string, string> = {
      'gone@a.test': '550 5.1.1 No',
      'later@a.test': '451 4.3.0 Later',
      'blocked@a.test': '550 5.7.1 No',
    };
    const { run, smart, direct } = await bench({ mx: { rcpt: ({ address }) => replies[address] } });
    const { kinds } = await run({ to: ['ok@a.test', ...Object.keys(replies)] });
    expect(kinds).toEqual({
      'ok@a.test': 'delivered',
      'gone@a.test': 'failed',
      'later@a.test': 'delivered',
      'blocked@a.test': 'delivered',
    });
    expect(direct.messages[0]?.rcpts.map(({ address }) => address)).toEqual(['ok@a.test']);
    expect(smart.messages[0]?.rcpts.map(({ address }) => address)).toEqual([
      'later@a.test',
      'blocked@a.test',
    ]);
  });

  it('keeps both replies when both fail, and the SmartHost has the last word', async () => {
    const { run, smart } = await bench({
      mx: { rcpt: '550 5.7.1 Blocked' },
      relay: { rcpt: '550 5.1.1 No such user' },
    });
    const both = {
      'bob@a.test': ['mx mx.a.test 550 5.7.1 Blocked', 'smarthost relay.test 550 5.1.1 No such user'],
    };
    expect(await run()).toMatchObject({ kinds: { 'bob@a.test': 'failed' }, words: both });
    await smart.stop();
    expect(await run()).toMatchObject({
      kinds: { 'bob@a.test': 'deferred' },
      words: { 'bob@a.test': ['mx mx.a.test 550 5.7.1 Blocked', 'smarthost relay.test 4.4.1'] },
    });
  });

  it('gives each hop its own time', async () => {
    const { run } = await bench({ mx: { mail: 'hang' }, attemptMs: 400 });
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
  });

  it('never has more connections open than the limit', async () => {
    const { run, direct, smart, pool } = await bench({ mx: { rcpt: '451 4.3.0 Later' }, limit: 1 });
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, direct.now + smart.now);
    }, 1);
    await Promise.all([run(), run(), run()]);
    clearInterval(watch);
    expect(smart.messages).toHaveLength(3);
    expect(most).toBe(1);
    expect(pool.open).toBe(1);
  });
});
