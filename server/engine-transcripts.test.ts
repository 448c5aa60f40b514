/** What is kept of dialogues, both ways, over real sockets; and that no secret and no content is among it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readTranscript } from './mail/transcript.ts';
import { startTestEngine, type TestEngine, type TestEngineOptions } from './testing/fixtures/engine.ts';
import { unusedPort } from './testing/ports.ts';
import { sendMail } from './testing/send-mail.ts';
import { type Sink, startSink } from './testing/sink.ts';
import { connectSmtp, type SmtpClientOptions } from './testing/smtp-client.ts';
import { eventually } from './testing/temp.ts';

const PASSWORD = 'correct horse battery staple';
const RELAY_PASSWORD = 'hunter2-relay';
const CONTENT = 'NobodyElseMayReadThis';
const BODY = `Subject: ${CONTENT}\r\n\r\n${CONTENT}\r\n`;
const ANNA = 'anna@waypost.test';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(options: TestEngineOptions = {}): Promise<TestEngine> {
  const waypost = await startTestEngine(options);
  stops.push(waypost.stop);
  await waypost.engine.accounts.add({ address: ANNA, password: PASSWORD });
  return waypost;
}

async function relay(options: Parameters<typeof startSink>[0]): Promise<Sink> {
  const sink = await startSink(options);
  stops.push(sink.stop);
  return sink;
}

const viaSmartHost = (sink: Sink, more: object = {}) => ({
  smartHost: {
    enabled: true,
    exclusive: true,
    host: `127.0.0.1:${sink.port}`,
    security: 'auto' as const,
    authenticate: true,
    account: 'waypost',
    password: RELAY_PASSWORD,
    ...more,
  },
});

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Fails when one of them stands anywhere in the log's files, as it is or in base64 at any offset. */
async function expectNoneOf(waypost: TestEngine, ...secrets: string[]): Promise<void> {
  await waypost.engine.store.log.flush();
  const names = (await readdir(waypost.folder)).filter((name) => name.startsWith('log.db'));
  expect(names).toContain('log.db');
  const files = await Promise.all(names.map((name) => readFile(join(waypost.folder, name))));
  const all = Buffer.concat(files);
  expect(all.includes('Session ended')).toBe(true);
  for (const secret of secrets) {
    // The middle of a base64 text depends on where it begins; the ends on what is beside it.
    const forms = ['', 'x', 'xx'].map((before) => base64(`${before}${secret}`).slice(4, -4));
    expect(forms[2]?.length).toBeGreaterThan(8);
    for (const form of [secret, base64(secret), ...forms]) expect(all.includes(form), form).toBe(false);
  }
}

/** The transcript that the newest entry with this text leads to, line by line. */
async function transcript(waypost: TestEngine, text: string): Promise<string[]> {
  const { log } = waypost.engine.store;
  const find = async () => {
    const [entry] = (await log.page({ filter: { text }, limit: 1 })).rows;
    return entry && log.transcript(entry.session);
  };
  await eventually(async () => (await find()) !== undefined, { what: `a transcript behind "${text}"` });
  const found = await find();
  return found ? readTranscript(found).lines.map(({ by, text: said }) => `${by}: ${said}`) : [];
}

