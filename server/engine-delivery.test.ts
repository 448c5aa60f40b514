import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestEngine, type TestEngine, type TestEngineOptions } from './testing/fixtures/engine.ts';
import { unusedPort } from './testing/ports.ts';
import { type SendMailOptions, sendMail } from './testing/send-mail.ts';
import { type Sink, startSink, startSinkHosts } from './testing/sink.ts';
import { eventually } from './testing/temp.ts';

const BODY =
  'Subject: hello\r\nMessage-ID: <1@waypost.test>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\nText\r\n';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(options: TestEngineOptions): Promise<TestEngine> {
  const waypost = await startTestEngine(options);
  stops.push(waypost.stop);
  await waypost.addAccount('anna@waypost.test');
  return waypost;
}

async function sink(options: Parameters<typeof startSink>[0] = {}): Promise<Sink> {
  const started = await startSink(options);
  stops.push(started.stop);
  return started;
}

/** Sends as anna, signed in over STARTTLS, as a mail program does. */
function sendAsAnna(waypost: TestEngine, to: string | string[], more: Partial<SendMailOptions> = {}) {
  const auth = { user: 'anna@waypost.test', password: 'secret' };
  return sendMail({
    port: waypost.port,
    from: 'anna@waypost.test',
    to,
    body: BODY,
    startTls: true,
    auth,
    ...more,
  });
}

const queueLength = async (waypost: TestEngine) => (await waypost.engine.queue.list()).length;

describe('account to remote, directly', () => {
  it('goes to the second MX host when the first is down, with our Received line in front', async () => {
    const { port, sinks, stop } = await startSinkHosts(['127.0.0.3']);
    stops.push(stop);
    const waypost = await start({
      settings: { delivery: { mxPort: port }, relay: { trustedNetworks: [] } },
      zone: {
        'away.test': {
          MX: [
            { preference: 20, exchange: 'backup.away.test' },
            { preference: 10, exchange: 'main.away.test' },
          ],
        },
        'main.away.test': { A: ['127.0.0.2'] },
        'backup.away.test': { A: ['127.0.0.3'] },
      },
    });
    const sent = await sendAsAnna(waypost, 'bob@away.test');
    expect(sent.final.text).toMatch(/^2\.0\.0 Queued as [0-9A-Z]{16}$/);
    const [message] = (await sinks[0]?.waitFor(1)) ?? [];
    expect(message?.from).toBe('anna@waypost.test');
    const text = message?.body.toString() ?? '';
    expect(text).toMatch(
      /^Received: from \S+ \(\[127\.0\.0\.1\]\)\r\n\tby mail\.waypost\.test \(Waypost\) with ESMTPSA id /,
    );
    expect(text.endsWith(BODY)).toBe(true);
    await eventually(async () => (await queueLength(waypost)) === 0, { what: 'an empty queue' });
  });

  it('adds the Date and Message-ID that a mail program left out, to the relayed copy only', async () => {
    const { port, sinks, stop } = await startSinkHosts(['127.0.0.2']);
    stops.push(stop);
    const waypost = await start({
      settings: { delivery: { mxPort: port } },
      zone: { 'away.test': { A: ['127.0.0.2'] } },
    });
    await sendAsAnna(waypost, ['bob@away.test', 'anna@waypost.test'], {
      body: 'Subject: bare\r\n\r\nText\r\n',
    });
    const [message] = (await sinks[0]?.waitFor(1)) ?? [];
    expect(message?.body.toString()).toMatch(
      /\r\nDate: .*\r\nMessage-ID: <[0-9A-Z]{16}@mail\.waypost\.test>\r\nSubject: bare\r\n\r\nText\r\n$/,
    );
    const [copy] = await waypost.mailbox('anna@waypost.test');
    expect(copy?.toString()).toMatch(/\+0000\r\nSubject: bare\r\n\r\nText\r\n$/);
    expect(copy?.toString()).not.toContain('Message-ID');
  });

  it.each([
    ['a domain that does not exist', 'bob@nowhere.test', 'The domain nowhere.test does not exist.'],
    ['a domain that accepts no mail', 'bob@nomail.test', 'The domain nomail.test accepts no mail (null MX).'],
  ])('reports %s to the sender at once', async (_, to, words) => {
    const waypost = await start({ zone: { 'nomail.test': { MX: [{ preference: 0, exchange: '.' }] } } });
    await sendAsAnna(waypost, to);
    await eventually(async () => (await waypost.mailbox('anna@waypost.test')).length === 1, {
      what: 'the report',
    });
    const report = String((await waypost.mailbox('anna@waypost.test'))[0]);
    expect(report).toMatch(/^Return-Path: <>\r\n/);
    expect(report).toContain('multipart/report');
    expect(report.replace(/=\r\n|\r\n/g, ' ')).toContain(words);
    expect(await queueLength(waypost)).toBe(0);
  });

  it('settles each recipient of one message by itself', async () => {
    const { port, sinks, stop } = await startSinkHosts(['127.0.0.2'], {
      rcpt: ({ address }) =>
        address.startsWith('no')
          ? '550 5.1.1 unknown'
          : address.startsWith('later')
            ? '450 4.2.0 greylisted'
            : undefined,
    });
    stops.push(stop);
    const waypost = await start({
      settings: { delivery: { mxPort: port } },
      zone: { 'away.test': { A: ['127.0.0.2'] } },
    });
    await sendAsAnna(waypost, ['yes@away.test', 'no@away.test', 'later@away.test']);
    const [message] = (await sinks[0]?.waitFor(1)) ?? [];
    expect(message?.rcpts.map((rcpt) => rcpt.address)).toEqual(['yes@away.test']);
    await eventually(async () => (await waypost.mailbox('anna@waypost.test')).length === 1, {
      what: 'the report',
    });
    expect(String((await waypost.mailbox('anna@waypost.test'))[0])).toContain('no@away.test');
    expect(await waypost.engine.queue.list()).toMatchObject([
      {
        to: 'later@away.test',
        state: 'deferred',
        attempts: 1,
        lastReply: expect.stringContaining('450 4.2.0 greylisted'),
      },
    ]);
  });
});

