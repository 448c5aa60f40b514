/** What is in the mailbox is what was sent, byte for byte; one message stays one message. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestReceiver, type TestReceiver } from '../testing/fixtures/receiver.ts';
import { sendMail } from '../testing/send-mail.ts';
import { connectSmtp, type SmtpClient } from '../testing/smtp-client.ts';

let server: TestReceiver;
let next = 0;
let to: string;

beforeAll(async () => {
  server = await startTestReceiver();
});
afterAll(() => server.stop());
beforeEach(async () => {
  to = `box${next++}@here.test`;
  await server.addAccount(to);
});

async function send(body: string | Buffer) {
  return sendMail({ port: server.port, from: 'joe@far.test', to, body });
}

/** A client that has said everything up to DATA, and read 354. */
async function inData(): Promise<SmtpClient> {
  const client = await connectSmtp({ port: server.port });
  const opening = ['EHLO c', 'MAIL FROM:<joe@far.test>', `RCPT TO:<${to}>`, 'DATA'];
  for (const line of opening) await client.command(line);
  return client;
}

describe('content comes out as it went in', () => {
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).filter(
    (byte) => byte !== 10 && byte !== 13,
  );
  it.each<[string, string | Buffer]>([
    ['a plain message', 'Subject: Hello\r\nFrom: joe@far.test\r\n\r\nHello\r\n'],
    ['8-bit text', Buffer.from('Subject: caf\u00e9\r\n\r\nGr\u00fc\u00dfe\r\n', 'utf8')],
    ['every byte', Buffer.concat([Buffer.from('X: y\r\n\r\n'), everyByte, Buffer.from('\r\n')])],
    ['lines that begin with dots', '.\r\n..\r\n.a\r\n...b\r\n\r\n.\r\n'],
    ['no header', 'Just a line.\r\nAnd another.\r\n'],
    ['a header only', 'Subject: nothing else\r\n'],
    ['an empty header', '\r\nBody\r\n'],
    ['nothing', ''],
    ['one empty line', '\r\n'],
    ['a long line', `X: y\r\n\r\n${'long '.repeat(20_000)}\r\n`],
    ['a Return-Path and a Received of its own', 'Return-Path: <x@y>\r\nReceived: from z\r\n\r\nHello\r\n'],
  ])('%s', async (_, body) => {
    expect((await send(body)).accepted).toBe(true);
    expect(await server.contents(to)).toEqual([Buffer.from(body)]);
  });

  it('around the size at which content goes to a file', async () => {
    const spill = 256 * 1024;
    const bodies = [spill - 1, spill, spill + 1, 3 * spill].map((size) => base64Lines(size));
    for (const body of bodies) expect((await send(body)).accepted).toBe(true);
    expect(await server.contents(to)).toEqual(bodies);
    expect(await server.files()).toHaveLength(2);
  });

  it('30 MB, once the limit allows it', async () => {
    server.change({ maxMessageSizeMB: 31 });
    const body = base64Lines(30 * 1_048_576);
    expect((await send(body)).final).toMatchObject({ code: 250 });
    const [kept] = await server.contents(to);
    expect(kept?.equals(body)).toBe(true);
  });

  it('a message of nothing but dots at line starts', async () => {
    const body = Buffer.from('.\r\n'.repeat(20_000));
    expect((await send(body)).accepted).toBe(true);
    expect((await server.contents(to))[0]?.equals(body)).toBe(true);
  });
});

describe('bare CR and LF become CRLF', () => {
  it.each([
    ['one\ntwo\rthree\r\n', 'one\r\ntwo\r\nthree\r\n'],
    ['a\r\r\nb\r\n', 'a\r\n\r\nb\r\n'],
    ['\n\n\n\r\n', '\r\n\r\n\r\n\r\n'],
  ])('%j', async (sent, kept) => {
    expect((await send(sent)).accepted).toBe(true);
    expect((await server.contents(to)).map(String)).toEqual([kept]);
  });
});

