import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { DnsZone } from '../testing/dns.ts';
import { type DeliveryBenchOptions, startDeliveryBench } from '../testing/fixtures/delivery.ts';
import { unusedPort } from '../testing/ports.ts';
import { type SinkHosts, type SinkOptions, startSinkHosts } from '../testing/sink.ts';
import { eventually } from '../testing/temp.ts';
import { attemptMs } from './hop.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const FIRST = '127.0.0.1';
const SECOND = '127.0.0.2';

/** The MX hosts of a.test, by preference, and a bench whose DNS leads to them. */
async function directTo(
  options: SinkOptions | ((host: string) => SinkOptions) = {},
  bench: DeliveryBenchOptions = {},
) {
  const hosts: SinkHosts = await startSinkHosts([FIRST, SECOND], options);
  stops.push(() => hosts.stop());
  const zone = {
    'a.test': {
      MX: [
        { preference: 20, exchange: 'mx2.a.test' },
        { preference: 10, exchange: 'mx1.a.test' },
      ],
    },
    'mx1.a.test': { A: [FIRST] },
    'mx2.a.test': { A: [SECOND] },
    ...bench.zone,
  };
  const settings = { ...bench.settings, delivery: { mxPort: hosts.port, ...bench.settings?.delivery } };
  const made = await startDeliveryBench({ ...bench, zone, settings });
  stops.push(() => made.stop());
  const [first, second] = hosts.sinks as [SinkHosts['sinks'][0], SinkHosts['sinks'][0]];
  return { ...made, first, second, port: hosts.port };
}

function at(host: string, script: SinkOptions): (each: string) => SinkOptions {
  return (each) => (each === host ? script : {});
}

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

describe('several recipients of one transaction', () => {
  const to = ['good@a.test', 'gone@a.test', 'later@a.test', 'full@a.test', 'blocked@a.test'];
  const replies: Record<string, string> = {
    'gone@a.test': '550 5.1.1 No such user',
    'later@a.test': '451 4.3.0 Later',
    'full@a.test': '452 4.2.2 Full',
    'blocked@a.test': '550 5.7.1 Blocked',
  };
  const rcpt = ({ address }: { address: string }) => replies[address];

  it.each([
    ['with', undefined],
    ['without', ['SIZE', '8BITMIME']],
  ])('have each their fate, %s pipelining', async (_, extensions) => {
    const script = { rcpt, ...(extensions ? { extensions } : {}) };
    const { run, first } = await directTo(script);
    expect((await run({ to })).kinds).toEqual({
      'good@a.test': 'delivered',
      'gone@a.test': 'failed',
      'later@a.test': 'deferred',
      'full@a.test': 'deferred',
      'blocked@a.test': 'failed',
    });
    expect(first.messages).toHaveLength(1);
    expect(first.messages[0]?.rcpts.map(({ address }) => address)).toEqual(['good@a.test']);
  });

  it('go on to the next host only where it may help', async () => {
    const { run, second } = await directTo(at(FIRST, { rcpt }));
    expect((await run({ to })).kinds).toMatchObject({
      'good@a.test': 'delivered',
      'later@a.test': 'delivered',
    });
    expect(second.messages[0]?.rcpts.map(({ address }) => address)).toEqual(['later@a.test']);
  });

  it('keep a refusal at RCPT when the message is refused afterwards, or the connection lost', async () => {
    const { run, first } = await directTo({ rcpt, body: '554 5.6.0 Malformed' });
    const two = ['good@a.test', 'gone@a.test'];
    expect((await run({ to: two })).words).toEqual({
      'good@a.test': ['mx mx1.a.test 554 5.6.0 Malformed'],
      'gone@a.test': ['mx mx1.a.test 550 5.1.1 No such user'],
    });
    first.script.body = 'drop';
    expect((await run({ to: two })).words).toEqual({
      'good@a.test': ['mx mx1.a.test 4.4.2'],
      'gone@a.test': ['mx mx1.a.test 550 5.1.1 No such user'],
    });
    first.script.data = '451 4.3.0 Not now';
    first.script.body = undefined;
    expect((await run({ to: two })).words).toMatchObject({
      'gone@a.test': ['mx mx1.a.test 550 5.1.1 No such user'],
    });
  });

  it('share one RCPT when they are spelled alike', async () => {
    const { run, first } = await directTo();
    await run({ to: ['bob@a.test', 'bob@A.test'] });
    expect(first.messages[0]?.rcpts).toHaveLength(1);
  });
});

