import { afterEach, describe, expect, it } from 'vitest';
import { testCertificate } from './certificate.ts';
import { canListenOn, unusedPort } from './ports.ts';
import { type Sink, type SinkOptions, startSink } from './sink.ts';
import { connectSmtp, type SmtpClientOptions } from './smtp-client.ts';
import { eventually } from './temp.ts';

let sink: Sink | undefined;

afterEach(() => sink?.stop());

async function talk(options: SinkOptions = {}, client: Partial<SmtpClientOptions> = {}) {
  sink = await startSink(options);
  return connectSmtp({ port: sink.port, ...client });
}

describe('replies', () => {
  it('come with code, lines and text', async () => {
    const client = await talk({ extensions: ['SIZE 1'] });
    expect(client.greeting).toEqual({ code: 220, lines: ['sink.test ESMTP'], text: 'sink.test ESMTP' });
    const { code, lines, text } = await client.command('EHLO c');
    expect([code, lines, text]).toEqual([250, ['sink.test', 'SIZE 1'], 'sink.test\nSIZE 1']);
  });

  it('may be a refusal instead of a greeting', async () => {
    const client = await talk({ greeting: { close: '421 4.3.2 Too many connections (20 of 20)' } });
    expect(client.greeting).toMatchObject({ code: 421, text: '4.3.2 Too many connections (20 of 20)' });
    await client.closed;
    expect(client.isClosed).toBe(true);
    await expect(client.command('NOOP')).rejects.toThrow('has closed the connection');
  });

  it('come one per pipelined command', async () => {
    const client = await talk();
    const replies = await client.pipeline(['EHLO c', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'NOPE']);
    expect(replies.map((reply) => reply.code)).toEqual([250, 250, 250, 500]);
    expect((await client.data('.dot\r\n')).code).toBe(250);
    expect(sink?.messages[0]?.body.toString()).toBe('.dot\r\n');
  });

  it('can be read one by one', async () => {
    const client = await talk({}, { talkFirst: 'NOOP\r\n' });
    expect((await client.readReply()).code).toBe(250);
    client.write('NO');
    client.write(Buffer.from('OP\r\n'));
    expect((await client.readReply()).code).toBe(250);
  });
});

describe('failures', () => {
  it('name what the peer left unanswered', async () => {
    const client = await talk({ ehlo: 'drop' });
    await expect(client.command('EHLO c')).rejects.toThrow(
      /closed the connection before the end of the reply to "EHLO c"/,
    );
  });

  it('name the time limit', async () => {
    const client = await talk({ ehlo: 'hang' }, { timeoutMs: 50 });
    await expect(client.command('EHLO c')).rejects.toThrow(
      /took longer than 50 ms for the reply to "EHLO c"/,
    );
    await client.closed;
  });

  it('show what is not a reply', async () => {
    await expect(talk({ greeting: 'hello' })).rejects.toThrow('sent "hello" as the greeting, which is not');
  });

  it('show a half reply and an RST', async () => {
    const client = await talk({ ehlo: { close: '250-half' }, helo: 'reset' });
    await expect(client.command('EHLO c')).rejects.toThrow('after "half"');
    const other = await talk({ helo: 'reset' });
    await expect(other.command('HELO c')).rejects.toThrow('ECONNRESET');
  });

  it('tell when nobody listens', async () => {
    await expect(connectSmtp({ port: await unusedPort() })).rejects.toThrow('ECONNREFUSED');
  });
});

describe('TLS', () => {
  it('starts by command', async () => {
    const client = await talk({ starttls: 'on', auth: { users: { me: 'pw' }, offered: 'after-tls' } });
    expect(client.peerCertificate).toBeUndefined();
    expect((await client.startTls()).code).toBe(220);
    expect(client.peerCertificate?.trim()).toBe((await testCertificate()).cert.trim());
    expect((await client.command('EHLO c')).lines).toContain('AUTH PLAIN LOGIN');
    expect((await client.authLogin('me', 'wrong')).code).toBe(535);
    expect((await client.authPlain('me', 'pw')).code).toBe(235);
    expect((await client.quit()).code).toBe(221);
    expect(client.isClosed).toBe(true);
  });

  it('is there from the first byte', async () => {
    const client = await talk({ implicitTls: true }, { tls: true });
    expect(client.greeting.code).toBe(220);
    client.reset();
    await client.closed;
    await eventually(() => sink?.now === 0);
  });

  it('may be refused or broken', async () => {
    const client = await talk({ starttls: 'refused' });
    expect((await client.startTls()).code).toBe(454);
    expect((await client.command('NOOP')).code).toBe(250);
    const broken = await talk({ starttls: 'broken' });
    await expect(broken.startTls()).rejects.toThrow('TLS handshake');
  });
});

it('ends its connections in three ways', async () => {
  for (const end of ['quit', 'reset', 'destroy'] as const) {
    const client = await talk();
    await client[end]();
    await client.closed;
    await eventually(() => sink?.now === 0);
  }
});

it.runIf(await canListenOn('127.0.0.5'))('comes from the address it is told to', async () => {
  const client = await talk({}, { localAddress: '127.0.0.5' });
  expect(sink?.sessions[0]).toMatchObject({ remoteAddress: '127.0.0.5', remotePort: client.localPort });
});
