/** Signing in and encryption: when AUTH is there at all, what it answers, and what STARTTLS forgets. */

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { hashPassword } from '../store/password.ts';
import {
  PASSWORD,
  startTestReceiver,
  type TestReceiver,
  type TestReceiverOptions,
} from '../testing/fixtures/receiver.ts';
import { sendMail } from '../testing/send-mail.ts';
import { connectSmtp, type SmtpClientOptions } from '../testing/smtp-client.ts';
import { eventually } from '../testing/temp.ts';

let server: TestReceiver;

afterEach(() => server?.stop());

async function start(options: TestReceiverOptions = {}): Promise<void> {
  server = await startTestReceiver(options);
  await server.addAccount('ann@here.test', { aliases: ['sales@here.test'] });
  await server.addAccount('off@here.test', { enabled: false });
}

async function greeted(options: Partial<SmtpClientOptions> = {}) {
  const client = await connectSmtp({ port: server.port, ...options });
  const { lines } = await client.command('EHLO client.test');
  return { client, extensions: lines.slice(1) };
}

const COMMON = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'DSN', 'SIZE 26214400'];

/** An address of this machine that isn't loopback: connections to it come from it. */
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

it.each([
  ['ann@here.test', PASSWORD, '235 2.7.0'],
  ['ANN@Here.Test', PASSWORD, '235 2.7.0'],
  ['sales@here.test', PASSWORD, '235 2.7.0'],
  ['ann@here.test', 'wrong', '535 5.7.8'],
  ['ann@here.test', '', '535 5.7.8'],
  ['ann@here.test', PASSWORD.toUpperCase(), '535 5.7.8'],
  ['nobody@here.test', PASSWORD, '535 5.7.8'],
  ['off@here.test', PASSWORD, '535 5.7.8'],
  ['ann', PASSWORD, '535 5.7.8'],
])('%s with the password %j: %s', async (user, password, expected) => {
  await start();
  const { client } = await greeted();
  const plain = await client.authPlain(user, password);
  const { client: other } = await greeted();
  const login = await other.authLogin(user, password);
  expect([plain, login].map(({ code, text }) => `${code} ${text.split(' ')[0]}`)).toEqual([
    expected,
    expected,
  ]);
});

it('says the same whatever was wrong', async () => {
  await start();
  const { client } = await greeted();
  const texts = new Set();
  for (const user of ['ann@here.test', 'nobody@here.test', 'off@here.test', 'x'])
    texts.add((await client.authPlain(user, 'wrong')).text);
  expect([...texts]).toEqual(['5.7.8 Account name or password is wrong']);
});

it('hangs up on who guesses', async () => {
  await start();
  const { client } = await greeted();
  for (let guess = 1; guess < 10; guess++)
    expect((await client.authPlain('ann@here.test', 'x')).code).toBe(535);
  expect(await client.authPlain('ann@here.test', 'x')).toMatchObject({ code: 421 });
  await client.closed;
});

it('takes no sign-in within a transaction, twice, or by an unknown mechanism', async () => {
  await start();
  const { client } = await greeted();
  expect((await client.command('AUTH CRAM-MD5')).code).toBe(504);
  expect((await client.command('AUTH SCRAM-SHA-256 x')).code).toBe(504);
  await client.command('MAIL FROM:<ann@here.test>');
  expect(await client.authPlain('ann@here.test', PASSWORD)).toMatchObject({
    code: 503,
    text: '5.5.1 Sign in before MAIL, not after it',
  });
  await client.command('RSET');
  expect((await client.authPlain('ann@here.test', PASSWORD)).code).toBe(235);
  expect((await client.authPlain('ann@here.test', PASSWORD)).code).toBe(503);
});

it('asks for a changed password at once', async () => {
  await start();
  const { client } = await greeted();
  expect((await client.authPlain('ann@here.test', PASSWORD)).code).toBe(235);
  const account = await server.store.accounts.find('ann@here.test');
  if (!account) throw new Error('ann is gone');
  await server.store.accounts.update(account, { passwordHash: await hashPassword('new') });
  const { client: second } = await greeted();
  expect((await second.authPlain('ann@here.test', PASSWORD)).code).toBe(535);
  expect((await second.authPlain('ann@here.test', 'new')).code).toBe(235);
});

it('notes when an account signed in, and lets it in when that can not be noted', async () => {
  await start();
  const before = Date.now();
  const { client } = await greeted();
  await client.authPlain('ann@here.test', PASSWORD);
  const ann = (await server.store.accounts.list()).find((one) => one.address === 'ann@here.test');
  expect(ann?.lastSignIn).toBeGreaterThanOrEqual(before);
  await server.stop();
  await start({
    wrap: (store) => {
      store.accounts.noteSignIn = () => Promise.reject(new Error('database or disk is full'));
      return store;
    },
  });
  const { client: second } = await greeted();
  expect((await second.authPlain('ann@here.test', PASSWORD)).code).toBe(235);
});

