/** Who is let in to the settings window, and who is not. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type Asking, ask, enter } from '../testing/fixtures/renderer.ts';
import { inside, serve, TOKEN } from '../testing/fixtures/settings-window.ts';

const REFUSED = 'use the address that <code>waypost serve</code> printed';

describe('the way in', () => {
  it('is the address with the token; it leads to one without', async () => {
    const address = (await serve()).address('127.0.0.1');
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=a-token$/);
    const { status, headers, body } = await ask(address);
    expect([status, headers.location, body]).toEqual([303, '/', '']);
    expect(headers['set-cookie']).toEqual([expect.stringContaining('; HttpOnly; SameSite=Strict; Path=/')]);
    expect(headers['cache-control']).toBe('no-store');
    const page = await ask(new URL('/', address), { headers: { cookie: await enter(address) } });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.body).toContain('<script type="module"');
    // Who keeps using it stays in.
    expect(page.headers['set-cookie']).toEqual(headers['set-cookie']);
  });

  it('stays open over a restart', async () => {
    const first = await serve();
    const cookie = await enter(first.address('127.0.0.1'));
    await first.stop();
    const second = await serve({ port: first.port });
    const url = new URL('/', second.address('127.0.0.1'));
    expect((await ask(url, { headers: { cookie } })).status).toBe(200);
  });

  it('is not that of another server on this machine', async () => {
    const [one, other] = [await serve(), await serve()];
    const cookies = await Promise.all([one, other].map((each) => enter(each.address('127.0.0.1'))));
    const both = { cookie: cookies.join('; ') };
    for (const each of [one, other]) {
      const url = new URL('/', each.address('127.0.0.1'));
      expect((await ask(url, { headers: both })).status).toBe(200);
    }
    const url = new URL('/', one.address('127.0.0.1'));
    expect((await ask(url, { headers: { cookie: cookies[1] ?? '' } })).status).toBe(403);
  });

  it.each<[who: string, asking: Asking]>([
    ['nobody in particular', {}],
    ['a wrong token', { path: '/?token=wrong' }],
    ['a wrong cookie', { headers: { cookie: 'waypost-8025=wrong' } }],
    ['an asset without cookie', { path: '/assets/main-AbCd1234.js' }],
    ['the socket as a page', { path: '/rpc' }],
    ['a wrong Host', { path: `/?token=${TOKEN}`, headers: { host: 'evil.test' } }],
    ['another origin', { path: `/?token=${TOKEN}`, headers: { origin: 'http://evil.test' } }],
    ['an absolute target', { path: `http://127.0.0.1/?token=${TOKEN}` }],
    ['a POST', { method: 'POST' }],
    ['OPTIONS *', { method: 'OPTIONS', path: '*' }],
  ])('is closed to %s', async (_, asking) => {
    const address = new URL('/', (await serve()).address('127.0.0.1'));
    const { status, headers, body } = await ask(address, asking);
    expect([status, headers['set-cookie'], headers['access-control-allow-origin']]).toEqual([
      403,
      undefined,
      undefined,
    ]);
    expect(body).toContain(REFUSED);
    expect(body).not.toMatch(/script|meta property/);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('is closed to the right cookie under a wrong Host or from another origin', async () => {
    const get = await inside();
    expect((await get('/')).status).toBe(200);
    expect((await get('/', { headers: { host: 'evil.test' } })).status).toBe(403);
    expect((await get('/', { headers: { origin: 'http://evil.test' } })).status).toBe(403);
    expect((await get('/', { headers: { origin: 'null' } })).status).toBe(403);
  });

  it.each(['GET / HTTP/1.0\r\n\r\n', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'])(
    'is closed to a request without Host: %j',
    async (request) => {
      const socket = connect((await serve()).port, '127.0.0.1');
      socket.write(request);
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
    },
  );

  it('takes a second try from here when a link of another site was the first', async () => {
    const address = new URL('/', (await serve()).address('127.0.0.1'));
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    const first = await ask(address, { headers: link });
    expect([first.status, first.headers.refresh]).toEqual([403, '0; url=/']);
    const second = await ask(address, { headers: { ...link, 'sec-fetch-site': 'same-origin' } });
    expect([second.status, second.headers.refresh]).toEqual([403, undefined]);
  });
});
