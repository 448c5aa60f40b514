/** The limits on connections, over real sockets. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { allFree, counters, open, openRaw, server, start, TLS_SECOND } from '../testing/fixtures/places.ts';
import { canListenOn } from '../testing/ports.ts';

const manyHosts = await canListenOn('127.0.0.2');

describe('connections', () => {
  it('from one host are limited over both ports together, in words', async () => {
    await start({ settings: TLS_SECOND });
    for (let count = 0; count < 3; count++) expect((await open()).greeting.code).toBe(220);
    for (let count = 0; count < 2; count++)
      expect((await open({ port: server.secondPort, tls: true })).greeting.code).toBe(220);
    const refusal = 'Too many connections from 127.0.0.1 (5 of 5)';
    for (const one of [await open(), await open({ port: server.secondPort, tls: true })]) {
      expect(one.greeting).toMatchObject({ code: 421, text: `4.7.0 mail.waypost.test ${refusal}` });
      await one.closed;
    }
    expect(counters()).toEqual({ connections: 5, hosts: 1, sessions: 5 });
    const refused = server.log.filter(({ text }) => text.includes(refusal));
    expect(refused.map(({ host, level }) => [host, level])).toEqual([
      ['127.0.0.1', 'warning'],
      ['127.0.0.1', 'warning'],
    ]);
  });

  it.runIf(manyHosts)('are limited in total', async () => {
    await start({ settings: TLS_SECOND });
    for (let count = 0; count < 20; count++) {
      const second = count % 2 === 0 ? {} : { port: server.secondPort, tls: true };
      const { greeting } = await open({ localAddress: `127.0.0.${2 + (count >> 2)}`, ...second });
      expect(greeting.code).toBe(220);
    }
    for (const options of [{}, { port: server.secondPort, tls: true }]) {
      const { greeting } = await open({ localAddress: '127.0.0.99', ...options });
      expect(greeting).toMatchObject({
        code: 421,
        text: '4.3.2 mail.waypost.test Too many connections (20 of 20)',
      });
    }
    expect(counters()).toEqual({ connections: 20, hosts: 5, sessions: 20 });
  });

  it('feel a changed limit at once, and those that are open live on', async () => {
    await start();
    const [first, second] = [await open(), await open()];
    server.change({ incoming: { maxPerHost: 1 } });
    expect((await open()).greeting.text).toContain('(2 of 1)');
    expect((await first.command('NOOP')).code).toBe(250);
    expect((await second.command('NOOP')).code).toBe(250);
    server.change({ incoming: { maxPerHost: 3 } });
    expect((await open()).greeting.code).toBe(220);
    expect((await open()).greeting.text).toContain('(3 of 3)');
  });

  it('that are refused and then say nothing are not kept, nor do they end the process', async () => {
    const settings = { incoming: { ...TLS_SECOND.incoming, maxPerHost: 1 } };
    await start({ settings, timing: { refusedLinger: 100 } });
    await open();
    const silent = openRaw(server.secondPort).resume();
    await new Promise((resolve) => silent.once('close', resolve));
    expect(counters().connections).toBe(1);
  });
});

it('10,000 connections that come and go in every way leave nothing behind', async () => {
  await start({
    settings: { ...TLS_SECOND, incoming: { ...TLS_SECOND.incoming, maxTotal: 40, maxPerHost: 10 } },
  });
  const opening = 'EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<ann@here.test>\r\nDATA\r\n';
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >> 8) % below;
  };
  const said = [
    '',
    'EHL',
    'QUIT\r\n',
    opening,
    `${opening}${'x'.repeat(300_000)}`,
    'STARTTLS\r\n',
    'STARTTLS\r\n\x16\x03',
  ];
  const endings: ((socket: Socket) => void)[] = [
    (socket) => socket.destroy(),
    (socket) => socket.end(),
    (socket) => socket.resetAndDestroy(),
  ];
  async function comeAndGo(): Promise<void> {
    const port = random(4) === 0 ? server.secondPort : server.port;
    const localAddress = manyHosts ? `127.0.0.${2 + random(8)}` : '127.0.0.1';
    const raw = connect({ port, host: '127.0.0.1', localAddress });
    const closed = new Promise((resolve) => raw.once('close', resolve));
    raw.on('error', () => {});
    const inTls = port === server.secondPort && random(2) === 0;
    const socket = inTls ? connectTls({ socket: raw, rejectUnauthorized: false }) : raw;
    socket.on('error', () => {}).resume();
    const wait = random(3);
    const end = () => endings[random(endings.length)]?.(raw);
    const talk = () => {
      if (socket.writable) socket.write(said[random(said.length)] ?? '');
      if (wait === 0) end();
      else setTimeout(end, random(wait * 10));
    };
    if (wait === 0) talk();
    else socket.once('data', talk);
    setTimeout(() => raw.destroy(), 500).unref();
    await closed;
  }
  let started = 0;
  await Promise.all(
    Array.from({ length: 60 }, async () => {
      while (started++ < 10_000) await comeAndGo();
    }),
  );
  await allFree();
  expect(await server.contents('ann@here.test')).toEqual([]);
  expect((await open()).greeting.code).toBe(220);
}, 110_000);
