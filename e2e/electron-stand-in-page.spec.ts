/** What the stand-in for Electron keeps from a page, and what it lets through: worlds, messages, ports, policies. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright/test';
import { expect, seen, test, thrown } from './electron-stand-in/sample-fixtures.ts';

/** Runs a script in the page and gives what came of it as text. */
function tried(page: Page, script: string): Promise<string> {
  return page.evaluate(`(async () => { ${script} })().then(String, (error) => 'refused: ' + error.name)`);
}

/** A preload that gives the page a port and the main process the other end. */
const GIVE_PORT = `
  const { ipcRenderer } = require('electron');
  addEventListener('message', ({ source, data }) => {
    if (source !== window || data !== 'want') return;
    const { port1, port2 } = new MessageChannel();
    ipcRenderer.postMessage('port', null, [port2]);
    window.postMessage('give', '/', [port1]);
  });`;
const ASK_PORT = `
  addEventListener('message', ({ data, ports }) => {
    if (data !== 'give') return;
    globalThis.port = ports[0];
    globalThis.got = [];
    port.onmessage = ({ data }) => got.push(data);
    document.title = 'ready';
  });
  postMessage('want', '/');`;
const TAKE_PORT = `
  ipcMain.on('port', (event) => {
    const [port] = event.ports;
    globalThis.port = port;
    globalThis.sender = event;
    port.on('message', ({ data }) => { see(data); port.postMessage({ back: data }); });
    port.on('close', () => see('closed'));
    port.start();
  });`;
const PORTS = { preload: GIVE_PORT, scripts: { 'page.js': ASK_PORT }, ready: `${TAKE_PORT} open();` };