describe('what is not sent', () => {
  it('is a message over the limit: no connection is made', async () => {
    const { run, first } = await directTo({}, { settings: { maxMessageSizeMB: 1 } });
    const result = await run({ content: Buffer.alloc(1_060_000, 'x') });
    expect(result.kinds).toEqual({ 'bob@a.test': 'failed' });
    expect(result.words).toEqual({ 'bob@a.test': ['mx 5.3.4'] });
    expect(first.sessions).toHaveLength(0);
    expect((await run({ content: Buffer.alloc(1_048_576 + 500, 'x') })).kinds).toEqual({
      'bob@a.test': 'delivered',
    });
  });

  it("is a message over the peer's SIZE: no MAIL is said", async () => {
    const { run, first, second } = await directTo({ extensions: ['PIPELINING', 'SIZE 1000'] });
    const result = await run({ content: Buffer.alloc(1001, 'x') });
    expect(result).toMatchObject({
      kinds: { 'bob@a.test': 'failed' },
      words: { 'bob@a.test': ['mx mx1.a.test 5.3.4'] },
    });
    expect(first.sessions[0]?.commands).toEqual(['EHLO mail.our.test']);
    expect(second.sessions).toHaveLength(0);
    expect((await run({ content: Buffer.alloc(1000, 'x') })).kinds).toEqual({ 'bob@a.test': 'delivered' });
  });

  it.each([['0'], ['']])('is none when SIZE has no limit (%j)', async (limit) => {
    const { run } = await directTo({ extensions: [`SIZE ${limit}`] });
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
  });

  it('is what needs SMTPUTF8 where the peer has it not (RFC 6531)', async () => {
    const { run, first } = await directTo({ extensions: ['SIZE'] });
    const result = await run({ to: ['jürgen@a.test', 'bob@a.test'] });
    expect(result.words).toEqual({
      'jürgen@a.test': ['mx mx1.a.test 5.6.7'],
      'bob@a.test': ['mx mx1.a.test 250 2.0.0 Ok: queued'],
    });
    expect(result.kinds['jürgen@a.test']).toBe('failed');
    expect(first.messages[0]?.rcpts).toHaveLength(1);
    expect((await run({ smtpUtf8: true, content: 'Subject: Grüße\r\n\r\n' })).kinds).toEqual({
      'bob@a.test': 'failed',
    });
    // Said, but not needed.
    expect((await run({ smtpUtf8: true })).kinds).toEqual({ 'bob@a.test': 'delivered' });
  });

  it('is content that is shorter than it should be, or unreadable; we are to blame, not the peer', async () => {
    const { run, first, entries } = await directTo(
      {},
      { settings: { smartHost: { enabled: true, host: 'localhost:9' } } },
    );
    const short = () => Readable.from([Buffer.from('half')], { objectMode: false });
    for (const open of [
      short,
      () => createReadStream('/nowhere/at/all'),
      () => Promise.reject(new Error('no such row')),
    ]) {
      entries.length = 0;
      const { kinds, words } = await run({ open, size: 1000 });
      expect(kinds).toEqual({ 'bob@a.test': 'deferred' });
      expect(words).toEqual({ 'bob@a.test': ['mx 4.3.0'] });
      expect(entries.filter(({ level }) => level === 'error')).toHaveLength(1);
    }
    expect(first.messages).toHaveLength(0);
    expect(first.refused).toHaveLength(0);
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
  });
});

