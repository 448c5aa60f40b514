/** Stopping: what is under way may finish, everybody else is told, and nothing is left behind. */
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestReceiver, type TestReceiver } from '../testing/fixtures/receiver.ts';
import { connectSmtp, type SmtpClient } from '../testing/smtp-client.ts';
import { eventually } from '../testing/temp.ts';

let server: TestReceiver;
const clients: { destroy(): void }[] = [];

beforeEach(async () => {
  server = await startTestReceiver({ settings: { incoming: { secondary: { security: 'tls' } } } });
  await server.addAccount('ann@here.test');
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await server.stop();
});

async function open(lines: string[] = []): Promise<SmtpClient> {
  const client = await connectSmtp({ port: server.port });
  clients.push(client);
  for (const line of lines) await client.command(line);
  return client;
}

const ENVELOPE = ['EHLO c', 'MAIL FROM:<joe@far.test>', 'RCPT TO:<ann@here.test>'];
const GOODBYE = { code: 421, text: '4.3.2 The server is shutting down, please try again later' };

describe('who has no transaction', () => {
  it.each([
    ['is told at once', ['EHLO c']],
    ['is told at once before EHLO', []],
    ['is told at once after RSET', [...ENVELOPE, 'RSET']],
  ])('%s', async (_, lines) => {
    const client = await open(lines);
    const before = performance.now();
    await server.receiver.stop(5000);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(await client.readReply()).toEqual({ ...GOODBYE, lines: [GOODBYE.text] });
    await client.closed;
    expect(server.receiver.incoming).toEqual({ connections: 0, hosts: 0 });
  });
});

describe('a transaction', () => {
  it('that is only begun may go on to its end', async () => {
    const client = await open(ENVELOPE);
    const stopped = server.receiver.stop(5000);
    expect((await client.command('RCPT TO:<nobody@here.test>')).code).toBe(550);
    expect((await client.data('Subject: late\r\n\r\n')).code).toBe(250);
    expect(await client.readReply()).toMatchObject(GOODBYE);
    await stopped;
    expect(await server.contents('ann@here.test')).toHaveLength(1);
  });

  it('in the middle of a message is committed, and no other begins', async () => {
    const client = await open([...ENVELOPE, 'DATA']);
    client.write(Buffer.alloc(400_000, 'x'));
    await eventually(async () => (await server.files()).length === 1);
    const stopped = server.receiver.stop(5000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    client.write('\r\n.\r\nMAIL FROM:<joe@far.test>\r\n');
    expect((await client.readReply()).code).toBe(250);
    expect(await client.readReply()).toMatchObject(GOODBYE);
    await stopped;
    expect(await server.contents('ann@here.test')).toHaveLength(1);
    expect(await server.files()).toHaveLength(1);
  });

  it('that is not done in time is cut, and leaves nothing', async () => {
    const client = await open([...ENVELOPE, 'DATA']);
    client.write(Buffer.alloc(400_000, 'x'));
    await eventually(async () => (await server.files()).length === 1);
    await server.receiver.stop(100);
    await client.closed;
    expect(await server.files()).toEqual([]);
    expect(await server.contents('ann@here.test')).toEqual([]);
    expect(server.receiver.incoming).toEqual({ connections: 0, hosts: 0 });
  });

  it('whose client left before the reply is still committed', async () => {
    const { ledger } = server.store;
    const accept = ledger.accept.bind(ledger);
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    ledger.accept = async (message) => {
      await gate;
      await accept(message);
    };
    const client = await open([...ENVELOPE, 'DATA']);
    client.write('Subject: x\r\n\r\n.\r\n');
    await eventually(() => server.receiver.sessions[0]?.phase === 'committing');
    client.reset();
    await eventually(() => server.receiver.incoming.connections === 0);
    const stopped = server.receiver.stop(5000);
    setTimeout(goOn, 50);
    await stopped;
    expect(await server.contents('ann@here.test')).toHaveLength(1);
  });
});

it.each([0, 200])('ends handshakes that have only begun (%i ms to finish)', async (graceMs) => {
  const silent = connect(server.secondPort, '127.0.0.1');
  clients.push(silent.on('error', () => {}).resume());
  const halfway = await open(['EHLO c', 'STARTTLS']);
  await eventually(() => server.receiver.incoming.connections === 2);
  await server.receiver.stop(graceMs);
  await halfway.closed;
  await eventually(() => silent.closed);
  await eventually(() => server.receiver.incoming.connections === 0);
});

it('refuses whoever comes while it stops', async () => {
  const client = await open(ENVELOPE);
  const late = connect(server.port, '127.0.0.1');
  clients.push(late.on('error', () => {}).resume());
  const stopped = server.receiver.stop(300);
  await expect(open()).rejects.toThrow('ECONNREFUSED');
  await stopped;
  await client.closed;
  await eventually(() => late.closed);
});
