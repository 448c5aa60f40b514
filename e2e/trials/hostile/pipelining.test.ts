/** What is sent before its time is never carried out: before the greeting, across TLS, across signing in. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ByteReader, readBytes } from '../../../server/testing/byte-reader.ts';
import { unusedPort } from '../../../server/testing/ports.ts';
import { connectSmtp } from '../../../server/testing/smtp-client.ts';
import { ANNA } from '../../service.ts';
import { BOB, mailbox, startTrial, type Trial } from './trial.ts';

vi.setConfig({ testTimeout: 60_000 });

const STRANGER = '127.0.0.2';
const MESSAGE = [
  'MAIL FROM:<evil@elsewhere.test>',
  `RCPT TO:<${ANNA.address}>`,
  'DATA',
  'Subject: injected',
  '',
  'x',
  '.',
  '',
].join('\r\n');

let trial: Trial;
let pop3Port: number;
beforeAll(async () => {
  pop3Port = await unusedPort('127.0.0.1');
  trial = await startTrial({
    pickup: { pop3: { port: pop3Port, address: '127.0.0.1' } },
  });
}, 60_000);
afterAll(() => trial.stop(), 60_000);

it('ends a stranger who talks before the greeting, and does nothing of what was said', async () => {
  const client = await connectSmtp({
    port: trial.service.port,
    localAddress: STRANGER,
    talkFirst: `EHLO c\r\n${MESSAGE}`,
  });
  expect(client.greeting.code).toBe(421);
  await client.closed;
  expect(await mailbox(trial.service)).toEqual([]);
});

/** Says `inClear` in one packet, reads `answers` lines, encrypts, and returns a reader and the channel. */
async function acrossTls(port: number, inClear: string, lastAnswer: RegExp) {
  const raw = connect({ port, host: '127.0.0.1', localAddress: STRANGER });
  raw.on('error', () => {});
  const reader = readBytes(raw);
  await reader.line();
  raw.write(inClear);
  for (let line = await reader.line(); !lastAnswer.test(line ?? ''); line = await reader.line())
    if (line === undefined) throw new Error('The server has hung up.');
  reader.detach();
  const secure = connectTls({ socket: raw, rejectUnauthorized: false });
  secure.on('error', () => {});
  await once(secure, 'secureConnect');
  return { secure, reader: readBytes(secure) };
}

async function say(secure: Socket, reader: ByteReader, line: string): Promise<string | undefined> {
  secure.write(`${line}\r\n`);
  return reader.line();
}

it.each([
  ['a command', 'RSET\r\n'],
  ['half a command', 'MAIL FROM:<ev'],
  ['a transaction', MESSAGE],
  ['a transaction without its end', MESSAGE.slice(0, 60)],
])('forgets %s that came in clear after STARTTLS (RFC 3207 section 6)', async (_, injected) => {
  const { secure, reader } = await acrossTls(
    trial.service.port,
    `EHLO c\r\nSTARTTLS\r\n${injected}`,
    /^220 /,
  );
  // The first answer is to this, so there was none to what was injected; and what was said before TLS is void.
  expect(await say(secure, reader, 'MAIL FROM:<joe@far.test>')).toMatch(/^503 /);
  expect(await say(secure, reader, 'HELO c')).toMatch(/^250 /);
  expect(await say(secure, reader, `RCPT TO:<${ANNA.address}>`)).toMatch(/^503 /);
  expect(await say(secure, reader, 'DATA')).toMatch(/^503 /);
  secure.destroy();
  expect(await mailbox(trial.service)).toEqual([]);
});

it.each([
  ['a command', 'CAPA\r\n'],
  ['half a command', 'US'],
  ['signing in', `USER ${ANNA.address}\r\nPASS ${ANNA.password}\r\n`],
])('forgets %s that came in clear after STLS', async (_, injected) => {
  const { secure, reader } = await acrossTls(pop3Port, `STLS\r\n${injected}`, /^\+OK Begin TLS/);
  expect(await say(secure, reader, 'STAT')).toBe('-ERR Sign in first');
  expect(await say(secure, reader, 'PASS x')).toMatch(/^-ERR USER/);
  secure.destroy();
});

const toBase64 = (text: string) => Buffer.from(text).toString('base64');
const plain = (password: string) => `AUTH PLAIN ${toBase64(`\0${ANNA.address}\0${password}`)}`;

it('does not trust a client whose sign-in failed, whatever it sent along', async () => {
  const client = await connectSmtp({ port: trial.service.port, localAddress: STRANGER });
  await client.command('EHLO c');
  const replies = await client.pipeline([
    plain('wrong'),
    'MAIL FROM:<joe@far.test>',
    `RCPT TO:<${BOB}>`,
    'DATA',
  ]);
  expect(replies.map(({ code }) => code)).toEqual([535, 250, 550, 503]);
  client.destroy();
  expect(trial.sink.sessions).toEqual([]);
});

it('takes lines that follow AUTH LOGIN as its answers, and those after them as commands', async () => {
  const client = await connectSmtp({ port: trial.service.port, localAddress: STRANGER });
  await client.command('EHLO c');
  const replies = await client.pipeline([
    'AUTH LOGIN',
    toBase64(ANNA.address),
    toBase64(ANNA.password),
    `MAIL FROM:<${ANNA.address}>`,
    `RCPT TO:<${ANNA.address}>`,
  ]);
  expect(replies.map(({ code }) => code)).toEqual([334, 334, 235, 250, 250]);
  client.destroy();
});

it('takes a command within AUTH LOGIN for an answer, never for a command', async () => {
  const client = await connectSmtp({ port: trial.service.port, localAddress: STRANGER });
  await client.command('EHLO c');
  const replies = await client.pipeline(['AUTH LOGIN', 'MAIL FROM:<joe@far.test>', 'RSET']);
  expect(replies[0]?.code).toBe(334);
  expect(replies[1]?.code).not.toBe(250);
  expect((await client.command(`RCPT TO:<${ANNA.address}>`)).code).toBe(503);
  client.destroy();
});