async function serve(): Promise<{ server: Server; url: string; count: () => number }> {
  let count = 0;
  const server = createServer((_request, response) => {
    count++;
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end('x');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/`, count: () => count };
}

test('the preload lives in a world of its own, in a sandbox', async ({ start }) => {
  const app = await start({
    preload: `
      globalThis.ofPreload = 1;
      window.ofPreload2 = 2;
      addEventListener('DOMContentLoaded', () => {
        document.body.dataset.preload = [typeof require, process.type, process.sandboxed].join();
      });
      const tries = {};
      for (const name of ['fs', 'node:fs', 'path', 'child_process', './other.cjs', 'electron/main']) {
        try { require(name); tries[name] = 'there'; } catch (error) { tries[name] = error.message; }
      }
      const { ipcRenderer } = require('electron');
      for (const name of ['sendSync', 'nonsense']) {
        try { ipcRenderer[name]; tries[name] = 'there'; } catch (error) { tries[name] = error.message; }
      }
      try { require('electron').app; } catch (error) { tries.app = error.message; }
      try { require('electron').contextBridge.exposeInMainWorld; } catch (error) { tries.bridge = error.message; }
      ipcRenderer.send('tries', tries, Object.keys(require('events').prototype ?? {}), typeof require('url').URL);`,
    ready: `ipcMain.on('tries', (event, tries) => see(tries)); open();`,
  });
  const page = await app.window();
  expect(await tried(page, 'return document.body.dataset.preload')).toBe('function,renderer,true');
  for (const name of ['ofPreload', 'ofPreload2', 'require', 'process', 'module', 'Buffer', 'electron']) {
    expect(await tried(page, `return typeof globalThis['${name}']`), name).toBe('undefined');
  }
  const found = await tried(
    page,
    `return Object.getOwnPropertyNames(globalThis).filter((name) => /stand/i.test(name))`,
  );
  expect(found).toBe('__electronStandInLocation');
  const none = (name: string) => `The stand-in for Electron has no ${name} in a sandboxed preload.`;
  expect(await seen(app)).toEqual([
    {
      ...{
        fs: 'module not found: fs',
        'node:fs': 'module not found: node:fs',
        path: 'module not found: path',
      },
      ...{ child_process: 'module not found: child_process', './other.cjs': 'module not found: ./other.cjs' },
      ...{ 'electron/main': 'module not found: electron/main', sendSync: none('ipcRenderer.sendSync') },
      ...{ nonsense: none('ipcRenderer.nonsense'), app: none('electron.app') },
      bridge: none('contextBridge.exposeInMainWorld'),
    },
  ]);
});

test('a preload that fails is told of', async ({ start }) => {
  const app = await start({
    preload: `throw new Error('of the preload');`,
    ready: `open().webContents.on('preload-error', (event, path, error) => see(path, error.message));`,
  });
  await app.window();
  expect(await seen(app)).toEqual([expect.stringMatching(/preload\.cjs$/), 'of the preload']);
});

test('messages are clones, and what can’t be cloned is refused where it is sent', async ({ start }) => {
  const app = await start({
    preload: `
      const { ipcRenderer } = require('electron');
      const loop = { name: 'loop', list: [1, , 3] };
      loop.self = loop;
      const all = [
        new Date(5), /a+/gi, new Map([['a', new Set([1n, -0, NaN, undefined])]]), new Uint16Array([1, 65535]),
        new Uint8Array([1, 2]).buffer, new TypeError('told'), loop, '\\ud800 ✓ \\u2028', Object(false), null,
      ];
      try { ipcRenderer.send('never', () => {}); } catch (error) { ipcRenderer.send('refused', error.name); }
      ipcRenderer.on('back', (event, ...args) => ipcRenderer.send('again', ...args));
      ipcRenderer.invoke('all', all).then((same) => ipcRenderer.send('all back', same));
      ipcRenderer.invoke('nobody').catch((error) => ipcRenderer.send('refused', error.message));`,
    ready: `
      const all = new Promise((resolve) => ipcMain.handle('all', (event, given) => { resolve(given); return given; }));
      const back = new Promise((resolve) => ipcMain.on('all back', (event, given) => resolve(given)));
      for (const name of ['never', 'refused', 'again']) ipcMain.on(name, (event, ...args) => see(name, ...args));
      const window = open();
      globalThis.given = all;
      globalThis.back = back;`,
  });
  await app.window();
  const checked = await thrown(app, [
    `const { deepStrictEqual: same } = await import('node:assert');
     const [date, regexp, map, view, buffer, error, loop, text, wrapped, none] = await globalThis.given;
     same(date, new Date(5)); same(regexp, /a+/gi); same(map, new Map([['a', new Set([1n, -0, NaN, undefined])]]));
     same(view, new Uint16Array([1, 65535])); same([...new Uint8Array(buffer)], [1, 2]);
     same([error.name, error.message], ['TypeError', 'told']); same(loop.self === loop, true);
     same(loop.list, [1, , 3]); same(text, '\\ud800 ✓ \\u2028'); same(wrapped, Object(false)); same(none, null);
     same((await globalThis.back)[2], map);`,
    `electron.BrowserWindow.getAllWindows()[0].webContents.send('back', () => {})`,
    `electron.BrowserWindow.getAllWindows()[0].webContents.send('back', new Date(7), Buffer.from('a'))`,
  ]);
  expect(checked).toEqual(['nothing', 'An object could not be cloned.', 'nothing']);
  await expect.poll(() => seen(app)).toContain('again');
  const nobody = "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'";
  const all = await seen(app);
  expect(all).toEqual(expect.arrayContaining(['refused', 'DataCloneError', nobody, 'again', new Date(7)]));
  expect(all).not.toContain('never');
});

test('a port carries values both ways, tells who sent it, and closes with its page', async ({ start }) => {
  const app = await start(PORTS);
  const page = await app.window();
  await expect.poll(() => page.title()).toBe('ready');
  await tried(page, `port.postMessage({ at: new Date(9), bytes: new Uint8Array([7]), big: 2n ** 70n })`);
  await expect.poll(() => tried(page, 'return got.length')).toBe('1');
  const value = { at: new Date(9), bytes: new Uint8Array([7]), big: 2n ** 70n };
  expect(await seen(app)).toEqual([value]);
  expect(
    await tried(page, 'return got[0].back.at.getTime() + " " + got[0].back.bytes[0] + " " + got[0].back.big'),
  ).toBe(`9 7 ${2n ** 70n}`);
  expect(await tried(page, 'port.postMessage(() => {})')).toBe('refused: DataCloneError');
  expect(await thrown(app, ['globalThis.port.postMessage(() => {})'])).toEqual([
    'An object could not be cloned.',
  ]);
  const sender = await app.evaluate(() => {
    const { sender } = globalThis as unknown as { sender: Electron.IpcMainEvent };
    const { url, origin, parent, top } = sender.senderFrame ?? {};
    return {
      url,
      origin,
      parent,
      isTop: top === sender.senderFrame,
      id: sender.sender.id,
      main: sender.senderFrame === sender.sender.mainFrame,
    };
  }, undefined);
  expect(sender).toEqual({
    url: 'app://sample/',
    origin: 'app://sample',
    parent: null,
    isTop: true,
    id: 1,
    main: true,
  });

  await app.reload();
  await expect.poll(() => seen(app)).toContain('closed');
  // That of the new document, which may be on its way yet.
  const frame = () => (globalThis as unknown as { sender: Electron.IpcMainEvent }).sender.senderFrame;
  await expect.poll(() => app.evaluate(frame, undefined).then((found) => found !== null)).toBe(true);
});

test('ports can be made by the main process, be sent through ports, and wait to be read', async ({
  start,
}) => {
  const app = await start({
    preload: `
      const { ipcRenderer } = require('electron');
      ipcRenderer.on('take', ({ ports: [port] }, greeting) => {
        port.onmessage = ({ data, ports: [inner] }) => {
          port.postMessage([greeting, data]);
          inner?.postMessage('through the inner one');
        };
      });
      ipcRenderer.send('there');`,
    ready: `
      ipcMain.once('there', ({ sender }) => {
        const { MessageChannelMain } = electron;
        const [outer, inner] = [new MessageChannelMain(), new MessageChannelMain()];
        outer.port1.on('message', ({ data }) => see(data));
        inner.port1.on('message', ({ data }) => see(data));
        outer.port1.postMessage('early');
        sender.postMessage('take', 'hello', [outer.port2]);
        outer.port1.postMessage('late', [inner.port2]);
        inner.port1.start();
        try { outer.port1.postMessage('x', [outer.port1]); } catch (error) { see(error.message); }
        try { sender.postMessage('take', 'x', [outer.port2]); } catch (error) { see(error.message); }
        try { sender.postMessage('take', 'x', ['port']); } catch (error) { see(error.name); }
        globalThis.port = outer.port1;
      });
      open();`,
  });
  await app.window();
  const refusals = ['Port at index 0 contains the source port.', 'Port is already neutered.', 'TypeError'];
  await expect.poll(() => seen(app)).toEqual([...refusals, 'through the inner one']);
  await thrown(app, ['globalThis.port.start()']);
  await expect
    .poll(() => seen(app))
    .toEqual([...refusals, 'through the inner one', ['hello', 'early'], ['hello', 'late']]);
});

test('the policy of a response is enforced, and schemes may be fetched only if they say so', async ({
  start,
}) => {
  const { server, url, count } = await serve();
  const app = await start({
    body: '<script>document.title = "inline"</script>',
    scripts: {
      'page.js': 'try { eval("1"); window.evaluated = true } catch (error) { window.evaluated = error.name }',
      'data.json': '{}',
    },
  });
  const page = await app.window();
  expect(await page.title()).toBe('Sample');
  expect(await tried(page, `return (await fetch('${url}')).status`)).toBe('refused: TypeError');
  expect(await tried(page, `return (await fetch('./data.json')).status`)).toBe('200');
  expect(await tried(page, `return (await fetch('./none')).status`)).toBe('404');
  expect(await tried(page, 'return evaluated')).toBe('EvalError');
  expect(await tried(page, 'return isSecureContext + " " + typeof crypto.subtle')).toBe('true object');
  expect(count()).toBe(0);
  server.close();
});

test('the app can cancel requests and change headers', async ({ start }) => {
  const { server, url, count } = await serve();
  const app = await start({
    policy: 'default-src * data:',
    ready: `
      const { webRequest } = session.defaultSession;
      webRequest.onBeforeRequest(({ url, resourceType, webContentsId }, answer) => {
        see([url, resourceType, webContentsId]);
        answer({ cancel: url.includes('cancelled') });
      });
      webRequest.onHeadersReceived(({ responseHeaders, statusCode }, answer) => {
        answer({ responseHeaders: { ...responseHeaders, 'X-Added': ['yes ' + statusCode], 'Access-Control-Expose-Headers': ['*'] } });
      });
      open();`,
  });
  const page = await app.window();
  expect(await tried(page, `return (await fetch('${url}cancelled')).status`)).toBe('refused: TypeError');
  expect(count()).toBe(0);
  expect(await tried(page, `return (await fetch('${url}through')).headers.get('x-added')`)).toBe('yes 200');
  expect(await tried(page, `return (await fetch('./none')).headers.get('x-added')`)).toBe('yes 404');
  expect(count()).toBe(1);
  expect(await seen(app)).toEqual(
    expect.arrayContaining([
      ['app://sample/', 'mainFrame', 1],
      ['app://sample/page.js', 'script', 1],
      [`${url}through`, 'xhr', 1],
    ]),
  );
  server.close();
});

test('what the app denies to a page does not happen: going elsewhere, windows, permissions', async ({
  start,
}) => {
  const { server, url, count } = await serve();
  const app = await start({
    policy: "default-src * 'unsafe-inline'",
    body: `<a id="out" href="${url}">out</a><a id="new" href="${url}" target="_blank">new</a>`,
    ready: `
      session.defaultSession.setPermissionRequestHandler((contents, permission, answer) => { see(permission); answer(false); });
      session.defaultSession.setPermissionCheckHandler(() => false);
      const { webContents } = open();
      webContents.on('will-navigate', (event, to) => { see('to ' + to); event.preventDefault(); });
      webContents.setWindowOpenHandler(({ url }) => { see('open ' + url); return { action: 'deny' }; });`,
  });
  const page = await app.window();
  await page.click('#out');
  await expect.poll(() => seen(app)).toContain(`to ${url}`);
  await tried(page, `location.href = '${url}again'`);
  await expect.poll(() => seen(app)).toContain(`to ${url}again`);
  expect(await tried(page, `return window.open('${url}opened')`)).toBe('null');
  await expect.poll(() => seen(app)).toContain(`open ${url}opened`);
  await page.click('#new');
  await page.click('#out', { modifiers: ['ControlOrMeta'] });
  expect(await tried(page, 'return Notification.requestPermission()')).toBe('denied');
  const geolocation =
    'navigator.geolocation.getCurrentPosition(() => resolve("found"), ({ code }) => resolve(code))';
  expect(await tried(page, `return new Promise((resolve) => ${geolocation})`)).toBe('1');
  expect(await tried(page, 'return navigator.mediaDevices.getUserMedia({ audio: true })')).toMatch(
    /^refused/,
  );
  expect(await seen(app)).toEqual(
    expect.arrayContaining(['notifications', 'geolocation', 'media', `open ${url}`]),
  );
  expect(await app.address()).toBe('app://sample/');
  expect(await app.windows()).toBe(1);
  await expect
    .poll(
      () =>
        page
          .context()
          .pages()
          .filter((each) => each.url().startsWith(url)).length,
    )
    .toBe(0);
  expect(count()).toBe(0);
  server.close();
});

test('without a word from the app, a page may', async ({ start }) => {
  const { server, url, count } = await serve();
  const app = await start();
  const page = await app.window();
  expect(await tried(page, 'return Notification.requestPermission()')).toBe('granted');
  await tried(page, `location.href = '${url}'`);
  await expect.poll(() => app.address()).toBe(url);
  expect(count()).toBeGreaterThan(0);
  server.close();
});
