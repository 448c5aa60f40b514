/** The life of an app in the stand-in for Electron: starts, crashes, windows, and the end in its order. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { unusedPort } from '../server/testing/ports.ts';
import { temporaryFolder } from '../server/testing/temp.ts';
import { expect, HIDDEN, seen, test, thrown } from './electron-stand-in/sample-fixtures.ts';

const ENDS = `
  for (const name of ['before-quit', 'will-quit', 'quit', 'window-all-closed']) {
    app.on(name, (event) => {
      console.log(name);
      if (globalThis.refuse !== name) return;
      event.preventDefault();
      globalThis.refuse = undefined;
    });
  }`;

test('it starts as Electron starts an app', async ({ start }) => {
  const app = await start({
    ...HIDDEN,
    options: { args: ['--flag', 'value'] },
    early: `see(process.argv, process.type, process.defaultApp, process.versions.electron, process.execArgv,
      app.name, app.getVersion(), app.isPackaged, app.isReady(), app.getAppPath(), import.meta.dirname);
      app.once('ready', () => see('ready')); await new Promise((resolve) => setTimeout(resolve, 50)); see(app.isReady());`,
  });
  await expect.poll(() => seen(app)).toContain('ready');
  const [argv, ...rest] = await seen(app);
  const folder = rest[9];
  expect(argv).toEqual([process.execPath, folder, `--data=${app.data}`, '--flag', 'value']);
  expect(rest).toEqual([
    ...['browser', true, expect.stringMatching(/^45\./), [], 'sample', '1.2.3', false, false, folder, folder],
    ...[false, 'ready'],
  ]);
  expect(await thrown(app, ['if (process.env.ELECTRON_STAND_IN) throw new Error("seen")'])).toEqual([
    'nothing',
  ]);
});

test('it ends in Electron’s order, and only when nobody objects', async ({ start }) => {
  const app = await start({ early: ENDS, ready: `open().on('close', () => console.log('close'))` });
  await app.window();
  for (const name of ['before-quit', 'will-quit']) {
    await thrown(app, [`globalThis.refuse = '${name}'; electron.app.quit()`]);
    await expect.poll(() => app.output).toContain(name);
  }
  // Without its window it is still there, and can still be ended.
  await expect.poll(() => app.windows()).toBe(0);
  await app.quit();
  expect(await app.ended).toEqual({ code: 0, signal: null });
  expect(app.output.trim().split('\n')).toEqual([
    ...['before-quit', 'before-quit', 'close', 'will-quit'],
    ...['before-quit', 'will-quit', 'quit'],
  ]);
});

test('a window that stays keeps the app', async ({ start }) => {
  const app = await start({
    early: ENDS,
    ready: `open().on('close', (event) => { console.log('close'); if (!globalThis.may) event.preventDefault(); });`,
  });
  await app.window();
  await app.quit();
  expect(await app.windows()).toBe(1);
  await app.closeWindow();
  expect(await app.windows()).toBe(1);
  await thrown(app, ['globalThis.may = true']);
  app.signal('SIGTERM');
  expect(await app.ended).toEqual({ code: 0, signal: null });
  expect(app.output.trim().split('\n')).toEqual([
    ...['before-quit', 'close', 'close'],
    ...['before-quit', 'close', 'will-quit', 'quit'],
  ]);
});

test('the last window ends an app that says nothing to it', async ({ start }) => {
  const app = await start();
  await app.window();
  await app.closeWindow();
  expect(await app.ended).toEqual({ code: 0, signal: null });
});

test('exit asks nobody', async ({ start }) => {
  const app = await start({ early: ENDS, ready: `open().on('closed', () => console.log('closed'))` });
  await app.window();
  await thrown(app, ['setTimeout(() => electron.app.exit(7), 50)']);
  expect(await app.ended).toEqual({ code: 7, signal: null });
  expect(app.output.trim().split('\n')).toEqual(['closed', 'quit']);
});

test('an app that listens to signals by itself is left alone', async ({ start }) => {
  const app = await start({ ...HIDDEN, early: `process.on('SIGTERM', () => see('signal'))` });
  await app.windows();
  app.signal('SIGTERM');
  await expect.poll(() => seen(app)).toEqual(['signal']);
});

test('a second start is told to the first, and gets no lock; a lock of the dead is no lock', async ({
  start,
}) => {
  const locked = `
    if (!app.requestSingleInstanceLock({ at: new Date(5) })) { console.log('second'); app.exit(3); }
    app.on('second-instance', (event, argv, folder, data) => see(argv.at(-1), folder, data));`;
  const app = await start({ ...HIDDEN, early: locked });
  await app.windows();
  const second = await app.secondStart('--again');
  expect(second).toMatchObject({ code: 3, output: 'second\n' });
  await expect.poll(() => seen(app)).toEqual(['--again', process.cwd(), { at: new Date(5) }]);

  const lock = join(app.data, 'window', 'SingletonLock');
  expect(readlinkSync(lock)).toMatch(new RegExp(`-${app.pid}$`));
  app.signal('SIGKILL');
  expect(await app.ended).toEqual({ code: null, signal: 'SIGKILL' });
  // The one that comes now has the folder, so it runs until somebody ends it.
  const third = app.secondStart('--third');
  await expect.poll(() => readlinkSync(lock)).not.toMatch(new RegExp(`-${app.pid}$`));
  const pid = Number(readlinkSync(lock).split('-').at(-1));
  process.kill(pid, 'SIGTERM');
  expect(await third).toMatchObject({ code: 0 });
  expect(existsSync(lock)).toBe(false);
});

test('a page that crashes is told of and can be loaded again, with ports and all', async ({ start }) => {
  const app = await start({
    ready: `
      const window = open();
      window.webContents.on('render-process-gone', (event, { reason }) => see(reason, window.webContents.isCrashed()));
      app.on('render-process-gone', (event, contents, { reason }) => see(contents === window.webContents, reason));`,
  });
  const page = await app.window();
  await page.evaluate('window.before = true');
  await app.crashRenderer();
  await expect.poll(() => seen(app)).toHaveLength(4);
  expect(await seen(app)).toEqual([true, 'crashed', 'crashed', true]);
  await app.reload();
  const again = await app.window();
  expect(await again.evaluate('[document.title, window.before]')).toEqual(['Sample', undefined]);
  expect(await app.windows()).toBe(1);
});

test('what a window goes through is told in order', async ({ start }) => {
  const app = await start({
    body: 'seen',
    scripts: { 'page.js': `addEventListener('hashchange', () => { document.title = location.hash; });` },
    ready: `
      const window = open({ show: false, width: 500, height: 400, title: 'First' });
      const { webContents } = window;
      for (const name of ['did-start-loading', 'did-navigate', 'dom-ready', 'did-finish-load', 'did-navigate-in-page']) {
        webContents.on(name, (event, url) => see(url ? name + ' ' + url : name));
      }
      for (const name of ['ready-to-show', 'show', 'focus', 'minimize', 'restore', 'hide', 'resize', 'closed']) {
        window.on(name, () => see(name));
      }
      window.on('page-title-updated', (event, title) => see('title ' + title));`,
  });
  const page = await app.window();
  await expect.poll(() => seen(app)).toContain('ready-to-show');
  const first = await seen(app);
  const order = ['did-start-loading', 'did-navigate app://sample/', 'dom-ready', 'did-finish-load'];
  expect(first.filter((each) => order.includes(each as string))).toEqual(order);
  expect(first).not.toContain('show');
  expect(await page.evaluate('innerWidth + "x" + innerHeight')).toBe('500x400');
  await thrown(app, [
    `const [window] = electron.BrowserWindow.getAllWindows(); globalThis.seen.length = 0;
     await window.loadURL('app://sample/#there'); window.show(); window.setBounds({ width: 640, height: 480 });
     window.minimize(); window.restore(); window.hide();`,
  ]);
  await expect.poll(() => seen(app)).toContain('hide');
  await expect.poll(() => seen(app)).toContain('title #there');
  const events = ['show', 'focus', 'resize', 'minimize', 'restore', 'focus', 'hide'];
  const then = await seen(app);
  expect(then).toContain('did-navigate-in-page app://sample/#there');
  expect(then).not.toContain('did-finish-load');
  expect(then.filter((each) => events.includes(each as string))).toEqual(events);
  await expect.poll(() => page.evaluate('innerWidth + "x" + innerHeight')).toBe('640x480');
});

test('loading tells what goes wrong', async ({ start }) => {
  const app = await start({ ...HIDDEN, ready: 'open({ show: false })' });
  await app.window();
  const url = `http://127.0.0.1:${await unusedPort('127.0.0.1')}/`;
  const window = 'electron.BrowserWindow.getAllWindows()[0]';
  expect(
    await thrown(app, [
      `await ${window}.loadURL('${url}')`,
      `await ${window}.loadURL('nonsense')`,
      `const first = ${window}.loadURL('app://sample/'); ${window}.loadURL('app://sample/'); await first`,
      `await ${window}.loadURL('app://sample/')`,
    ]),
  ).toEqual([
    `ERR_CONNECTION_REFUSED (-102) loading '${url}'`,
    "ERR_INVALID_URL (-300) loading 'nonsense'",
    "ERR_ABORTED (-3) loading 'app://sample/'",
    'nothing',
  ]);
});

/** A test in a process of its own, which starts an app, says where all is, and waits. */
const TESTER = `
  import { startSample } from ${JSON.stringify(new URL('electron-stand-in/sample.ts', import.meta.url).href)};
  const app = await startSample();
  await app.window();
  console.log(JSON.stringify({ app: app.pid }));
  // Nobody is left who could kill it.
  process.stdin.resume().on('close', () => process.exit(1));`;

test('when the test is killed, its app and its browser end, and the profile goes', async () => {
  test.skip(process.platform === 'win32', 'nothing can be cleaned up there by a shell');
  const { path: folder, remove } = await temporaryFolder();
  const tester = spawn(process.execPath, ['--input-type=module', '-e', TESTER], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = String((await once(tester.stdout, 'data'))[0]);
  const { app } = JSON.parse(said) as { app: number };
  const profiles = () => readdirSync(folder).filter((name) => name.startsWith('waypost-chromium-'));
  const [profile = ''] = profiles();
  const runs = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect([profile !== '', runs(app)]).toEqual([true, true]);
  const lock = join(folder, profile, 'SingletonLock');
  const browser = Number(readlinkSync(lock).split('-').at(-1));
  expect(runs(browser)).toBe(true);
  tester.kill('SIGKILL');
  await expect
    .poll(() => [runs(app), runs(browser), profiles()], { timeout: 30_000 })
    .toEqual([false, false, []]);
  await remove();
});
