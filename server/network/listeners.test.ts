/** Opening, changing and closing listeners while sessions are open. */
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  startTestReceiver,
  type TestReceiver,
  type TestReceiverOptions,
} from '../testing/fixtures/receiver.ts';
import { canListenOn, unusedPort } from '../testing/ports.ts';
import { connectSmtp, type SmtpClient, type SmtpClientOptions } from '../testing/smtp-client.ts';
import { eventually } from '../testing/temp.ts';
import { ListenerRefused } from './listeners.ts';

let server: TestReceiver;
const clients: SmtpClient[] = [];
const holders: Server[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await server?.stop();
  for (const holder of holders.splice(0)) holder.close();
});

async function start(options: TestReceiverOptions = {}): Promise<void> {
  server = await startTestReceiver(options);
  await server.addAccount('ann@here.test');
}

async function open(port = server.port, options: Partial<SmtpClientOptions> = {}): Promise<SmtpClient> {
  const client = await connectSmtp({ port, ...options });
  clients.push(client);
  return client;
}

/** Something else that has a port. */
async function hold(port: number, host = '127.0.0.1'): Promise<Server> {
  const holder = createServer().listen(port, host);
  await new Promise((listening) => holder.once('listening', listening));
  holders.push(holder);
  return holder;
}

const refused = (port: number, host = '127.0.0.1') =>
  expect(connectSmtp({ port, host }), `${host}:${port}`).rejects.toThrow('ECONNREFUSED');
const states = () => server.receiver.views.map(({ name, port, state }) => `${name} ${port} ${state}`);
const both = (one: string, two: string) => [
  `primary ${server.port} ${one}`,
  `secondary ${server.secondPort} ${two}`,
];
/** What `apply` is refused with. */
async function refusal(patch: Parameters<TestReceiver['apply']>[0]): Promise<ListenerRefused> {
  const error = await server.apply(patch).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ListenerRefused)) throw new Error(`Not refused: ${String(error)}`);
  return error;
}

const SECOND_HOST = await canListenOn('127.0.0.2');

describe('a changed port', () => {
  it('opens, and the old one takes nobody while its session runs on under its old rules', async () => {
    await start();
    const old = await open();
    for (const line of ['EHLO c', 'MAIL FROM:<joe@far.test>']) await old.command(line);
    const port = await unusedPort('127.0.0.1');
    await server.apply({
      incoming: { primary: { port } },
      relay: { trustedNetworks: ['10.0.0.0/8'] },
      hostname: 'new.waypost.test',
    });
    await refused(server.port);
    const fresh = await open(port);
    expect(fresh.greeting.text).toContain('new.waypost.test');
    for (const line of ['EHLO c', 'MAIL FROM:<joe@far.test>']) await fresh.command(line);
    expect((await fresh.command('RCPT TO:<x@far.test>')).code).toBe(550);
    expect((await old.command('RCPT TO:<x@far.test>')).code).toBe(250);
    expect((await old.command('RCPT TO:<ann@here.test>')).code).toBe(250);
    expect((await old.data('Subject: x\r\n\r\n')).code).toBe(250);
    expect((await old.command('MAIL FROM:<joe@far.test>')).code).toBe(250);
    expect((await server.raw('ann@here.test'))[0]?.toString()).toContain('by mail.waypost.test');
    await old.command('QUIT');
  });

  it('that is busy changes nothing at all', async () => {
    await start();
    const busy = await unusedPort('127.0.0.1');
    await hold(busy);
    const session = await open();
    const error = await refusal({
      incoming: { primary: { port: await unusedPort() }, secondary: { port: busy } },
    });
    expect(error.listener).toBe('secondary');
    expect(error.error.code).toBe('PORT_IN_USE');
    expect(error.message).toContain(`Port ${busy} on 127.0.0.1 is in use by`);
    expect(states()).toEqual(both('listening', 'listening'));
    expect((await session.command('NOOP')).code).toBe(250);
    expect((await open()).greeting.code).toBe(220);
    expect((await open(server.secondPort)).greeting.code).toBe(220);
  });

  it('on an address this machine lacks is refused by name', async () => {
    await start();
    const error = await refusal({ incoming: { primary: { address: '192.0.2.123' } } });
    expect(error).toMatchObject({ listener: 'primary', error: { code: 'ADDRESS_NOT_AVAILABLE' } });
    expect(error.message).toContain('192.0.2.123');
    expect(states()).toEqual(both('listening', 'listening'));
  });

  it('is taken back when the change is given up', async () => {
    await start();
    const port = await unusedPort('127.0.0.1');
    const { incoming } = server.settings;
    const after = { ...server.settings, incoming: { ...incoming, primary: { ...incoming.primary, port } } };
    const prepared = await server.receiver.prepare(server.settings, after);
    expect((await open(port)).greeting.code).toBe(220);
    await prepared.abort();
    await refused(port);
    expect((await open()).greeting.code).toBe(220);
  });

  it('is closed again when the server stops between prepare and commit', async () => {
    await start();
    const port = await unusedPort('127.0.0.1');
    const { incoming } = server.settings;
    const after = { ...server.settings, incoming: { ...incoming, primary: { ...incoming.primary, port } } };
    const prepared = await server.receiver.prepare(server.settings, after);
    await server.receiver.stop(0);
    prepared.commit();
    await eventually(() => refused(port).then(() => true));
    expect(server.receiver.views).toEqual([]);
  });
});

