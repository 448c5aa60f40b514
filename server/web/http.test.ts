import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testCertificate } from '../testing/certificate.ts';
import { fakeRouter, fakeState } from '../testing/fixtures/fake-api.ts';
import {
  type Asking,
  ask,
  enter,
  openSocket,
  openWindow,
  writeRenderer,
} from '../testing/fixtures/renderer.ts';
import { type TemporaryFolder, temporaryFolder } from '../testing/temp.ts';
import { type SettingsWindow, serveWindow, type WindowOptions } from './http.ts';
import { loadRendererFiles } from './renderer-files.ts';

const TOKEN = 'a-token';

let folder: TemporaryFolder;
let options: WindowOptions;
const windows: SettingsWindow[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
  const files = await loadRendererFiles(await writeRenderer(folder.path));
  if (!files) throw new Error('not written');
  const router = fakeRouter(fakeState());
  options = { host: '127.0.0.1', port: 0, files, token: TOKEN, router, context: {}, log: () => {} };
});

afterEach(async () => {
  for (const window of windows.splice(0)) await window.stop();
  await folder.remove();
});

async function serve(more: Partial<WindowOptions> = {}): Promise<SettingsWindow> {
  const window = await serveWindow({ ...options, ...more });
  windows.push(window);
  return window;
}

/** Serves and enters; asks with the cookie then. */
async function inside(): Promise<(path: string, asking?: Asking) => ReturnType<typeof ask>> {
  const address = (await serve()).address('127.0.0.1');
  const cookie = await enter(address);
  return (path, { headers, ...asking } = {}) =>
    ask(address, { path, ...asking, headers: { cookie, ...headers } });
}

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

describe('what is served', () => {
  it.each([
    ['/', 200, 'text/html; charset=utf-8', 'no-store'],
    ['/?a=b', 200, 'text/html; charset=utf-8', 'no-store'],
    [
      '/assets/main-AbCd1234.js',
      200,
      'text/javascript; charset=utf-8',
      'private, max-age=31536000, immutable',
    ],
    [
      '/assets/main-AbCd1234.js?x',
      200,
      'text/javascript; charset=utf-8',
      'private, max-age=31536000, immutable',
    ],
    ['/assets/main-EfGh5678.css', 200, 'text/css; charset=utf-8', 'private, max-age=31536000, immutable'],
    ['/favicon.svg', 200, 'image/svg+xml', 'no-store'],
    ['/assets/main-AbCd1234.js.map', 404, 'text/plain; charset=utf-8', 'no-store'],
    ['/nothing', 404, 'text/plain; charset=utf-8', 'no-store'],
    ['/index.html', 404, 'text/plain; charset=utf-8', 'no-store'],
    ['/assets', 404, 'text/plain; charset=utf-8', 'no-store'],
    ['/assets/', 404, 'text/plain; charset=utf-8', 'no-store'],
    ['/rpc', 404, 'text/plain; charset=utf-8', 'no-store'],
  ])('%s: %d', async (path, status, type, cache) => {
    const answer = await (await inside())(path);
    expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      status,
      type,
      cache,
    ]);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    '/../secret',
    '/assets/../../secret',
    '/assets/..%2f..%2fsecret',
    '/%2e%2e/secret',
    '/..\\secret',
    '/assets/%2e%2e%5c%2e%2e%5csecret',
    '//secret',
    '/./secret',
    '/secret%00.js',
    '/__proto__',
    '/constructor',
  ])('nothing outside of the build: %s', async (path) => {
    const get = await inside();
    await writeFile(join(folder.path, 'secret'), 'secret content');
    const { status, body } = await get(path);
    expect([status, body]).toEqual([404, 'There is no such page.\n']);
  });

  it('goes on from memory when the build is replaced', async () => {
    const get = await inside();
    await rm(join(folder.path, 'renderer'), { recursive: true });
    expect((await get('/assets/main-AbCd1234.js')).body).toBe('console.log(1);');
  });

  it('HEAD gets the headers alone, and all other methods nothing', async () => {
    const get = await inside();
    const [head, whole] = [await get('/', { method: 'HEAD' }), await get('/')];
    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(String(whole.body.length));
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
      const { status, headers } = await get('/', { method });
      expect([method, status, headers.allow]).toEqual([method, 405, 'GET, HEAD']);
    }
  });
});

describe('the policy', () => {
  const nonceOf = (policy: string | string[] | undefined) => /'nonce-([^']+)'/.exec(String(policy))?.[1];

  it('lets in what the page needs and nothing else', async () => {
    const get = await inside();
    const { headers, body } = await get('/');
    const nonce = nonceOf(headers['content-security-policy']);
    const host = `127.0.0.1:${windows[0]?.port}`;
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; ` +
        `font-src 'self'; connect-src 'self' ws://${host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(body).toContain(`nonce="${nonce}"`);
    expect(body).not.toContain('%NONCE%');
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
    });
  });

  it('has another nonce each time, the refusal included', async () => {
    const get = await inside();
    const answers = [
      await get('/'),
      await get('/'),
      await get('/nothing'),
      await get('/', { headers: { cookie: '' } }),
    ];
    const nonces = answers.map(({ headers }) => nonceOf(headers['content-security-policy']));
    expect(new Set(nonces).size).toBe(4);
    for (const nonce of nonces) expect(Buffer.from(nonce ?? '', 'base64')).toHaveLength(16);
  });

  it('never repeats a Host that is not ours', async () => {
    const address = (await serve()).address('127.0.0.1');
    const { headers } = await ask(address, { headers: { host: 'evil.test' } });
    expect(JSON.stringify(headers)).not.toContain('evil');
  });
});

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

describe('where other machines can reach it', () => {
  it('refuses to be without a certificate', async () => {
    await expect(serve({ host: '0.0.0.0' })).rejects.toThrow('Without a certificate');
  });

  it('speaks HTTPS, under the names of its certificate', async () => {
    const tls = await testCertificate({ names: ['desk.example.com'], addresses: [] });
    const window = await serve({ host: '0.0.0.0', tls });
    const address = window.address('127.0.0.1');
    expect(address).toMatch(/^https:/);
    const { headers } = await ask(address, { headers: { host: `desk.example.com:${window.port}` } });
    expect(headers['set-cookie']?.[0]).toMatch(/; Secure$/);
    expect((await ask(address, { headers: { host: `evil.test:${window.port}` } })).status).toBe(403);
    const { client, socket, cookie } = await openWindow(address);
    expect(await client.machine.get()).toMatchObject({ platform: 'linux' });
    socket.close();
    const page = await ask(new URL('/', address), { headers: { cookie } });
    expect(page.headers['content-security-policy']).toContain(
      `connect-src 'self' wss://127.0.0.1:${window.port};`,
    );
  });
});

it('leaves nothing open when it stops', async () => {
  const window = await serve();
  const { socket } = await openWindow(window.address('127.0.0.1'));
  const idle = connect(window.port, '127.0.0.1');
  await once(idle, 'connect');
  const closed = [once(socket, 'close'), once(idle, 'close')];
  idle.on('error', () => {});
  await window.stop();
  expect((await closed[0])?.[0]).toBe(1001);
  await closed[1];
  await expect(ask(window.address('127.0.0.1'))).rejects.toThrow('ECONNREFUSED');
});

it('says what the system said when it can not listen', async () => {
  const { port } = await serve();
  await expect(serve({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('has no files without a build', async () => {
  expect(await loadRendererFiles(join(folder.path, 'nothing'))).toBeUndefined();
  expect(await loadRendererFiles(join(folder.path, 'renderer', 'index.html'))).toBeUndefined();
});