it.each(['authPlain', 'authLogin'] as const)('incoming: STARTTLS, %s, a message', async (method) => {
  const waypost = await start({ settings: { relay: { trustedNetworks: [] } } });
  const client = await connectSmtp({ port: waypost.port });
  await client.command('EHLO client.test');
  await client.startTls();
  await client.command('EHLO client.test');
  expect((await client[method](ANNA, PASSWORD)).code).toBe(235);
  await client.command(`MAIL FROM:<${ANNA}>`);
  await client.command(`RCPT TO:<${ANNA}>`);
  await client.command('DATA');
  const { text } = await client.command(`${BODY}.`);
  await client.command('QUIT');
  await client.closed;

  const plain = ['client: AUTH PLAIN … (not shown)'];
  const login = [
    'client: AUTH LOGIN',
    'server: 334 VXNlcm5hbWU6',
    'client: … (answer not shown)',
    'server: 334 UGFzc3dvcmQ6',
    'client: … (answer not shown)',
  ];
  const extensions = [
    'PIPELINING',
    '8BITMIME',
    'SMTPUTF8',
    'ENHANCEDSTATUSCODES',
    'DSN',
    'STARTTLS',
    'AUTH PLAIN LOGIN',
  ];
  const ehlo = (listed: readonly string[]) => [
    'client: EHLO client.test',
    'server: 250-mail.waypost.test',
    ...listed.map((name) => `server: 250-${name}`),
    'server: 250 SIZE 26214400',
  ];
  const said = await transcript(waypost, 'Session ended');
  const sorted = (lines: readonly string[]) => [...lines].sort();
  const greeting = said.slice(0, 11);
  expect(sorted(greeting)).toEqual(sorted(['server: 220 mail.waypost.test ESMTP', ...ehlo(extensions)]));
  expect(said.slice(11)).toEqual([
    'client: STARTTLS',
    'server: 220 2.0.0 Ready to start TLS',
    expect.stringMatching(/^note: Encrypted \(TLSv1\.[23], \S+\)$/),
    ...said.slice(14, 23),
    ...(method === 'authPlain' ? plain : login),
    'server: 235 2.7.0 Authentication successful',
    `client: MAIL FROM:<${ANNA}>`,
    'server: 250 2.1.0 Accepted',
    `client: RCPT TO:<${ANNA}>`,
    'server: 250 2.1.5 Accepted',
    'client: DATA',
    expect.stringMatching(/^server: 354 /),
    `client: … ${BODY.length} bytes of content`,
    `server: 250 ${text}`,
    'client: QUIT',
    'server: 221 2.0.0 Bye',
  ]);
  await expectNoneOf(waypost, PASSWORD, CONTENT);
});

it('incoming: careless clients', async () => {
  const waypost = await start({ settings: { relay: { trustedNetworks: [] } } });
  const open = async (options: Partial<SmtpClientOptions> = {}) => {
    const client = await connectSmtp({ port: waypost.port, ...options });
    await client.command('EHLO client.test');
    return client;
  };
  // The wrong password; then the password where a command should stand.
  const first = await open();
  await first.authPlain(ANNA, 'wrong-password');
  await first.command(`AUTH PLAIN ${base64(`\0${ANNA}\0${PASSWORD}`)} ${base64(PASSWORD)}`);
  for (const line of [base64(PASSWORD), PASSWORD, `PASS ${PASSWORD}`, `AUTH ${base64(PASSWORD)}`])
    await first.command(line);
  await first.command('QUIT');
  // Content although DATA was refused.
  const second = await open();
  await second.pipeline(['MAIL FROM:<ben@far.test>', 'DATA', CONTENT, `Help ${CONTENT}`]);
  await second.command('QUIT');
  // Gone in the middle of a message.
  const third = await open();
  await third.pipeline([`MAIL FROM:<ben@far.test>`, `RCPT TO:<${ANNA}>`, 'DATA']);
  third.write(BODY);
  third.destroy();
  await eventually(() =>
    waypost.engine.store.log.search({ text: 'Session ended', limit: 9 }).then((all) => all.length === 3),
  );
  await expectNoneOf(waypost, PASSWORD, 'wrong-password', CONTENT);
  const said = await transcript(waypost, 'Session ended');
  // The parser keeps back what may be the beginning of the end.
  expect(said.at(-1)).toMatch(/^client: … 5\d bytes of content$/);
});