describe('the envelope', () => {
  it('has SIZE, BODY and the DSN parameters of each recipient', async () => {
    const { run, first } = await directTo();
    await run({
      content: 'Subject: x\r\n\r\nGrüße\r\n',
      ret: 'HDRS',
      envid: 'a+b=c d',
      to: [
        { address: 'bob@a.test', notify: ['SUCCESS', 'DELAY'], orcpt: 'rfc822;Bob+x@old.test' },
        { address: 'eve@a.test', notify: ['NEVER'] },
        { address: 'joe@a.test' },
      ],
    });
    expect(first.messages[0]).toMatchObject({
      mailParams: { SIZE: '23', BODY: '8BITMIME', RET: 'HDRS', ENVID: 'a+2Bb+3Dc+20d' },
      rcpts: [
        { address: 'bob@a.test', params: { NOTIFY: 'SUCCESS,DELAY', ORCPT: 'rfc822;Bob+2Bx@old.test' } },
        { address: 'eve@a.test', params: { NOTIFY: 'NEVER' } },
        { address: 'joe@a.test', params: {} },
      ],
    });
    expect(Object.keys(first.messages[0]?.rcpts[2]?.params ?? { none: 1 })).toEqual([]);
  });

  it('has no parameter that the peer does not offer; 8-bit content goes as it is', async () => {
    const { run, first } = await directTo({ extensions: [] });
    const content = 'Subject: x\r\n\r\nGrüße\r\n';
    await run({
      content,
      ret: 'FULL',
      envid: 'x',
      to: [{ address: 'bob@a.test', notify: ['NEVER'], orcpt: 'rfc822;b@c.test' }],
    });
    expect(first.messages[0]?.mailParams).toEqual({});
    expect(first.messages[0]?.rcpts[0]?.params).toEqual({});
    expect(first.messages[0]?.body.toString()).toBe(content);
  });

  it('has SMTPUTF8 where an address or the content needs it, and only there', async () => {
    const { run, first } = await directTo();
    await run({ to: ['jürgen@a.test'] });
    await run({ smtpUtf8: true, content: 'Subject: Grüße\r\n\r\n' });
    await run({ smtpUtf8: true });
    await run({ sender: 'ann@grüße.test' });
    expect(first.messages.map(({ mailParams }) => 'SMTPUTF8' in mailParams)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(first.sessions[0]?.commands.join('\n')).not.toMatch(/SMTPUTF8.*SMTPUTF8/);
    expect(first.messages[0]?.rcpts[0]?.address).toBe('jürgen@a.test');
    expect(first.messages[3]?.from).toBe('ann@xn--gre-6ka8l.test');
  });

  it('may have the null sender', async () => {
    const { run, first } = await directTo();
    await run({ sender: '' });
    expect(first.sessions[0]?.commands).toContainEqual(expect.stringMatching(/^MAIL FROM:<> /));
  });
});

describe('time', () => {
  it('is ten minutes and what 10 KiB a second take', () => {
    expect(attemptMs(0)).toBe(600_000);
    expect(attemptMs(1_048_576)).toBe(600_000 + 102_400);
  });

  it.each(['greeting', 'mail', 'rcpt', 'data'] as const)(
    'runs out when both hosts hang at %s',
    async (step) => {
      const { run, first, pool } = await directTo({ [step]: 'hang' }, { attemptMs: 400 });
      const begun = performance.now();
      expect((await run()).kinds).toEqual({ 'bob@a.test': 'deferred' });
      expect(performance.now() - begun).toBeLessThan(3000);
      await eventually(() => pool.open === 0 && first.now === 0);
    },
  );

  it('is limited for each step, so that the next host has its turn', async () => {
    const { run, second } = await directTo(at(FIRST, { mail: 'hang' }), { timeouts: { command: 200 } });
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
    expect(second.messages).toHaveLength(1);
  });

  it('runs out for a peer that says a little all the time', async () => {
    const drip = { drip: '250 2.1.0 Ok, but very very slowly, as slowly as can be', everyMs: 50 };
    const { run } = await directTo({ mail: drip }, { attemptMs: 500, timeouts: { command: 300 } });
    const begun = performance.now();
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'deferred' });
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('does not count while another has the only slot', async () => {
    const { run, first } = await directTo(
      { body: { delayMs: 500, reply: '250 Ok' } },
      { limit: 1, attemptMs: 800 },
    );
    const results = await Promise.all([run(), run(), run()]);
    expect(results.map(({ kinds }) => kinds['bob@a.test'])).toEqual(['delivered', 'delivered', 'delivered']);
    expect(first.maxSeen).toBe(1);
  });

  it('ends at once when the engine stops: deferred, and no other way is tried', async () => {
    const settings = { smartHost: { enabled: true, host: 'localhost:9' } };
    const { run, first, second, stopping } = await directTo({ mail: 'hang' }, { settings });
    const running = run();
    await eventually(() => first.sessions[0]?.commands.length === 2);
    stopping.abort();
    expect(await running).toMatchObject({
      kinds: { 'bob@a.test': 'deferred' },
      words: { 'bob@a.test': ['mx mx1.a.test 4.4.2'] },
    });
    expect(second.sessions).toHaveLength(0);
  });
});

describe('a kept connection', () => {
  it('that the peer has left is no attempt: a fresh one is made', async () => {
    const { run, first, second } = await directTo();
    await run();
    // From now on the first connection is dead, though we can't see it yet; new ones work.
    first.script.mail = ({ session }) => (session.id === 1 ? { close: '421 4.4.2 Idle' } : undefined);
    expect((await run()).words).toEqual({ 'bob@a.test': ['mx mx1.a.test 250 2.0.0 Ok: queued'] });
    first.script.mail = ({ session }) => (session.id === 2 ? 'reset' : undefined);
    expect((await run()).words).toEqual({ 'bob@a.test': ['mx mx1.a.test 250 2.0.0 Ok: queued'] });
    expect(first.sessions).toHaveLength(3);
    expect(first.messages).toHaveLength(3);
    expect(second.sessions).toHaveLength(0);
  });

  it('is used for the next message', async () => {
    const { run, first } = await directTo();
    for (let count = 0; count < 5; count++) await run();
    expect(first.sessions).toHaveLength(1);
  });

  it('goes on after a refusal at DATA', async () => {
    const early: SinkOptions = {
      data: ({ session }) => (session.transactions === 1 ? '554 5.6.0 No' : undefined),
    };
    const { run, first } = await directTo(early);
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'failed' });
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
    expect(first.sessions[0]?.commands).toContain('RSET');
  });
});