describe('a port that stays', () => {
  it('is not touched: its sessions live and newcomers never wait', async () => {
    await start();
    const session = await open(server.secondPort);
    const port = await unusedPort('127.0.0.1');
    const applied = server.apply({ incoming: { primary: { port } } });
    expect((await open(server.secondPort)).greeting.code).toBe(220);
    await applied;
    expect((await session.command('NOOP')).code).toBe(250);
    expect((await open(server.secondPort)).greeting.code).toBe(220);
  });

  it('changes its security without closing; open sessions keep theirs', async () => {
    await start();
    const session = await open();
    await server.apply({ incoming: { primary: { security: 'tls' } } });
    expect((await session.command('EHLO c')).lines).toContain('STARTTLS');
    expect((await open(server.port, { tls: true })).greeting.code).toBe(220);
    await server.apply({ incoming: { primary: { security: 'none' } } });
    expect((await (await open()).command('EHLO c')).lines).not.toContain('STARTTLS');
    expect((await session.startTls()).code).toBe(220);
  });

  it('may change its name: primary and secondary swapped', async () => {
    await start();
    const sessions = [await open(), await open(server.secondPort)];
    const { primary, secondary } = server.settings.incoming;
    await server.apply({ incoming: { primary: secondary, secondary: primary } });
    expect(states()).toEqual([
      `primary ${server.secondPort} listening`,
      `secondary ${server.port} listening`,
    ]);
    for (const session of sessions) expect((await session.command('NOOP')).code).toBe(250);
    for (const port of [server.port, server.secondPort]) expect((await open(port)).greeting.code).toBe(220);
  });
});

describe.runIf(SECOND_HOST)('addresses of one port', () => {
  const ALL = { primary: { address: '' }, secondary: { address: '127.0.0.1' } };

  it('become one of them, and all again', async () => {
    await start({ settings: { incoming: ALL } });
    const session = await open(server.port, { host: '127.0.0.2' });
    await server.apply({ incoming: { primary: { address: '127.0.0.1' } } });
    await refused(server.port, '127.0.0.2');
    expect((await open()).greeting.code).toBe(220);
    expect((await session.command('NOOP')).code).toBe(250);
    await server.apply({ incoming: ALL });
    expect((await open(server.port, { host: '127.0.0.2' })).greeting.code).toBe(220);
  });

  it('are all there again when the one could not be had', async () => {
    await start({ settings: { incoming: ALL } });
    const busy = await unusedPort('127.0.0.1');
    await hold(busy);
    const error = await refusal({
      incoming: { primary: { address: '127.0.0.1' }, secondary: { port: busy } },
    });
    expect(error.listener).toBe('secondary');
    expect(states()).toEqual(both('listening', 'listening'));
    for (const host of ['127.0.0.1', '127.0.0.2'])
      expect((await open(server.port, { host })).greeting.code).toBe(220);
  });

  it('go from the one to all only when all are free', async () => {
    await start();
    const port = await unusedPort('127.0.0.1', '127.0.0.2');
    await server.apply({ incoming: { primary: { port } } });
    await hold(port, '127.0.0.2');
    const error = await refusal({ incoming: { primary: { address: '' } } });
    expect(error).toMatchObject({ listener: 'primary', error: { code: 'PORT_IN_USE' } });
    expect((await open(port)).greeting.code).toBe(220);
  });

  it('that do not overlap change without the old one closing first', async () => {
    await start();
    const prepared = await server.receiver.prepare(server.settings, {
      ...server.settings,
      incoming: {
        ...server.settings.incoming,
        primary: { ...server.settings.incoming.primary, address: '127.0.0.2' },
      },
    });
    expect((await open(server.port, { host: '127.0.0.1' })).greeting.code).toBe(220);
    expect((await open(server.port, { host: '127.0.0.2' })).greeting.code).toBe(220);
    prepared.commit();
    await refused(server.port, '127.0.0.1');
  });
});