it.runIf(outside)(
  'without encryption, AUTH is neither announced nor accepted but from loopback',
  async () => {
    await start({ settings: { incoming: { primary: { address: outside ?? '' } } } });
    const { client, extensions } = await greeted({ host: outside ?? '' });
    expect(extensions.toSorted()).toEqual([...COMMON, 'STARTTLS'].toSorted());
    expect(await client.authPlain('ann@here.test', PASSWORD)).toMatchObject({
      code: 538,
      text: '5.7.11 Encryption is required to sign in',
    });
    expect((await client.startTls()).code).toBe(220);
    const { lines } = await client.command('EHLO client.test');
    expect(lines.slice(1).toSorted()).toEqual([...COMMON, 'AUTH PLAIN LOGIN'].toSorted());
    expect((await client.authPlain('ann@here.test', PASSWORD)).code).toBe(235);
  },
);

it('STARTTLS forgets who signed in before, and the transaction', async () => {
  await start({ settings: { relay: { trustedNetworks: [] } } });
  const { client, extensions } = await greeted();
  expect(extensions).toContain('STARTTLS');
  expect((await client.authPlain('ann@here.test', PASSWORD)).code).toBe(235);
  await client.command('MAIL FROM:<ann@here.test>');
  await client.startTls();
  expect((await client.command('MAIL FROM:<ann@here.test>')).code).toBe(503);
  const { lines } = await client.command('EHLO client.test');
  expect(lines).not.toContain('STARTTLS');
  expect(lines).toContain('AUTH PLAIN LOGIN');
  expect((await client.command('RCPT TO:<joe@far.test>')).code).toBe(503);
  await client.command('MAIL FROM:<bob@far.test>');
  expect(await client.command('RCPT TO:<joe@far.test>')).toMatchObject({ code: 550 });
  await client.command('RSET');
  expect((await client.authPlain('ann@here.test', PASSWORD)).code).toBe(235);
});

it('what was sent in clear behind STARTTLS is not obeyed inside TLS', async () => {
  await start();
  const raw = connect(server.port, '127.0.0.1');
  const said: string[] = [];
  raw.on('data', (chunk) => said.push(String(chunk)));
  await eventually(() => said.join('').startsWith('220 '));
  const injected = 'EHLO evil\r\nMAIL FROM:<evil@far.test>\r\nRCPT TO:<ann@here.test>\r\n'.repeat(300);
  raw.write(`STARTTLS\r\n${injected}`);
  await eventually(() => said.join('').includes('220 2.0.0 Ready'));
  raw.removeAllListeners('data');
  const secure = connectTls({ socket: raw, rejectUnauthorized: false });
  const inside: string[] = [];
  secure.on('data', (chunk) => inside.push(String(chunk)));
  secure.write('MAIL FROM:<joe@far.test>\r\nNOOP\r\n');
  await eventually(() => inside.join('').endsWith('250 2.0.0 OK\r\n'));
  expect(inside.join('')).toBe('503 5.5.1 Error: send HELO/EHLO first\r\n250 2.0.0 OK\r\n');
  secure.destroy();
});

it('all replies before STARTTLS are out before TLS begins, those of the same packet too', async () => {
  await start();
  const raw = connect(server.port, '127.0.0.1');
  const said: string[] = [];
  raw.on('data', (chunk) => said.push(String(chunk)));
  raw.write('EHLO c\r\nNOOP\r\nSTARTTLS\r\n');
  await eventually(() => said.join('').endsWith('250 2.0.0 OK\r\n220 2.0.0 Ready to start TLS\r\n'));
  raw.removeAllListeners('data');
  const secure = connectTls({ socket: raw, rejectUnauthorized: false });
  secure.write('EHLO c\r\n');
  const [inside] = (await once(secure, 'data')) as [Buffer];
  expect(String(inside)).toMatch(/^250-mail\.waypost\.test/);
  secure.destroy();
});

it('a listener without encryption offers none', async () => {
  await start({ settings: { incoming: { primary: { security: 'none' } } } });
  const { client, extensions } = await greeted();
  expect(extensions.toSorted()).toEqual([...COMMON, 'AUTH PLAIN LOGIN'].toSorted());
  expect((await client.startTls()).code).toBe(500);
});

it('an encrypted listener speaks TLS from the first byte', async () => {
  await start({ settings: { incoming: { primary: { security: 'tls' } } } });
  const { client, extensions } = await greeted({ tls: true });
  expect(extensions.toSorted()).toEqual([...COMMON, 'AUTH PLAIN LOGIN'].toSorted());
  const own = new X509Certificate(client.peerCertificate ?? '');
  expect(own.subject).toBe('CN=mail.waypost.test');
  const mail = { port: server.port, tls: true, from: 'joe@far.test', to: 'ann@here.test', body: 'X: y\r\n' };
  expect((await sendMail(mail)).accepted).toBe(true);
  expect((await server.raw('ann@here.test'))[0]?.toString()).toContain(' with ESMTPS id ');
});

it('the trace says how the client came', async () => {
  await start();
  const mail = { port: server.port, from: 'ann@here.test', to: 'ann@here.test', body: 'X: y\r\n' };
  const auth = { user: 'ann@here.test', password: PASSWORD };
  await sendMail({ ...mail, startTls: true });
  await sendMail({ ...mail, startTls: true, auth });
  await sendMail({ ...mail, auth });
  const traces = (await server.raw('ann@here.test')).map(
    (raw) => / with (\w+) id /.exec(raw.toString())?.[1],
  );
  expect(traces).toEqual(['ESMTPS', 'ESMTPSA', 'ESMTPA']);
});