describe('what could end a message elsewhere does not end it here', () => {
  it.each([
    ['LF.LF', '\n.\n'],
    ['LF.CRLF', '\n.\r\n'],
    ['CRLF.LF', '\r\n.\n'],
    ['CR.CR', '\r.\r'],
    ['CRLF.CR', '\r\n.\r'],
    ['CR.CRLF', '\r.\r\n'],
    ['LF.CR', '\n.\r'],
  ])('%s', async (_, ending) => {
    const client = await inData();
    const smuggled = `MAIL FROM:<evil@far.test>\r\nRCPT TO:<${to}>\r\nDATA\r\nevil\r\n`;
    client.write(`Subject: outer\r\n\r\nbefore${ending}${smuggled}.\r\n`);
    expect(await client.readReply()).toMatchObject({ code: 250 });
    expect((await client.command('NOOP')).code).toBe(250);
    await client.quit();
    const [content, ...others] = (await server.contents(to)).map(String);
    expect(others).toEqual([]);
    expect(content).toContain('before');
    expect(content).toContain('evil\r\n');
    expect(content).not.toMatch(/[^\r]\n|\r[^\n]/);
  });

  it('nor does a dot that arrives in a packet of its own', async () => {
    const client = await inData();
    for (const part of ['..', '\r', '\n', 'x\r\n', '.', '.\r\n', '.\r', '\n']) {
      client.write(part);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await client.readReply()).toMatchObject({ code: 250 });
    await client.quit();
    expect((await server.contents(to)).map(String)).toEqual(['.\r\nx\r\n.\r\n']);
  });
});

it('keeps pipelined transactions apart', async () => {
  const client = await connectSmtp({ port: server.port });
  await client.command('EHLO c');
  const envelope = `MAIL FROM:<joe@far.test>\r\nRCPT TO:<${to}>\r\nDATA\r\n`;
  client.write([1, 2, 3].map((number) => `${envelope}Subject: ${number}\r\n\r\n.\r\n`).join(''));
  for (let message = 0; message < 3; message++) {
    const codes = [];
    for (let reply = 0; reply < 4; reply++) codes.push((await client.readReply()).code);
    expect(codes).toEqual([250, 250, 354, 250]);
  }
  await client.quit();
  const expected = [1, 2, 3].map((number) => `Subject: ${number}\r\n\r\n`);
  expect((await server.contents(to)).map(String)).toEqual(expected);
});

describe('the lines put in front', () => {
  it('name the client, ourselves, the protocol and the only recipient', async () => {
    await sendMail({
      port: server.port,
      from: 'joe@far.test',
      to,
      body: 'X: y\r\n',
      name: 'Laptop.Far.Test',
    });
    const [raw] = (await server.raw(to)).map(String);
    expect(raw).toMatch(
      new RegExp(
        `^Return-Path: <joe@far.test>\r\nReceived: from laptop.far.test \\(\\[127.0.0.1\\]\\)\r\n` +
          `\tby mail.waypost.test \\(Waypost\\) with ESMTP id [0-9A-Z]{16}\r\n\tfor <${to}>;\r\n` +
          '\t\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000\r\nX: y\r\n$',
      ),
    );
  });

  it('name no recipient when there are several, so that blind copies stay blind', async () => {
    await server.addAccount(`other-${to}`);
    await sendMail({ port: server.port, from: '', to: [to, `other-${to}`], body: 'X: y\r\n' });
    const [raw] = (await server.raw(to)).map(String);
    expect(raw).toMatch(/^Return-Path: <>\r\n/);
    expect(raw).not.toContain('for <');
    expect(raw).not.toContain('other-');
  });

  it.each([
    ['a line feed', 'EHLO evil\n\tX-Injected: yes'],
    ['a carriage return', 'EHLO evil\rX-Injected: yes'],
    ['markup', 'EHLO a(b)c<d>;e'],
    ['bytes above 127', 'EHLO \u00e9vil'],
  ])('hold nothing a client can make up: %s in its name', async (_, greeting) => {
    const client = await connectSmtp({ port: server.port });
    client.write(`${greeting}\r\n`);
    await client.readReply();
    client.write(`EHLO fine\r\nMAIL FROM:<joe@far.test>\r\nRCPT TO:<${to}>\r\nDATA\r\n\r\n.\r\nQUIT\r\n`);
    await client.closed;
    const [raw = ''] = (await server.raw(to)).map(String);
    const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
    expect(head.split('\r\n').map((line) => line.split(/[: ]/)[0])).toEqual([
      'Return-Path',
      'Received',
      '\tby',
      '\tfor',
      expect.stringMatching(/^\t\w{3},$/),
    ]);
    expect(head).toMatch(/^[\r\n\t\x20-\x7e]*$/);
  });
});

it('gives a message with 50 Received lines back as a loop, and takes one with 49', async () => {
  const received = (count: number) => `${'Received: from a by b\r\n'.repeat(count)}\r\nHello\r\n`;
  expect((await send(received(50))).final).toMatchObject({
    code: 554,
    text: '5.4.6 This message is in a loop: it has 50 Received lines',
  });
  expect((await send(received(49))).accepted).toBe(true);
  expect(await server.contents(to)).toHaveLength(1);
});

function base64Lines(size: number): Buffer {
  const text = randomBytes(Math.ceil((size * 3) / 4) + 100)
    .toString('base64')
    .slice(0, size - 2);
  return Buffer.from(`${text.replace(/(.{76})../g, '$1\r\n')}\r\n`);
}
