/** The stand-in for Electron must be strict: what Electron has not, refuses or does otherwise, no app may rely on. */
import { expect, HIDDEN, seen, test, thrown } from './electron-stand-in/sample-fixtures.ts';

test.describe('what is not there', () => {
  test('throws, and says its name', async ({ start }) => {
    const app = await start(HIDDEN);
    const cases: [string, string][] = [
      ['electron.autoUpdater', 'electron.autoUpdater'],
      ['electron.app.getGPUInfo()', 'App.getGPUInfo'],
      ['electron.app.nonsense', 'App.nonsense'],
      ['electron.BrowserWindow.nonsense', 'BrowserWindow.nonsense'],
      ['new electron.BrowserWindow({ show: false }).setKiosk(true)', 'BrowserWindow.setKiosk'],
      ['new electron.BrowserWindow({ show: false }).webContents.openDevTools()', 'WebContents.openDevTools'],
      ['electron.session.defaultSession.cookies', 'Session.cookies'],
      ['electron.session.defaultSession.webRequest.onCompleted(null)', 'WebRequest.onCompleted'],
      ['electron.protocol.registerFileProtocol', 'protocol.registerFileProtocol'],
      ['electron.Menu.sendActionToFirstResponder', 'Menu.sendActionToFirstResponder'],
      ['electron.nativeImage.createEmpty().resize({ width: 1 })', 'NativeImage.resize'],
      ['electron.dialog.showOpenDialog({})', 'dialog.showOpenDialog'],
      ['electron.shell.trashItem("x")', 'shell.trashItem'],
      ['electron.nativeTheme.nonsense', 'NativeTheme.nonsense'],
      ['electron.app.on("nonsense", () => {})', "event 'nonsense' of App"],
      ['electron.app.getPath("nonsense")', "path 'nonsense'"],
    ];
    const errors = await thrown(
      app,
      cases.map(([script]) => `return ${script}`),
    );
    expect(errors).toEqual(cases.map(([, name]) => `The stand-in for Electron has no ${name}.`));
  });

  test('is told when it is imported', async ({ start }) => {
    const app = await start({ early: 'await import("electron/renderer");' });
    expect(await app.ended).toMatchObject({ code: 1 });
    expect(app.output).toContain("no module 'electron/renderer' in a main process");
  });

  test('objects can be looked at all the same', async ({ start }) => {
    const app = await start(HIDDEN);
    const looks = ['await electron.app', 'String(electron.app)', 'JSON.stringify(electron.nativeTheme)'];
    expect(
      await thrown(app, [...looks, '"addEventListener" in new electron.MessageChannelMain().port1']),
    ).toEqual(['nothing', 'nothing', 'nothing', 'nothing']);
    expect(await thrown(app, ['(await import("node:util")).inspect(electron)'])).toEqual(['nothing']);
  });
});

test.describe('options', () => {
  test('a window is refused that Electron would not make, or not safely', async ({ start }) => {
    const app = await start(HIDDEN);
    const cases: [string, string][] = [
      ['nonsense: 1', "there is no option 'nonsense' of a window"],
      ['width: "wide"', "the window option 'width' must be a whole number"],
      ['kiosk: true', "it can't do the window option 'kiosk'"],
      ['x: 1', 'x and y go together'],
      ['webPreferences: { nonsense: 1 }', "there is no option 'nonsense' of webPreferences"],
      ['webPreferences: { contextIsolation: false }', 'webPreferences.contextIsolation must be true'],
      ['webPreferences: { sandbox: false }', 'webPreferences.sandbox must be true'],
      ['webPreferences: { nodeIntegration: true }', 'webPreferences.nodeIntegration must be false'],
      ['webPreferences: { webSecurity: false }', 'webPreferences.webSecurity must be true'],
      ['webPreferences: { preload: "p.cjs" }', 'the path of the preload must be absolute: p.cjs'],
      ['webPreferences: { preload: "/x/p.mjs" }', 'a sandboxed preload can’t be an ES module'],
    ];
    const errors = await thrown(
      app,
      cases.map(([options]) => `new electron.BrowserWindow({ ${options} })`),
    );
    expect(errors).toEqual(cases.map(([, why]) => `The stand-in for Electron refuses this: ${why}.`));
    expect(await app.windows()).toBe(0);
  });

  test('a menu is refused with items that Electron does not know', async ({ start }) => {
    const app = await start(HIDDEN);
    const menus = [
      '{ label: "a", type: "nonsense" }',
      '{ role: "nonsense" }',
      '{ label: "a", chekced: true }',
      '7',
    ];
    const errors = await thrown(
      app,
      menus.map((item) => `electron.Menu.buildFromTemplate([${item}])`),
    );
    expect(errors).toEqual([
      "Unknown menu item type 'nonsense'",
      expect.stringContaining("no menu item of role 'nonsense'"),
      expect.stringContaining("no option 'chekced'"),
      'Invalid template for MenuItem',
    ]);
  });
});

test.describe('when', () => {
  test('what must be said before the app is ready, and what only after', async ({ start }) => {
    const app = await start({
      early: `
        for (const early of [
          () => new BrowserWindow(), () => new Tray(nativeImage.createEmpty()), () => electron.screen.getAllDisplays(),
          () => protocol.handle('app', () => {}), () => electron.powerMonitor.on('suspend', () => {}),
          () => electron.safeStorage.encryptString('x'), () => session.defaultSession,
          () => protocol.registerSchemesAsPrivileged([]),
        ]) try { early(); see('nothing'); } catch (error) { see(error.message); }`,
      ready: `
        for (const late of [() => app.enableSandbox(), () => protocol.registerSchemesAsPrivileged([]),
          () => app.setPath('userData', '/tmp')]) try { late(); see('nothing'); } catch (error) { see(error.message); }`,
    });
    expect(await seen(app)).toEqual([
      'Cannot create BrowserWindow before app is ready',
      'Cannot create Tray before app is ready',
      expect.stringMatching(/screen .* before app is ready/),
      expect.stringMatching(/protocol.handle .* before app is ready/),
      expect.stringMatching(/powerMonitor .* before app is ready/),
      'safeStorage cannot be used before app is ready',
      expect.stringMatching(/^Session .* before app is ready/),
      expect.stringContaining('once only'),
      'app.enableSandbox() should be called before app is ready',
      'protocol.registerSchemesAsPrivileged should be called before app is ready',
      expect.stringContaining('before app is ready'),
    ]);
  });

  test('something destroyed answers nothing any more', async ({ start }) => {
    const app = await start();
    await app.window();
    const gone =
      'const window = electron.BrowserWindow.getAllWindows()[0]; globalThis.held ??= window?.webContents;';
    const errors = await thrown(app, [
      `${gone} globalThis.heldWindow = window; window.destroy(); if (!globalThis.heldWindow.isDestroyed()) throw new Error('alive')`,
      'globalThis.held.send("x")',
      'globalThis.held.getURL()',
      'globalThis.heldWindow.show()',
      'if (!globalThis.held.isDestroyed()) throw new Error("alive")',
    ]);
    const dead = 'Object has been destroyed';
    expect(errors).toEqual(['nothing', dead, dead, dead, 'nothing']);
  });
});
