/** The hosts of a domain, tried in turn until one has given its verdict. */
import { describe, expect, it } from 'vitest';
import type { DnsZone } from '../testing/dns.ts';
import { at, directTo, FIRST, SECOND } from '../testing/fixtures/mx-hosts.ts';
import { unusedPort } from '../testing/ports.ts';
import type { SinkOptions } from '../testing/sink.ts';

describe('hosts of a domain', () => {
  it('are used by preference, under our name, and the report names host and reply', async () => {
    const { run, first, second } = await directTo();
    const { kinds, words } = await run({ content: 'Subject: Hi\r\n\r\n.dot\r\n' });
    expect(kinds).toEqual({ 'bob@a.test': 'delivered' });
    expect(words).toEqual({ 'bob@a.test': ['mx mx1.a.test 250 2.0.0 Ok: queued'] });
    expect(first.messages[0]).toMatchObject({ from: 'ann@our.test', rcpts: [{ address: 'bob@a.test' }] });
    expect(first.messages[0]?.body.toString()).toBe('Subject: Hi\r\n\r\n.dot\r\n');
    expect(first.sessions[0]?.helo).toBe('mail.our.test');
    expect(second.sessions).toHaveLength(0);
  });

  it.each([
    ['refuses the connection', undefined],
    ['is busy', { greeting: { close: '421 4.3.2 Busy' } }],
    ['wants nothing from us', { greeting: '554 5.7.1 No' }],
    ['leaves at EHLO', { ehlo: 'drop' }],
    ['leaves at MAIL', { mail: 'drop' }],
    ['has no room at MAIL', { mail: '452 4.3.1 No room' }],
    ['greylists', { rcpt: '450 4.7.1 Later' }],
    ['leaves at DATA', { data: 'reset' }],
    ['has no room for the message', { body: '452 4.3.1 No room' }],
  ] as const)('are tried in turn: the first %s', async (_, script) => {
    const { run, first, second } = await directTo(at(FIRST, (script ?? {}) as SinkOptions));
    if (script === undefined) await first.stop();
    expect((await run()).words).toEqual({ 'bob@a.test': ['mx mx2.a.test 250 2.0.0 Ok: queued'] });
    expect(first.messages).toHaveLength(0);
    expect(second.messages).toHaveLength(1);
  });

  it('get no content where they did not ask for it: it would be read as commands', async () => {
    const { run, first, second } = await directTo(at(FIRST, { data: '250 2.0.0 Ok' }));
    const content = 'QUIT\r\n\r\nMAIL FROM:<forged@our.test>\r\n';
    expect((await run({ content })).words).toEqual({ 'bob@a.test': ['mx mx2.a.test 250 2.0.0 Ok: queued'] });
    const commands = first.sessions.flatMap((session) => session.commands);
    expect(commands.filter((line) => /^(MAIL|DATA|QUIT)/.test(line))).toEqual([
      expect.stringContaining('<ann@our.test>'),
      'DATA',
    ]);
    expect(second.messages).toHaveLength(1);
  });

  it.each([
    ['a refused recipient', { rcpt: '550 5.1.1 No such user' }, 'failed'],
    ['a refused message', { body: '554 5.6.0 No' }, 'failed'],
    ['a full mailbox', { rcpt: '452 4.2.2 Full' }, 'deferred'],
    ['a connection lost after DATA', { body: 'drop' }, 'deferred'],
  ] as const)('are not tried in turn after %s', async (_, script, kind) => {
    const { run, first, second } = await directTo(at(FIRST, script));
    expect((await run()).kinds).toEqual({ 'bob@a.test': kind });
    expect(first.sessions).toHaveLength(1);
    expect(second.sessions).toHaveLength(0);
  });

  it('show the verdict of one rather than the silence of another', async () => {
    const { run, second } = await directTo(at(FIRST, { rcpt: '450 4.7.1 Later' }));
    await second.stop();
    expect(await run()).toMatchObject({
      kinds: { 'bob@a.test': 'deferred' },
      words: { 'bob@a.test': ['mx mx1.a.test 450 4.7.1 Later'] },
    });
  });

  it('are reached by their other address when one does not answer', async () => {
    const { run, second } = await directTo({}, { zone: { 'b.test': { A: ['127.0.0.3', SECOND] } } });
    expect((await run({ to: ['bob@b.test'] })).kinds).toEqual({ 'bob@b.test': 'delivered' });
    expect(second.messages).toHaveLength(1);
  });

  it('have one word: when one address has answered, the others of that host are not asked again', async () => {
    const zone = { 'b.test': { A: [FIRST, SECOND] } };
    const { run, first, second } = await directTo({ rcpt: '450 4.7.1 Later' }, { zone });
    expect((await run({ to: ['bob@b.test'] })).kinds).toEqual({ 'bob@b.test': 'deferred' });
    expect([first.sessions.length, second.sessions.length]).toEqual([1, 0]);
  });

  it('are the domain itself without MX, and the address of a literal', async () => {
    const { run, first } = await directTo({}, { zone: { 'plain.test': { A: [FIRST] } } });
    expect((await run({ to: ['bob@plain.test'] })).kinds).toEqual({ 'bob@plain.test': 'delivered' });
    expect((await run({ to: ['bob@[127.0.0.1]'] })).kinds).toEqual({ 'bob@[127.0.0.1]': 'delivered' });
    expect(first.messages).toHaveLength(2);
  });

  it.each([
    ['nowhere.test', 'failed', 'mx 5.1.2'],
    ['null.test', 'failed', 'mx 5.1.10'],
    ['servfail.test', 'deferred', 'mx 4.4.3'],
    ['us.test', 'failed', 'mx 5.4.6'],
  ])('of %s: %s (%s)', async (domain, kind, word) => {
    const zone: DnsZone = {
      'null.test': { MX: [{ preference: 0, exchange: '.' }] },
      'servfail.test': 'servfail',
      'us.test': { A: ['127.0.0.9'] },
    } as const;
    const { run, port } = await directTo(
      {},
      { zone, isOwn: (ip, at_) => ip === '127.0.0.9' && at_ === port_() },
    );
    const port_ = () => port;
    const { kinds, words } = await run({ to: [`bob@${domain}`] });
    expect(kinds).toEqual({ [`bob@${domain}`]: kind });
    expect(words).toEqual({ [`bob@${domain}`]: [word] });
  });
});

it('waits for nobody when no host can be reached', async () => {
  const { run } = await directTo({}, { settings: { delivery: { mxPort: await unusedPort(FIRST, SECOND) } } });
  expect(await run()).toMatchObject({
    kinds: { 'bob@a.test': 'deferred' },
    words: { 'bob@a.test': ['mx mx2.a.test 4.4.1'] },
  });
});