describe('account to remote, by SmartHost', () => {
  const smartHost = (host: string, more: object = {}) => ({
    smartHost: { enabled: true, exclusive: true, host, ...more },
  });

  it('signs in and sends everything there, whatever the domains', async () => {
    const relay = await sink({ starttls: 'on', auth: { users: { me: 'hush' }, required: true } });
    const waypost = await start({
      settings: smartHost(`127.0.0.1:${relay.port}`, { authenticate: true, account: 'me', password: 'hush' }),
    });
    await sendAsAnna(waypost, ['a@one.test', 'b@two.test']);
    const [message] = await relay.waitFor(1);
    expect(message?.rcpts.map((rcpt) => rcpt.address)).toEqual(['a@one.test', 'b@two.test']);
    expect(message?.session).toMatchObject({ user: 'me', tls: true });
  });

  it('keeps mail queued, with the reply shown, when the password is refused; nothing goes out unauthenticated', async () => {
    const relay = await sink({ starttls: 'on', auth: { users: { me: 'other' } } });
    const waypost = await start({
      settings: smartHost(`127.0.0.1:${relay.port}`, { authenticate: true, account: 'me', password: 'hush' }),
    });
    await sendAsAnna(waypost, 'a@one.test');
    const deferred = await eventually(
      async () => (await waypost.engine.queue.list()).find((row) => row.state === 'deferred'),
      {
        what: 'a deferred recipient',
      },
    );
    expect(deferred).toMatchObject({
      route: 'SmartHost',
      lastReply: expect.stringMatching(/SmartHost 127\.0\.0\.1 said: 535/),
    });
    expect(relay.messages).toHaveLength(0);
    expect(
      relay.sessions.flatMap((session) => session.commands).filter((line) => line.startsWith('MAIL')),
    ).toEqual([]);

    relay.script.auth = { users: { me: 'hush' } };
    await waypost.engine.queue.retryAll();
    await relay.waitFor(1);
  });

  it('is tried where sending directly fails, and both replies are shown', async () => {
    const relay = await sink({ body: '451 4.3.0 not now' });
    const port = await unusedPort('127.0.0.2');
    const waypost = await start({
      settings: {
        smartHost: { enabled: true, exclusive: false, host: `127.0.0.1:${relay.port}` },
        delivery: { mxPort: port },
      },
      zone: { 'away.test': { A: ['127.0.0.2'] } },
    });
    await sendAsAnna(waypost, 'bob@away.test');
    const deferred = await eventually(
      async () => (await waypost.engine.queue.list()).find((row) => row.state === 'deferred'),
      {
        what: 'a deferred recipient',
      },
    );
    expect(deferred.route).toBe('direct, then SmartHost');
    expect(deferred.lastReply).toMatch(/refused.* Then: SmartHost 127\.0\.0\.1 said: 451 4\.3\.0 not now/);
    relay.script.body = undefined;
    await waypost.engine.queue.retryAll();
    expect((await relay.waitFor(1))[0]?.rcpts[0]?.address).toBe('bob@away.test');
  });
});

