/** Picking up mail with the whole engine: the port opens with Apply, and everything follows from there. */
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from './testing/fixtures/engine.ts';
import { Pop3Client } from './testing/pop3-client.ts';
import { unusedPort } from './testing/ports.ts';
import { sendMail } from './testing/send-mail.ts';
import { connectSmtp } from './testing/smtp-client.ts';

const ANNA = 'anna@waypost.test';

let waypost: TestEngine;
let port: number;
let clients: Pop3Client[];

beforeEach(async () => {
  clients = [];
  waypost = await startTestEngine();
  await waypost.addAccount(ANNA);
  port = await unusedPort('127.0.0.1');
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await waypost.stop();
});

const on = (part: object = {}) => ({ pickup: { pop3: { port, address: '127.0.0.1', ...part } } });

async function connect(): Promise<Pop3Client> {
  const client = await Pop3Client.connect({ port });
  clients.push(client);
  return client;
}

async function signedIn(password = 'secret'): Promise<Pop3Client> {
  const client = await connect();
  expect(await client.signIn({ address: ANNA, password })).toMatch(/^\+OK/);
  return client;
}

const send = (subject: string) =>
  sendMail({ port: waypost.port, from: ANNA, to: ANNA, body: `Subject: ${subject}\r\n\r\n.${subject}\r\n` });

it('opens with Apply, hands out what was delivered, and removes what was marked, for good', async () => {
  const { sentences } = await waypost.engine.apply(on());
  expect(sentences).toEqual([`Port ${port} on 127.0.0.1 opens.`]);
  expect(waypost.engine.listeners.at(-1)).toMatchObject({ name: 'pop3', port, state: 'listening' });
  await send('one');
  await send('two');
  const client = await signedIn();
  expect(await client.lines('UIDL')).toHaveLength(2);
  const text = (await client.lines('RETR 2')).join('\r\n');
  const [, second] = await waypost.mailbox(ANNA);
  expect(`${text}\r\n`).toBe(second?.toString());
  await client.say('DELE 1');
  expect(await client.say('QUIT')).toMatch(/^\+OK/);
  await waypost.restart();
  expect(await waypost.mailbox(ANNA)).toEqual([second]);
  const [account] = await waypost.engine.accounts.list();
  expect(account).toMatchObject({ messages: 1, usedBytes: second?.length });
});

it('a port that is taken is refused by its field, and nothing has changed', async () => {
  const other = createServer().listen(port, '127.0.0.1');
  try {
    await expect(waypost.engine.apply(on())).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      issues: [{ path: 'pickup.pop3.port' }],
    });
    expect(waypost.engine.settings.settings.pickup.pop3.port).toBe(0);
  } finally {
    other.close();
  }
});

it('closes with Apply, and an open session runs to its end', async () => {
  await waypost.engine.apply(on());
  await send('one');
  const client = await signedIn();
  await client.say('DELE 1');
  expect((await waypost.engine.apply(on({ port: 0 }))).sentences).toEqual([
    `Port ${port} on 127.0.0.1 closes.`,
  ]);
  await expect(connect()).rejects.toThrow('ECONNREFUSED');
  expect(await client.say('QUIT')).toMatch(/^\+OK/);
  expect(await waypost.mailbox(ANNA)).toEqual([]);
});

it('limits are its own, and felt by the next connection', async () => {
  await waypost.engine.apply({ ...on(), ...{ pickup: { ...on().pickup, maxPerHost: 1 } } });
  const first = await connect();
  expect(await first.line()).toMatch(/^\+OK/);
  expect(await (await connect()).line()).toBe(
    '-ERR [SYS/TEMP] Too many connections from 127.0.0.1 (1 of 1), please try again later',
  );
  // Incoming mail has places of its own.
  expect((await connectSmtp({ port: waypost.port })).greeting.code).toBe(220);
  await waypost.engine.apply({ pickup: { maxPerHost: 2 } });
  expect(await (await connect()).line()).toMatch(/^\+OK/);
});

it('TLS from the first byte presents the certificate of the listeners', async () => {
  const tlsPort = await unusedPort('127.0.0.1');
  await waypost.engine.apply(on({ port: 0, tlsPort }));
  const client = await Pop3Client.connect({ port: tlsPort, tls: true });
  clients.push(client);
  expect(await client.line()).toBe('+OK mail.waypost.test POP3 ready');
});

describe('an address that is blocked', () => {
  it('is told so by both protocols, until somebody lets it in again', async () => {
    await waypost.engine.apply(on());
    waypost.engine.sessions.block('127.0.0.1');
    expect(await (await connect()).line()).toMatch(
      /^-ERR \[SYS\/TEMP\] Connections from 127\.0\.0\.1 are not accepted for now/,
    );
    expect((await connectSmtp({ port: waypost.port })).greeting).toMatchObject({
      code: 421,
      text: '4.7.0 mail.waypost.test Connections from 127.0.0.1 are not accepted for now',
    });
    waypost.engine.sessions.unblock('127.0.0.1');
    expect(await (await connect()).line()).toMatch(/^\+OK/);
    expect((await connectSmtp({ port: waypost.port })).greeting.code).toBe(220);
  });
});

it('5,000 messages are listed at once', async () => {
  await waypost.engine.apply(on());
  const { store } = waypost.engine;
  const account = await store.accounts.find(ANNA);
  const bytes = Buffer.from('Subject: x\r\n\r\nText\r\n');
  const message = (id: string) => ({
    id,
    envelope: { sender: '', smtpUtf8: false, ret: null, envid: null },
    trace: '',
    completion: '',
    body: { kind: 'memory' as const, bytes },
    size: bytes.length,
    eightBit: false,
    subject: 'x',
    receivedAt: Date.now(),
    mailboxes: [{ accountId: account?.id ?? 0, recipient: ANNA }],
    queued: [],
  });
  await Promise.all(Array.from({ length: 5000 }, (_, i) => store.ledger.accept(message(`m${i}`))));
  const client = await signedIn();
  expect(await client.lines('LIST')).toHaveLength(5000);
  expect(new Set((await client.lines('UIDL')).map((line) => line.split(' ')[1])).size).toBe(5000);
});
