/** Each step's failure has its own sentence, and no secret is ever told. */
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DiagnosisView, StepView } from '../contract/diagnose.ts';
import { defaultSettings, type Settings } from '../contract/settings.ts';
import { mergeSettings } from '../contract/validate.ts';
import { noReply } from '../mail/reply.ts';
import { testCertificate } from '../testing/certificate.ts';
import { portOf } from '../testing/ports.ts';
import { type Sink, type SinkOptions, startSink } from '../testing/sink.ts';
import { eventually } from '../testing/temp.ts';
import type { NameService } from './names.ts';
import { testSmartHost } from './smart-host.ts';

const PASSWORD = 'gehe1m-zwölf';
const certificate = await testCertificate({ names: ['smart.test'] });
const LIMITS = { connect: 300, reply: 300, handshake: 300 };

let stops: (() => unknown)[];
let names: NameService;

beforeEach(() => {
  stops = [];
  names = {
    resolveHost: async (name) => ({ kind: 'hosts', hosts: [{ name, addresses: ['127.0.0.1'] }] }),
    resolveMail: async () => ({ kind: 'final', reply: noReply('not asked') }),
  };
});
afterEach(async () => {
  for (const stop of stops) await stop();
});

async function peer(options: SinkOptions = {}): Promise<Sink> {
  const sink = await startSink({ certificate, ...options });
  stops.push(sink.stop);
  return sink;
}

function settings(port: number, smartHost: Partial<Settings['smartHost']>, more: object = {}): Settings {
  const merged = mergeSettings(defaultSettings('mail.waypost.test'), {
    smartHost: { enabled: true, host: `smart.test:${port}`, ...smartHost },
    ...more,
  });
  if (!merged.ok) throw new Error(JSON.stringify(merged.issues));
  return merged.settings;
}

async function run(
  port: number,
  smartHost: Partial<Settings['smartHost']> = {},
  { sendTo, more }: { sendTo?: string; more?: object } = {},
): Promise<DiagnosisView> {
  const views: DiagnosisView[] = [];
  await testSmartHost({
    settings: settings(port, smartHost, more),
    sendTo,
    names,
    publish: (view) => views.push(view),
    signal: new AbortController().signal,
    limits: LIMITS,
  });
  // Whatever was told on the way, the password never was.
  const all = JSON.stringify(views);
  for (const secret of [
    PASSWORD,
    Buffer.from(PASSWORD).toString('base64'),
    Buffer.from(`\0anna\0${PASSWORD}`).toString('base64'),
  ])
    expect(all).not.toContain(secret);
  const last = views.at(-1);
  if (!last?.isOver) throw new Error('It has no end.');
  return last;
}

const step = ({ steps }: DiagnosisView, id: string): StepView | undefined =>
  steps.find((one) => one.id === id);
const failed = ({ steps }: DiagnosisView) => steps.find(({ state }) => state === 'failed');
const AUTH = { users: { anna: PASSWORD }, offered: 'after-tls' } as const;
const anna = { authenticate: true, account: 'anna', password: PASSWORD } as const;

test('all is well: every step is told, and at the end that it can be used', async () => {
  const sink = await peer({ starttls: 'on', auth: AUTH });
  const seen = await run(sink.port, anna, { sendTo: 'bob@remote.test' });
  expect(seen.steps.map(({ id, state }) => [id, state])).toEqual([
    ['dns', 'passed'],
    ['connect', 'passed'],
    ['greeting', 'passed'],
    ['EHLO', 'passed'],
    ['tls', 'passed'],
    // `auto` takes any certificate, and says what is wrong with this one.
    ['certificate', 'warning'],
    ['ehlo-tls', 'passed'],
    ['sign-in', 'passed'],
    ['size', 'passed'],
    ['message', 'passed'],
  ]);
  expect(seen.summary).toBe('The SmartHost can be used, with the reservations above.');
  expect(step(seen, 'certificate')?.detail).toMatch(
    /^For smart\.test, issued by .*, until \d{4}-\d\d-\d\d; /,
  );
  const [message] = sink.messages;
  expect(message?.rcpts).toMatchObject([{ address: 'bob@remote.test' }]);
  expect(message?.session).toMatchObject({ user: 'anna', tls: true });
  expect(message?.body.toString()).toMatch(
    /^From: Waypost <postmaster@mail\.waypost\.test>\r\nTo: <bob@remote\.test>/,
  );
  expect(seen.transcript).toContain('C: AUTH PLAIN ****');
  expect(seen.transcript[0]).toMatch(/^S: 220 /);
  await eventually(() => expect(sink.now).toBe(0));
});

