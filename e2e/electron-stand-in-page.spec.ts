/** What the stand-in for Electron keeps from a page, and what it lets through: worlds and messages. */
import { expect, seen, test, thrown } from './electron-stand-in/sample-fixtures.ts';
import { tried } from './electron-stand-in/sample-page.ts';

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
