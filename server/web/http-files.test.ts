/** What is served to who is inside: the files of the build and nothing else. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, inside } from '../testing/fixtures/settings-window.ts';
import { loadRendererFiles } from './renderer-files.ts';

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

it('has no files without a build', async () => {
  expect(await loadRendererFiles(join(folder.path, 'nothing'))).toBeUndefined();
  expect(await loadRendererFiles(join(folder.path, 'renderer', 'index.html'))).toBeUndefined();
});