describe('each failure has its own sentence', () => {
  const cases: [string, SinkOptions, Partial<Settings['smartHost']>, string, RegExp][] = [
    [
      'a silent server',
      { greeting: 'hang' },
      {},
      'greeting',
      /was silent for 0 s instead of giving the greeting/,
    ],
    ['one that hangs up', { greeting: 'drop' }, {}, 'greeting', /hung up instead of giving the greeting/],
    [
      'a server that is busy',
      { greeting: { close: '421 4.3.2 Later' } },
      {},
      'greeting',
      /is busy: 421 4\.3\.2 Later/,
    ],
    [
      'one that does not want us',
      { greeting: { close: '554 5.7.1 No' } },
      {},
      'greeting',
      /does not want mail from this machine: 554/,
    ],
    [
      'something else entirely',
      { greeting: { raw: 'SSH-2.0-x\r\n' } },
      {},
      'greeting',
      /no mail server: it said “SSH-2\.0-x”/,
    ],
    [
      'EHLO refused',
      { ehlo: '550 5.7.1 Bad name' },
      {},
      'EHLO',
      /does not accept the name mail\.waypost\.test: 550/,
    ],
    ['dropped at EHLO', { ehlo: 'drop' }, {}, 'EHLO', /hung up instead of giving the answer to EHLO/],
    [
      'no STARTTLS, though required',
      {},
      { security: 'starttls' },
      'starttls',
      /does not offer STARTTLS, which Security requires/,
    ],
    ['STARTTLS refused', { starttls: 'refused' }, {}, 'tls', /offers STARTTLS, but refuses it now: 454/],
    ['STARTTLS that is no TLS', { starttls: 'broken' }, {}, 'tls', /does not speak TLS here/],
    ['STARTTLS and then silence', { starttls: 'silent' }, {}, 'tls', /did not begin within/],
    ['TLS where plain text is spoken', {}, { security: 'tls' }, 'tls', /does not speak TLS here/],
    [
      'a certificate nobody vouches for, where it counts',
      { starttls: 'on' },
      { security: 'starttls' },
      'certificate',
      /made it for itself/,
    ],
    ['no sign-in offered', { starttls: 'on' }, anna, 'sign-in', /does not offer to sign in here/],
    [
      'no encryption for the password',
      { auth: { users: {} } },
      anna,
      'sign-in',
      /offers no encryption, and without it/,
    ],
    [
      'ways to sign in that we don’t know',
      { starttls: 'on', extensions: ['AUTH CRAM-MD5 XOAUTH2'] },
      anna,
      'sign-in',
      /by CRAM-MD5, XOAUTH2 only/,
    ],
    [
      'a wrong password',
      { starttls: 'on', auth: { users: { anna: 'other' } } },
      anna,
      'sign-in',
      /refuses account name or password: 535/,
    ],
    [
      'passwords switched off',
      { starttls: 'on', auth: { users: {}, reply: '535 5.7.139 Authentication unsuccessful' } },
      anna,
      'sign-in',
      /no longer takes passwords: 535 5\.7\.139/,
    ],
    [
      'basic authentication switched off',
      { starttls: 'on', auth: { users: {}, reply: '550 5.7.30 Basic authentication is not supported' } },
      anna,
      'sign-in',
      /no longer takes passwords: 550 5\.7\.30/,
    ],
    [
      'an app password wanted',
      { starttls: 'on', auth: { users: {}, reply: '534 5.7.9 Application-specific password required' } },
      anna,
      'sign-in',
      /wants another password: 534/,
    ],
    [
      'a password that can’t be checked now',
      { starttls: 'on', auth: { users: {}, reply: '454 4.7.0 Later' } },
      anna,
      'sign-in',
      /can’t check the password now: 454/,
    ],
    [
      'dropped at the sign-in',
      { starttls: 'on', auth: { users: {}, reply: 'drop' } },
      anna,
      'sign-in',
      /hung up instead of giving the answer to the sign-in/,
    ],
    [
      'the sender refused',
      { mail: '553 5.7.1 Not yours' },
      {},
      'message',
      /refuses the sender postmaster@mail\.waypost\.test: 553/,
    ],
    [
      'the recipient refused',
      { rcpt: '550 5.7.1 Relaying denied' },
      {},
      'message',
      /refuses the recipient bob@remote\.test: 550/,
    ],
    ['DATA refused', { data: '554 5.5.1 No' }, {}, 'message', /refuses a message: 554/],
    ['the message refused', { body: '550 5.7.1 Spam' }, {}, 'message', /refuses the message: 550/],
    [
      'dropped after the message',
      { body: 'drop' },
      {},
      'message',
      /hung up instead of giving the answer to the message/,
    ],
  ];

  test.each(cases)('%s', async (_, options, smartHost, id, detail) => {
    const sink = await peer(options);
    const seen = await run(sink.port, smartHost, { sendTo: 'bob@remote.test' });
    expect(failed(seen)).toMatchObject({ id, detail: expect.stringMatching(detail) });
    expect(failed(seen)?.advice).not.toBe('');
    // Nothing follows a failed step.
    expect(seen.steps.at(-1)?.id).toBe(id);
    expect(seen.summary).toBe('The SmartHost can’t be used like this.');
    await eventually(() => expect(sink.now).toBe(0));
  });

  test('no two of them are the same', () => {
    const sentences = cases.map(([, , , , detail]) => String(detail));
    const repeated = sentences.filter((one, index) => sentences.indexOf(one) !== index);
    // TLS that is none is told alike, with other advice for each case.
    expect(repeated).toEqual(['/does not speak TLS here/']);
  });
});

