/** The socket opens for our own page, and for nobody else. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { enter, openSocket, openWindow } from '../testing/fixtures/renderer.ts';
import { serve, TOKEN, windows } from '../testing/fixtures/settings-window.ts';

describe('the socket', () => {
  const upgrade = async (headers: Record<string, string>, path?: string) => {
    const address = (windows[0] ?? (await serve())).address('127.0.0.1');
    const socket = await openSocket(address, headers, path);
    socket.close();
    await once(socket, 'close');
  };
  const own = async () => {
    const address = (await serve()).address('127.0.0.1');
    return { cookie: await enter(address), origin: new URL(address).origin };
  };

  it('opens for our own page', async () => {
    const address = (await serve()).address('127.0.0.1');
    const { client, socket } = await openWindow(address);
    expect(await client.status.get()).toMatchObject({ hostname: 'mail.example.com' });
    socket.close();
  });

  it.each<[who: string, change: Record<string, string | undefined>, path?: string]>([
    ['another origin', { origin: 'http://evil.test' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['no origin', { origin: undefined }],
    ['the origin null', { origin: 'null' }],
    ['a wrong Host', { host: 'evil.test' }],
    ['a wrong Host with the origin to it', { host: 'evil.test', origin: 'http://evil.test' }],
    ['no cookie', { cookie: undefined }],
    ['a wrong cookie', { cookie: 'waypost-8025=wrong' }],
    ['the token instead of the cookie', { cookie: undefined }, `/rpc?token=${TOKEN}`],
    ['the token as an address', { cookie: undefined }, `/?token=${TOKEN}`],
  ])('is closed to %s', async (_, change, path) => {
    const changed = Object.entries({ ...(await own()), ...change });
    const headers = Object.fromEntries(
      changed.filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    await expect(upgrade(headers, path)).rejects.toThrow('Unexpected server response: 403');
  });

  it.each(['/', '/rpc/', '/rpc/x', '/RPC', '/assets/main-AbCd1234.js'])('is not at %s', async (path) => {
    await expect(upgrade(await own(), path)).rejects.toThrow('Unexpected server response: 404');
  });

  it('is no way for other protocols', async () => {
    const { cookie, origin } = await own();
    const socket = connect(windows[0]?.port ?? 0, '127.0.0.1');
    const host = new URL(origin).host;
    socket.write(
      `GET /rpc HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nCookie: ${cookie}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });
});
