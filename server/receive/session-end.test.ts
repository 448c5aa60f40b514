/** A place among the connections is free again however a session ends. */
import { describe, expect, it } from 'vitest';
import { allFree, counters, open, openRaw, server, start, TLS_SECOND } from '../testing/fixtures/places.ts';
import type { SmtpClient } from '../testing/smtp-client.ts';
import { eventually } from '../testing/temp.ts';

describe('a place is free again', () => {
  const envelope = ['EHLO c', 'MAIL FROM:<joe@far.test>', 'RCPT TO:<ann@here.test>'];
  const endings: [string, (client: SmtpClient) => unknown][] = [
    ['after QUIT, before the socket is closed', (client) => client.command('QUIT')],
    ['after a reset', (client) => client.reset()],
    [
      'after a reset within a transaction',
      async (client) => {
        await client.pipeline(envelope);
        client.reset();
      },
    ],
    [
      'after a reset within a message',
      async (client) => {
        await client.pipeline([...envelope, 'DATA']);
        client.write(Buffer.alloc(400_000, 'x'));
        await eventually(async () => (await server.files()).length === 1);
        client.reset();
      },
    ],
    [
      'after TLS by STARTTLS and a reset',
      async (client) => {
        await client.startTls();
        client.reset();
      },
    ],
    [
      'after TLS by STARTTLS and QUIT',
      async (client) => {
        await client.startTls();
        await client.command('QUIT');
      },
    ],
    [
      'after TLS by STARTTLS and no QUIT',
      async (client) => {
        await client.startTls();
        client.destroy();
      },
    ],
    [
      'when STARTTLS is said and no handshake follows',
      async (client) => {
        await client.command('STARTTLS');
        client.reset();
      },
    ],
    [
      'when STARTTLS is followed by something else',
      async (client) => {
        await client.command('STARTTLS');
        client.write('EHLO nobody\r\n'.repeat(10));
      },
    ],
    [
      'when the client talks nonsense until it is put out',
      async (client) => {
        for (let line = 0; line < 9; line++) await client.command('NONSENSE');
        expect((await client.command('NONSENSE')).code).toBe(421);
      },
    ],
    [
      'when a line never ends',
      async (client) => {
        client.write('x'.repeat(20_000));
        expect((await client.readReply()).code).toBe(421);
      },
    ],
  ];
  it.each(endings)('%s', async (_, end) => {
    await start();
    const client = await open();
    expect(counters()).toEqual({ connections: 1, hosts: 1, sessions: 1 });
    await end(client);
    await allFree();
  });

  it.each([
    ['at once', ''],
    ['within a command', 'EHLO cli'],
    [
      'within a message',
      'EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<ann@here.test>\r\nDATA\r\nSubject: x\r\n\r\nhalf',
    ],
  ])('when the client ends its side %s', async (_, said) => {
    await start();
    const socket = openRaw(server.port);
    await new Promise((greeted) => socket.once('data', greeted));
    socket.end(said);
    await allFree();
    expect(await server.contents('ann@here.test')).toEqual([]);
  });

  it('when clients say more than they wait for within TLS, and reset', async () => {
    await start();
    for (let round = 0; round < 10; round++) {
      const clients = await Promise.all([1, 2, 3, 4].map(() => open()));
      await Promise.all(clients.map((client) => client.startTls()));
      for (const client of clients) {
        client.write('DATA\r\n');
        client.write('x'.repeat(3000));
        client.reset();
      }
      await allFree();
    }
  });

  it('when a TLS handshake is given up, or was never one', async () => {
    await start({ settings: TLS_SECOND });
    for (const said of ['', '\x16\x03\x01', 'EHLO c\r\n']) {
      const socket = openRaw(server.secondPort);
      socket.write(said);
      await eventually(() => counters().sessions === 1 || socket.destroyed);
      if (said === '') socket.resetAndDestroy();
      else socket.end();
      await allFree();
    }
  });

  it('when a TLS handshake takes too long', async () => {
    await start({ settings: TLS_SECOND, timing: { handshake: 50, look: 10 } });
    openRaw(server.secondPort);
    const client = await open();
    await client.command('STARTTLS');
    expect(counters().connections).toBe(2);
    await allFree();
  });

  it('when commands or messages trickle in, byte by byte', async () => {
    await start({ timing: { idle: 400, look: 20 } });
    const [slow, slower, quick] = [await open(), await open(), await open()];
    await slower.pipeline([...envelope, 'DATA']);
    await quick.command('EHLO c');
    await eventually(async () => {
      for (const client of [slow, slower]) if (!client.isClosed) client.write('x');
      await quick.pipeline(['MAIL FROM:<joe@far.test>', 'RSET']);
      return counters().sessions === 1;
    });
    expect(await slow.readReply()).toMatchObject({ code: 421, text: '4.4.2 Timeout, closing connection' });
    expect((await slower.readReply()).code).toBe(421);
    await quick.quit();
    await allFree();
  });

  it.each(['NOOP', 'RSET', 'EHLO c', 'RCPT TO:<ann@here.test>', 'VRFY ann'])(
    'when a client only says %s, again and again',
    async (idle) => {
      await start({ timing: { idle: 400, look: 20 } });
      const [client, busy] = [await open(), await open()];
      for (const one of [client, busy]) await one.command('EHLO c');
      await eventually(async () => {
        if (!client.isClosed) client.write(`${idle}\r\n`);
        for (const line of ['MAIL FROM:<>', 'RSET']) expect((await busy.command(line)).code).toBe(250);
        return counters().sessions === 1;
      });
      await busy.quit();
      await allFree();
    },
  );

  it('when a client sends much of a message at once, and the rest in a trickle', async () => {
    await start({ timing: { floorSpan: 300, look: 20 } });
    const client = await open();
    await client.pipeline([...envelope, 'DATA']);
    client.write('x'.repeat(1_000_000));
    await eventually(() => {
      if (!client.isClosed) client.write('x');
      return counters().sessions === 0;
    });
    expect(await client.readReply()).toMatchObject({ code: 421, text: '4.4.2 Timeout, closing connection' });
    await allFree();
    expect(await server.contents('ann@here.test')).toEqual([]);
  });

  it('when a client never reads what it is told', async () => {
    await start({ timing: { idle: 300, look: 20 } });
    const socket = openRaw(server.port);
    socket.pause();
    const flood = Buffer.from('NOOP\r\n'.repeat(10_000));
    while (socket.write(flood) || socket.writableLength < 4 * flood.length);
    await eventually(() => counters().sessions === 1);
    await allFree();
  });
});
