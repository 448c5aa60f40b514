import { connect } from 'node:net';
import type { SMTPConnectionOptions, SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { afterEach, describe, expect, it } from 'vitest';
import { canListenOn } from './ports.ts';
import { type Sink, type SinkOptions, startSink, startSinkHosts } from './sink.ts';
import { eventually } from './temp.ts';

const stops: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function sinkWith(options: SinkOptions = {}): Promise<Sink> {
  const sink = await startSink(options);
  stops.push(sink.stop);
  return sink;
}

/** A nodemailer connection past EHLO; rejects with its error. */
async function mailer(sink: Sink, options: SMTPConnectionOptions = {}): Promise<SMTPConnection> {
  const connection = new SMTPConnection({
    host: sink.host,
    port: sink.port,
    name: 'client.test',
    socketTimeout: 2000,
    tls: { rejectUnauthorized: false },
    ...options,
  });
  stops.push(() => connection.close());
  await new Promise<void>((resolve, reject) => {
    connection.on('error', reject);
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  return connection;
}

function send(connection: SMTPConnection, to: string[], body = 'Subject: x\r\n\r\nHello\r\n') {
  return new Promise<SMTPConnectionSendInfo>((resolve, reject) => {
    connection.on('error', reject);
    connection.send({ from: 'from@client.test', to }, body, (error, info) =>
      error ? reject(error) : resolve(info as SMTPConnectionSendInfo),
    );
  });
}

function login(connection: SMTPConnection, user: string, pass: string, method: string) {
  return new Promise<void>((resolve, reject) => {
    connection.login({ user, pass, method }, (error) => (error ? reject(error) : resolve()));
  });
}

describe('a sink without a script', () => {
  it('takes a message byte for byte and records how it came', async () => {
    const sink = await sinkWith();
    const connection = await mailer(sink);
    const info = await send(
      connection,
      ['a@x.test', 'b@x.test'],
      'Subject: dots\r\n\r\n.\r\n..two\r\nend\r\n',
    );
    expect(info.accepted).toEqual(['a@x.test', 'b@x.test']);
    const [message] = await sink.waitFor(1);
    expect(message?.from).toBe('from@client.test');
    expect(message?.rcpts.map((one) => one.address)).toEqual(['a@x.test', 'b@x.test']);
    expect(message?.body.toString()).toBe('Subject: dots\r\n\r\n.\r\n..two\r\nend\r\n');
    expect(message?.session).toBe(sink.sessions[0]);
    expect(message?.session).toMatchObject({
      helo: 'client.test',
      tls: false,
      user: undefined,
      transactions: 1,
    });
    expect(message?.session.commands.slice(0, 2)).toEqual([
      'EHLO client.test',
      'MAIL FROM:<from@client.test>',
    ]);
  });

  it('counts open connections and concurrent transactions', async () => {
    const sink = await sinkWith({ body: { delayMs: 50, reply: '250 ok' } });
    const connections = await Promise.all([mailer(sink), mailer(sink), mailer(sink)]);
    expect(sink.now).toBe(3);
    await Promise.all(connections.slice(0, 2).map((connection) => send(connection, ['a@x.test'])));
    for (const connection of connections) connection.quit();
    await eventually(() => sink.now === 0);
    await mailer(sink);
    expect(sink.maxSeen).toBe(3);
    expect(sink.maxTransactions).toBe(2);
    expect(sink.sessions.map((session) => session.closed)).toEqual([true, true, true, false]);
  });

  it('answers pipelined commands in order and reads the parameters', async () => {
    const sink = await sinkWith();
    const socket = connect(sink.port, sink.host);
    socket.write('EHLO c\r\nMAIL FROM:<> SIZE=12 ret=HDRS SMTPUTF8\r\nRCPT TO:<a@x.test> NOTIFY=NEVER\r\n');
    socket.write('DATA\r\nhi\r\n.\r\nRSET\r\nNONSENSE\r\nQUIT\r\n');
    const replies = (await socket.setEncoding('utf8').toArray()).join('');
    expect(replies.match(/^\d{3} /gm)?.map(Number)).toEqual([220, 250, 250, 250, 354, 250, 250, 500, 221]);
    expect(sink.messages[0]).toMatchObject({
      from: '',
      mailParams: { SIZE: '12', RET: 'HDRS', SMTPUTF8: '' },
      rcpts: [{ address: 'a@x.test', params: { NOTIFY: 'NEVER' } }],
      body: Buffer.from('hi\r\n'),
    });
  });
});

describe('scripted replies', () => {
  it('refuses single recipients', async () => {
    const sink = await sinkWith({
      rcpt: ({ address }) => (address.startsWith('bad') ? '550 5.1.1 No such user' : undefined),
    });
    const info = await send(await mailer(sink), ['good@x.test', 'bad@x.test']);
    expect(info.accepted).toEqual(['good@x.test']);
    expect(info.rejectedErrors?.[0]).toMatchObject({ responseCode: 550, recipient: 'bad@x.test' });
    expect(sink.messages[0]?.rcpts).toHaveLength(1);
  });

  it('does not wait for a body that no recipient is left for', async () => {
    const sink = await sinkWith({ rcpt: '451 4.7.1 Later' });
    const connection = await mailer(sink);
    await expect(send(connection, ['a@x.test'])).rejects.toMatchObject({ responseCode: 451 });
    sink.script.rcpt = undefined;
    await send(await mailer(sink), ['a@x.test']);
    expect(sink.messages).toHaveLength(1);
  });

  it.each<[string, SinkOptions, number]>([
    ['greeting', { greeting: { close: '421 4.3.2 Too busy' } }, 421],
    ['MAIL', { mail: '550 5.7.1 Not you' }, 550],
    ['DATA', { data: '451 4.3.0 Not now' }, 451],
    ['the final dot', { body: ({ message }) => `552 5.3.4 ${message.body.length} is too big` }, 552],
  ])('refuses at %s', async (_, options, responseCode) => {
    const sink = await sinkWith(options);
    await expect(mailer(sink).then((it) => send(it, ['a@x.test']))).rejects.toMatchObject({ responseCode });
    expect(sink.messages).toEqual([]);
  });

  it('lets the client fall back to HELO', async () => {
    const sink = await sinkWith({ ehlo: '502 5.5.1 What?' });
    await send(await mailer(sink), ['a@x.test']);
    expect(sink.sessions[0]?.commands.slice(0, 2)).toEqual(['EHLO client.test', 'HELO client.test']);
  });

  it('announces the extensions of the script', async () => {
    const sink = await sinkWith({ extensions: ['SIZE 10'] });
    const tooBig = send(await mailer(sink), ['a@x.test'], 'x'.repeat(20));
    expect((await tooBig).ehlo).toEqual(['SIZE 10']);
  });
});

describe('AUTH', () => {
  const users = { me: 'secret' };

  it.each(['PLAIN', 'LOGIN'])('signs in with %s', async (method) => {
    const sink = await sinkWith({ auth: { users, required: true } });
    const connection = await mailer(sink);
    await expect(send(connection, ['a@x.test'])).rejects.toMatchObject({ responseCode: 530 });
    await expect(login(connection, 'me', 'wrong', method)).rejects.toMatchObject({ responseCode: 535 });
    await login(connection, 'me', 'secret', method);
    await send(connection, ['a@x.test']);
    expect(sink.messages[0]?.session.user).toBe('me');
  });

  it('refuses as scripted', async () => {
    const sink = await sinkWith({ auth: { users, reply: '454 4.7.0 Directory down' } });
    const failing = login(await mailer(sink), 'me', 'secret', 'PLAIN');
    await expect(failing).rejects.toMatchObject({ responseCode: 454 });
    expect(sink.sessions[0]?.user).toBeUndefined();
  });

  it.each([
    ['before-tls', true, false],
    ['after-tls', false, true],
    ['always', true, true],
  ] as const)('offered %s', async (offered, inClear, overTls) => {
    const sink = await sinkWith({ auth: { users, offered }, starttls: 'on' });
    expect((await mailer(sink, { ignoreTLS: true })).allowsAuth).toBe(inClear);
    expect((await mailer(sink)).allowsAuth).toBe(overTls);
  });
});

describe('TLS', () => {
  it('starts where the client asks for it', async () => {
    const sink = await sinkWith({ starttls: 'on' });
    const connection = await mailer(sink, { requireTLS: true });
    await send(connection, ['a@x.test'], 'x'.repeat(300_000));
    expect(sink.messages[0]?.body.length).toBe(300_002);
    expect(sink.sessions[0]).toMatchObject({ tls: true, helo: 'client.test' });
    connection.quit();
    await eventually(() => sink.now === 0);
  });

  it('has a certificate that nobody vouches for', async () => {
    const sink = await sinkWith({ starttls: 'on' });
    await expect(mailer(sink, { tls: { rejectUnauthorized: true } })).rejects.toThrow('self-signed');
    await eventually(() => sink.now === 0);
  });

  it('is there from the first byte', async () => {
    const sink = await sinkWith({ implicitTls: true, body: 'reset' });
    const connection = await mailer(sink, { secure: true });
    await expect(send(connection, ['a@x.test'])).rejects.toThrow();
    expect(sink.sessions[0]?.tls).toBe(true);
    await eventually(() => sink.now === 0);
  });

  it.each([
    ['refused', 'ETLS'],
    ['broken', 'ESOCKET'],
    ['silent', 'ETIMEDOUT'],
    ['off', 'ETLS'],
  ] as const)('%s', async (starttls, code) => {
    const sink = await sinkWith({ starttls });
    const failing = mailer(sink, { requireTLS: true, socketTimeout: 200 });
    await expect(failing).rejects.toMatchObject({ code });
    await eventually(() => sink.now === 0);
  });
});

describe('several hosts', async () => {
  it.runIf(await canListenOn('127.0.0.3'))('share a port', async () => {
    const hosts = await startSinkHosts(['127.0.0.2', '127.0.0.3'], (host) => ({ name: `mx-${host}` }));
    stops.push(hosts.stop);
    expect(hosts.sinks.map((sink) => [sink.host, sink.port])).toEqual([
      ['127.0.0.2', hosts.port],
      ['127.0.0.3', hosts.port],
    ]);
    const [first, second] = hosts.sinks;
    if (second) await send(await mailer(second), ['a@x.test']);
    expect([first?.messages.length, second?.messages.length]).toEqual([0, 1]);
  });

  it.runIf(await canListenOn('::1'))('may be IPv6', async () => {
    const sink = await sinkWith({ host: '::1' });
    await send(await mailer(sink, { allowInternalNetworkInterfaces: true }), ['a@x.test']);
    expect(sink.sessions[0]?.remoteAddress).toBe('::1');
  });
});
