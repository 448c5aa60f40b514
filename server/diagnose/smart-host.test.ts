/** The SmartHost tried against scripted peers, with what deliveries would do beside it. */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMxResolver } from '../delivery/mx.ts';
import { noReply } from '../mail/reply.ts';
import { testCertificate } from '../testing/certificate.ts';
import { type DnsZone, startDns } from '../testing/dns.ts';
import {
  ANNAS,
  anna,
  type Bench,
  failedStep,
  openBench,
  PASSWORD,
  stepOf,
  trialOf,
  tryOut,
} from '../testing/fixtures/smart-host-trial.ts';
import { unusedPort } from '../testing/ports.ts';
import { eventually } from '../testing/temp.ts';
import type { NameService } from './names.ts';
import { testSmartHost } from './smart-host.ts';

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

test('all is well: every step is told, and at the end that it can be used', async () => {
  const sink = await bench.peer({ starttls: 'on', auth: ANNAS });
  const seen = await tryOut(sink.port, anna, { sendTo: 'bob@remote.test' });
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
  expect(stepOf(seen, 'certificate')?.detail).toMatch(
    /^For smart\.test, .*, issued by .*, until \d{4}-\d\d-\d\d; /,
  );
  const [message] = sink.messages;
  expect(message?.rcpts).toMatchObject([{ address: 'bob@remote.test' }]);
  expect(message?.session).toMatchObject({ user: 'anna', tls: true });
  expect(message?.body.toString()).toMatch(
    /^From: Waypost <postmaster@mail\.waypost\.test>\r\nTo: <bob@remote\.test>/,
  );
  expect(seen.transcript).toContain('C: AUTH PLAIN ****');
  expect(seen.transcript[0]).toMatch(/^S: 220 /);
  await eventually(() => sink.now === 0, { what: 'the connection to end' });
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

test('a size limit below ours is a reservation, with the number to enter', async () => {
  const sink = await bench.peer({ extensions: ['SIZE 10485760'] });
  const seen = await tryOut(sink.port, {}, { more: { maxMessageSizeMB: 40 } });
  expect(stepOf(seen, 'size')).toMatchObject({
    state: 'warning',
    detail: 'The server takes up to 10 MB, Waypost up to 40 MB.',
    advice: expect.stringContaining('to 10,'),
  });
});

test('LOGIN where PLAIN is not offered, and nothing of it in the transcript', async () => {
  const sink = await bench.peer({ starttls: 'on', auth: { ...ANNAS, mechanisms: ['LOGIN'] } });
  const seen = await tryOut(sink.port, anna);
  expect(stepOf(seen, 'sign-in')?.state).toBe('passed');
  expect(seen.transcript.filter((line) => line === 'C: ****')).toHaveLength(2);
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

test('a certificate that has expired says so, whoever made it', async () => {
  const sink = await bench.peer({
    starttls: 'on',
    certificate: await testCertificate({ names: ['smart.test'], days: -1 }),
  });
  expect(failedStep(await tryOut(sink.port, { security: 'starttls' }))).toMatchObject({
    id: 'certificate',
    detail: expect.stringContaining('; it has expired.'),
    advice: 'Ask the operator of the server to renew it.',
  });
});

describe('what deliveries bear is a reservation', () => {
  test('a server that knows HELO only', async () => {
    const sink = await bench.peer({ ehlo: '502 5.5.1 What?' });
    const seen = await tryOut(sink.port, {}, { sendTo: 'bob@remote.test' });
    expect(stepOf(seen, 'EHLO')).toMatchObject({
      state: 'warning',
      detail: 'The server only knows HELO: no encryption, no sign-in, no size limit.',
    });
    expect(stepOf(seen, 'message')?.state).toBe('passed');
  });

  test('STARTTLS that is refused, where Automatic does without', async () => {
    const sink = await bench.peer({ starttls: 'refused' });
    const seen = await tryOut(sink.port, {}, { sendTo: 'bob@remote.test' });
    expect(stepOf(seen, 'tls')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/refuses it now: 454 .* Mail travels in clear\.$/),
    });
    expect(seen.summary).toBe('The SmartHost can be used, with the reservations above.');
    expect(sink.messages).toHaveLength(1);
  });

  test('but not where it is required, nor for a password', async () => {
    const sink = await bench.peer({ starttls: 'refused', auth: { users: {} } });
    expect(failedStep(await tryOut(sink.port, { security: 'starttls' }))?.id).toBe('tls');
    expect(failedStep(await tryOut(sink.port, anna))).toMatchObject({
      id: 'sign-in',
      detail: expect.stringMatching(/offers no encryption/),
    });
    expect(sink.sessions.some(({ commands }) => commands.some((line) => line.startsWith('AUTH')))).toBe(
      false,
    );
  });

  test('a password in clear, where None was chosen', async () => {
    const sink = await bench.peer({ auth: { users: { anna: PASSWORD } } });
    const seen = await tryOut(sink.port, { ...anna, security: 'none' });
    expect(stepOf(seen, 'tls')).toMatchObject({ state: 'skipped' });
    expect(stepOf(seen, 'sign-in')).toMatchObject({
      state: 'warning',
      advice: expect.stringContaining('travelled in clear'),
    });
  });
});

test('what the server repeats of the password is left out everywhere', async () => {
  const both = [PASSWORD, Buffer.from(`\0anna\0${PASSWORD}`).toString('base64')].join(' ');
  const sink = await bench.peer({
    starttls: 'on',
    auth: { users: {}, reply: `535-5.7.8 ${both}\r\n535 5.7.8 ${both}` },
  });
  // `tryOut` looks for it in all that was told.
  const seen = await tryOut(sink.port, anna);
  expect(failedStep(seen)?.detail).toBe(
    'The server refuses account name or password: 535 5.7.8 **** **** **** ****.',
  );
  expect(seen.transcript).toContain('S: 535 5.7.8 **** ****');
});

test('a password that looks like a reply does not break one', async () => {
  const sink = await bench.peer({ starttls: 'on', auth: { users: { anna: '2' } } });
  expect(stepOf(await tryOut(sink.port, { ...anna, password: '2' }), 'sign-in')?.state).toBe('passed');
});

test('CRAM-MD5, where nothing else is offered, as deliveries do', async () => {
  const said: string[] = [];
  const server = await bench.rawPeer((line, socket) => {
    said.push(line);
    if (line.startsWith('EHLO')) socket.write('250-x\r\n250 AUTH CRAM-MD5 XOAUTH2\r\n');
    else if (line === 'AUTH CRAM-MD5') socket.write(`334 ${Buffer.from('<1@x>').toString('base64')}\r\n`);
    else
      socket.write(
        line === 'QUIT' ? '221 Bye\r\n' : said.length === 3 ? '235 2.7.0 Yes\r\n' : '500 What\r\n',
      );
  });
  const seen = await tryOut(server, { ...anna, password: 'tanstaaftanstaaf', security: 'none' });
  expect(stepOf(seen, 'sign-in')).toMatchObject({
    state: 'passed',
    detail: 'Accepted (CRAM-MD5): 235 2.7.0 Yes',
  });
  const digest = createHmac('md5', 'tanstaaftanstaaf').update('<1@x>').digest('hex');
  expect(Buffer.from(said[2] ?? '', 'base64').toString()).toBe(`anna ${digest}`);
  expect(seen.transcript).not.toContain(`C: ${said[2]}`);
});

describe('what a refused message means', () => {
  test.each([
    [{ rcpt: '451 4.7.1 Greylisted' }, {}, /^That is only for now/],
    [{ mail: '530 5.7.0 Authentication required' }, {}, /switch Authenticate on/],
    [{ rcpt: '550 5.7.1 Relaying denied' }, {}, /switch Authenticate on/],
    [{ rcpt: '550 5.1.1 Nobody' }, anna, /^Check the address that the test message goes to/],
    [{ rcpt: '550 5.7.1 No' }, anna, /^Try another address/],
    [{ mail: '553 5.7.1 Not yours' }, anna, /address of the account that is signed in/],
    [{ body: '554 5.7.1 Spam' }, anna, /spam filter/],
  ] as const)('%j %j', async (script, who, advice) => {
    const sink = await bench.peer({ starttls: 'on', auth: ANNAS, ...script });
    const seen = await tryOut(sink.port, who, { sendTo: 'bob@remote.test' });
    expect(failedStep(seen)?.advice).toMatch(advice);
  });
});

test('it comes from the account, where that is an address', async () => {
  const sink = await bench.peer({
    starttls: 'on',
    auth: { users: { 'anna@smart.test': PASSWORD }, offered: 'after-tls' },
  });
  await tryOut(sink.port, { ...anna, account: 'anna@smart.test' }, { sendTo: 'bob@remote.test' });
  expect(sink.messages[0]?.from).toBe('anna@smart.test');
});

describe('whoever leaves', () => {
  test('while DNS is asked does not wait for it', async () => {
    const abort = new AbortController();
    const names = asked(() => new Promise(() => {}));
    const trial = trialOf(25, {}, { names, signal: abort.signal });
    await expect(testSmartHost({ ...trial, publish: () => abort.abort() })).rejects.toThrow();
  });

  test.each([
    ['the greeting', { greeting: 'hang' }, undefined],
    ['EHLO', { ehlo: 'hang' }, /^EHLO/],
    ['the handshake', { starttls: 'silent' }, /^STARTTLS/],
    ['the sign-in', { starttls: 'on', auth: { ...ANNAS, reply: 'hang' } }, /^AUTH/],
    ['MAIL', { mail: 'hang' }, /^MAIL/],
    ['the message', { body: 'hang' }, /^DATA/],
  ] as const)('at %s ends it, sockets and all', async (_, script, lastCommand) => {
    const sink = await bench.peer(script);
    const abort = new AbortController();
    const limits = { connect: 60_000, reply: 60_000, handshake: 60_000 };
    const who = 'auth' in script ? anna : {};
    const trial = trialOf(sink.port, who, { signal: abort.signal, limits, sendTo: 'bob@remote.test' });
    const over = testSmartHost({ ...trial, publish: () => {} });
    const hangs = () => {
      const said = sink.sessions[0]?.commands.at(-1);
      return sink.now === 1 && (lastCommand ? lastCommand.test(said ?? '') : said === undefined);
    };
    await eventually(hangs, { what: 'the peer to hang' });
    abort.abort();
    await expect(over).rejects.toThrow();
    await eventually(() => sink.now === 0, { what: 'the connection to end' });
  });
});
