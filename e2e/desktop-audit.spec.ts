/** What the window's page really can do, tried from within it: nothing but its work. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright/test';
import { expect, test } from './desktop-fixtures.ts';

/** Runs a script in the page and tells what came of it. */
function tried(page: Page, script: string): Promise<string> {
  return page.evaluate(`(async () => {
    try {
      return String(await (async () => { ${script} })());
    } catch (error) {
      return 'refused: ' + error.name;
    }
  })()`) as Promise<string>;
}

test('the page knows nothing of Node, Electron or the preload', async ({ desktopWindow: app }) => {
  for (const name of ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer', 'PORT_CHANNEL']) {
    expect(await tried(app.page, `return typeof globalThis['${name}']`), name).toBe('undefined');
  }
});

test('no script but the build’s runs, and nothing is loaded from elsewhere', async ({
  desktopWindow: app,
  atEnd,
}) => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end('x');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { page } = app;
  // In a turn of its own: what a test runs in the page is not held to the page's policy.
  expect(
    await tried(
      page,
      `return new Promise((resolve) => setTimeout(() => {
        try { resolve(eval('1 + 1')) } catch (error) { resolve('refused: ' + error.name) }
      }))`,
    ),
  ).toBe('refused: EvalError');
  await tried(
    page,
    `const script = document.createElement('script'); script.textContent = 'window.ran = true';
     document.head.append(script)`,
  );
  expect(await tried(page, 'return window.ran')).toBe('undefined');
  expect(await tried(page, `return (await fetch('${url}')).status`)).toBe('refused: TypeError');
  expect(
    await tried(
      page,
      `const image = new Image(); image.src = '${url}';
       return new Promise((resolve) => { image.onload = () => resolve('loaded'); image.onerror = () => resolve('not loaded') })`,
    ),
  ).toBe('not loaded');
  expect(await tried(page, `new WebSocket('${url.replace('http', 'ws')}'); return 'open'`)).toMatch(
    /refused|open/,
  );
  expect(
    await tried(
      page,
      `const frame = document.createElement('iframe'); frame.src = '${url}'; document.body.append(frame);
       await new Promise((resolve) => setTimeout(resolve, 300)); frame.remove()`,
    ),
  ).toBe('undefined');
  expect(asked).toBe(0);
});

test('it can go nowhere else, open no window, and get no permission', async ({
  waypost,
  desktopWindow: app,
}) => {
  const { desktop } = waypost;
  const { page } = app;
  await app.type('Total', '33');
  await tried(page, `location.href = 'https://example.com/'; await new Promise((r) => setTimeout(r, 300))`);
  await tried(page, `location.href = 'file:///etc/passwd'; await new Promise((r) => setTimeout(r, 300))`);
  expect(await tried(page, `return window.open('https://example.com/')`)).toBe('null');
  expect(await tried(page, 'return Notification.requestPermission()')).toBe('denied');
  expect(
    await tried(
      page,
      `return new Promise((resolve) => navigator.geolocation.getCurrentPosition(
        () => resolve('found'), (error) => resolve('denied ' + error.code)))`,
    ),
  ).toBe('denied 1');
  expect(await desktop.windows()).toBe(1);
  expect(await desktop.address()).toBe('app://waypost/');
  await expect(app.field('Total')).toHaveValue('33');
  expect((await desktop.asked()).openedUrls).toEqual([]);
});

test('a frame within the page is given no port', async ({ waypost, desktopWindow: app }) => {
  const given = await tried(
    app.page,
    `const frame = document.createElement('iframe'); frame.srcdoc = '<p>x</p>'; document.body.append(frame);
     await new Promise((resolve) => frame.addEventListener('load', resolve));
     let ports = 0;
     frame.contentWindow.addEventListener('message', (event) => { ports += event.ports.length; });
     frame.contentWindow.postMessage('waypost:port-wanted', '*');
     await new Promise((resolve) => setTimeout(resolve, 300));
     return ports`,
  );
  expect(given).toBe('0');
  expect(waypost.desktop.output).not.toContain('Error');
});