it('moves a large message whole', async () => {
  const { run, first } = await directTo();
  const content = Buffer.alloc(5_000_000, 'A line of some length, and then another one.\r\n.\r\n');
  expect((await run({ content })).kinds).toEqual({ 'bob@a.test': 'delivered' });
  const body = first.messages[0]?.body ?? Buffer.alloc(0);
  expect(body.subarray(0, content.length).equals(content)).toBe(true);
});

it('logs one line for each recipient and hop, in plain words', async () => {
  const { run, entries } = await directTo({
    rcpt: ({ address }) => (address === 'gone@a.test' ? '550 5.1.1 No' : undefined),
  });
  await run({ to: ['bob@a.test', 'gone@a.test'] });
  expect(entries[0]?.session).toMatch(/^\w{16}$/);
  expect(entries).toEqual([
    {
      session: entries[0]?.session,
      level: 'info',
      message: 'M1',
      address: 'bob@a.test',
      host: 'mx1.a.test',
      text: 'Delivered to mx1.a.test: 250 2.0.0 Ok: queued',
    },
    {
      session: entries[0]?.session,
      level: 'error',
      message: 'M1',
      address: 'gone@a.test',
      host: 'mx1.a.test',
      text: 'mx1.a.test: failed: 550 5.1.1 No',
    },
  ]);
});

describe('in the middle of the message', () => {
  const content = Buffer.alloc(20_000_000, 'x'.repeat(70).concat('\r\n'));

  /** A peer in the first host's place, which does something of its own once 100 kB of the message are there. */
  async function directToHalfway(halfway: (socket: Socket) => void) {
    const made = await directTo();
    await made.first.stop();
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      let seen = 0;
      socket.write('220 peer\r\n');
      socket
        .on('error', () => {})
        .on('data', (chunk) => {
          const verb = chunk.toString('latin1').slice(0, 4);
          if (['EHLO', 'MAIL', 'RCPT'].includes(verb)) socket.write('250 Ok\r\n');
          else if (verb === 'DATA') socket.write('354 Go on\r\n');
          if (seen <= 100_000 && seen + chunk.length > 100_000) halfway(socket);
          seen += chunk.length;
        });
    }).listen(made.port, FIRST);
    await once(server, 'listening');
    stops.push(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return made;
  }

  it('a peer that leaves has given no verdict: the next host is tried', async () => {
    const { run, second } = await directToHalfway((socket) => socket.resetAndDestroy());
    expect((await run({ content })).kinds).toEqual({ 'bob@a.test': 'delivered' });
    expect(second.messages).toHaveLength(1);
  });

  it('a refusal counts, and the connection with half a message is not kept', async () => {
    const { run, pool, second } = await directToHalfway((socket) => socket.write('552 5.3.4 Too large\r\n'));
    expect((await run({ content })).words).toEqual({ 'bob@a.test': ['mx mx1.a.test 552 5.3.4 Too large'] });
    expect(pool.idle).toBe(0);
    await eventually(() => pool.open === 0);
    expect(second.sessions).toHaveLength(0);
  });
});

it('waits for nobody when no host can be reached', async () => {
  const { run } = await directTo({}, { settings: { delivery: { mxPort: await unusedPort(FIRST, SECOND) } } });
  expect(await run()).toMatchObject({
    kinds: { 'bob@a.test': 'deferred' },
    words: { 'bob@a.test': ['mx mx2.a.test 4.4.1'] },
  });
});
