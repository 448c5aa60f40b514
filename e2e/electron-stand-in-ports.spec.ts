/** Ports between a page and the main process in the stand-in for Electron. */
import { expect, seen, test, thrown } from './electron-stand-in/sample-fixtures.ts';
import { tried } from './electron-stand-in/sample-page.ts';

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