it('incoming: a session that is encrypted from its first byte', async () => {
  const port = await unusedPort('127.0.0.1');
  const secondary = { port, address: '127.0.0.1', security: 'tls' as const };
  const waypost = await start({ settings: { incoming: { secondary } } });
  await sendMail({ port, from: ANNA, to: ANNA, body: BODY, tls: true });
  const [first, second] = await transcript(waypost, 'Session ended');
  expect(first).toMatch(/^note: Encrypted \(TLSv1/);
  expect(second).toBe('server: 220 mail.waypost.test ESMTP');
});

it.each([['PLAIN'], ['LOGIN']] as const)(
  'outgoing: STARTTLS, AUTH %s, a message, then another',
  async (method) => {
    const sink = await relay({
      starttls: 'on',
      auth: { users: { waypost: RELAY_PASSWORD }, mechanisms: [method] },
      extensions: ['8BITMIME'],
    });
    const waypost = await start({ settings: viaSmartHost(sink) });
    for (const to of ['ben@far.test', 'carla@far.test']) {
      await sendMail({ port: waypost.port, from: ANNA, to, body: BODY });
      await sink.waitFor(to === 'ben@far.test' ? 1 : 2);
    }
    const size = (await sink.waitFor(2)).map(({ body }) => body.length.toLocaleString('en'));
    const said = await transcript(waypost, 'Delivered to SmartHost 127.0.0.1: 250 2.0.0 Ok');
    await expectNoneOf(waypost, RELAY_PASSWORD, CONTENT);
    const entries = (await waypost.engine.store.log.page({ filter: { text: 'Delivered to' }, limit: 9 }))
      .rows;
    const first = await waypost.engine.store.log.transcript(entries.at(-1)?.session ?? '');
    const opened = first ? readTranscript(first).lines.map(({ by, text }) => `${by}: ${text}`) : [];
    expect(first).toMatchObject({ direction: 'outgoing', host: '127.0.0.1' });
    expect(opened.slice(0, 2)).toEqual([
      `note: Connecting to 127.0.0.1 port ${sink.port}`,
      'server: 220 sink.test ESMTP',
    ]);
    expect(opened.filter((line) => /AUTH|answer|Encrypted/.test(line))).toEqual([
      `server: 250 AUTH ${method}`,
      expect.stringMatching(/^note: Encrypted \(TLSv1/),
      `server: 250 AUTH ${method}`,
      ...(method === 'PLAIN'
        ? ['client: AUTH PLAIN … (not shown)']
        : ['client: AUTH LOGIN', 'client: … (answer not shown)', 'client: … (answer not shown)']),
    ]);
    expect(opened.slice(-3)).toEqual([
      expect.stringMatching(/^server: 354 /),
      `client: … ${size[0]} bytes of content`,
      expect.stringMatching(/^server: 250 2\.0\.0 /),
    ]);
    expect(said[0]).toBe('note: Over the connection to 127.0.0.1, kept from an earlier message');
    expect(said[1]).toBe(`client: MAIL FROM:<${ANNA}>`);
  },
);

it('outgoing: a peer that repeats the password, and one that is not there', async () => {
  const sink = await relay({
    starttls: 'on',
    auth: {
      users: { waypost: RELAY_PASSWORD },
      reply: `535 5.7.8 No: ${RELAY_PASSWORD} ${base64(`\0waypost\0${RELAY_PASSWORD}`)}`,
    },
  });
  const waypost = await start({ settings: viaSmartHost(sink) });
  await sendMail({ port: waypost.port, from: ANNA, to: 'ben@far.test', body: BODY });
  const said = await transcript(waypost, 'deferred');
  expect(said).toContain('server: 535 5.7.8 No: ••• •••');
  await expectNoneOf(waypost, RELAY_PASSWORD);

  await sink.stop();
  await waypost.engine.queue.retryAll();
  await eventually(async () => (await transcript(waypost, 'deferred')).length === 2);
  expect(await transcript(waypost, 'deferred')).toEqual([
    `note: Connecting to 127.0.0.1 port ${sink.port}`,
    `note: 127.0.0.1 port ${sink.port} refused the connection.`,
  ]);
});