test('a name that does not exist, and a DNS that does not answer', async () => {
  names = {
    ...names,
    resolveHost: async () => ({ kind: 'final', reply: noReply('There is no host smart.test.') }),
  };
  expect(failed(await run(25))).toMatchObject({ id: 'dns', advice: 'Check the spelling of the name.' });
  names = {
    ...names,
    resolveHost: async () => ({ kind: 'temporary', reply: noReply('DNS does not answer.') }),
  };
  expect(failed(await run(25))).toMatchObject({
    id: 'dns',
    detail: expect.stringContaining('DNS does not answer'),
  });
});

test('a port where nobody listens', async () => {
  const closed: Server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const port = portOf(closed);
  await new Promise((resolve) => closed.close(resolve));
  expect(failed(await run(port))).toMatchObject({
    id: 'connect',
    detail: `127.0.0.1 port ${port} refuses connections.`,
  });
});

test('of several addresses the first that answers is taken, and the others are told of', async () => {
  const sink = await peer();
  names = {
    ...names,
    resolveHost: async (name) => ({ kind: 'hosts', hosts: [{ name, addresses: ['::1', '127.0.0.1'] }] }),
  };
  const seen = await run(sink.port);
  expect(step(seen, 'connect')).toMatchObject({ state: 'passed' });
  expect(step(seen, 'connect')?.detail).toMatch(/^127\.0\.0\.1 answers; ::1 port \d+ /);
});

test('a size limit below ours is a reservation, with the number to enter', async () => {
  const sink = await peer({ extensions: ['SIZE 10485760'] });
  const seen = await run(sink.port, {}, { more: { maxMessageSizeMB: 40 } });
  expect(step(seen, 'size')).toMatchObject({
    state: 'warning',
    detail: 'The server takes up to 10 MB, Waypost up to 40 MB.',
    advice: expect.stringContaining('to 10,'),
  });
});

test('LOGIN where PLAIN is not offered, and nothing of it in the transcript', async () => {
  const sink = await peer({ starttls: 'on', auth: { ...AUTH, mechanisms: ['LOGIN'] } });
  const seen = await run(sink.port, anna);
  expect(step(seen, 'sign-in')?.state).toBe('passed');
  expect(seen.transcript.filter((line) => line === 'C: ****')).toHaveLength(2);
});

test('whoever leaves ends it, sockets and all', async () => {
  const sink = await peer({ greeting: 'hang' });
  const abort = new AbortController();
  const over = testSmartHost({
    settings: settings(sink.port, {}),
    names,
    publish: () => {},
    signal: abort.signal,
    limits: { ...LIMITS, reply: 60_000 },
  });
  await eventually(() => expect(sink.now).toBe(1));
  abort.abort();
  await expect(over).rejects.toThrow();
  await eventually(() => expect(sink.now).toBe(0));
});