describe('the outgoing limit', () => {
  const exclusive = (port: number) => ({ enabled: true, exclusive: true, host: `127.0.0.1:${port}` });
  const MANY = 30;
  let relay: Sink;

  beforeEach(async () => {
    relay = await sink({ body: () => ({ delayMs: 10, reply: '250 2.0.0 ok' }) });
  });

  async function sendMany(waypost: TestEngine): Promise<void> {
    const one = (index: number) =>
      sendMail({
        port: waypost.port,
        from: 'anna@waypost.test',
        to: `r${index}@d${index % 7}.test`,
        body: BODY,
      });
    for (let index = 0; index < MANY; index += 5) {
      await Promise.all(Array.from({ length: 5 }, (_, offset) => one(index + offset)));
    }
  }

  it.each([1, 3])('of %d is never exceeded at the peer', async (maxConnections) => {
    const waypost = await start({
      settings: { smartHost: exclusive(relay.port), outgoing: { maxConnections } },
    });
    await sendMany(waypost);
    await relay.waitFor(MANY, 20_000);
    expect(relay.maxSeen).toBeLessThanOrEqual(maxConnections);
    expect(relay.maxTransactions).toBe(maxConnections);
  });

  it('of 1 sends strictly one message at a time to different hosts too', async () => {
    const { port, sinks, stop } = await startSinkHosts(['127.0.0.2', '127.0.0.3']);
    stops.push(stop);
    let open = 0;
    let most = 0;
    for (const one of sinks) {
      one.script.mail = () => {
        most = Math.max(most, ++open);
        return undefined;
      };
      one.script.body = () => {
        open--;
        return undefined;
      };
    }
    const waypost = await start({
      settings: { outgoing: { maxConnections: 1 }, delivery: { mxPort: port } },
      zone: { 'two.test': { A: ['127.0.0.2'] }, 'three.test': { A: ['127.0.0.3'] } },
    });
    for (let index = 0; index < 6; index++) {
      await sendAsAnna(waypost, [`a${index}@two.test`, `b${index}@three.test`]);
    }
    await Promise.all(sinks.map((one) => one.waitFor(6)));
    expect(most).toBe(1);
    expect(sinks[0]?.maxSeen).toBe(1);
    expect(sinks[1]?.maxSeen).toBe(1);
  });

  it('of 2 lets mail pass a peer that hangs', async () => {
    const { port, sinks, stop } = await startSinkHosts(['127.0.0.2', '127.0.0.3'], (host) =>
      host === '127.0.0.2' ? { greeting: 'hang' } : {},
    );
    stops.push(stop);
    const waypost = await start({
      settings: { outgoing: { maxConnections: 2 }, delivery: { mxPort: port, perDestination: 1 } },
      zone: { 'stuck.test': { A: ['127.0.0.2'] }, 'fine.test': { A: ['127.0.0.3'] } },
    });
    for (let index = 0; index < 5; index++)
      await sendAsAnna(waypost, [`s${index}@stuck.test`, `f${index}@fine.test`]);
    await sinks[1]?.waitFor(5);
    expect(sinks[0]?.now).toBe(1);
    // The last connection to the other peer may just be ending.
    await eventually(async () => (await waypost.engine.status()).outgoing.now === 1);
    expect((await waypost.engine.status()).outgoing).toEqual({ now: 1, max: 2 });
  });
});
