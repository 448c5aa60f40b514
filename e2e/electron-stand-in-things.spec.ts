/** What an app shows besides windows in the stand-in for Electron, what it is told, and how a test gets at it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, HIDDEN, seen, test, thrown } from './electron-stand-in/sample-fixtures.ts';

const IMAGES = join(import.meta.dirname, '..', 'electron', 'images', 'tray');
const LIGHT = join(IMAGES, 'listening-light-22.png');

test('the tray: picture, tooltip, menu, clicks', async ({ start }) => {
  const app = await start({
    ready: `
      const image = nativeImage.createFromPath(${JSON.stringify(LIGHT)});
      const tray = new Tray(image);
      globalThis.tray = tray;
      tray.setToolTip('all is well');
      tray.on('click', () => see('clicked'));
      tray.setContextMenu(Menu.buildFromTemplate([
        { label: 'Open', click: (item, window, event) => see('open ' + item.label + window) },
        { type: 'separator' },
        { label: 'Check', type: 'checkbox', checked: true, click: ({ checked }) => see(checked) },
        { label: 'One', type: 'radio' }, { label: 'Two', type: 'radio' },
        { label: 'Off', enabled: false }, { label: 'Hidden', visible: false },
        { label: 'More', submenu: [{ label: 'Deep', click: () => see('deep') }] },
      ]));`,
  });
  await expect.poll(() => app.tray()).toMatchObject({ tooltip: 'all is well' });
  const entry = { type: 'normal', enabled: true, visible: true, checked: false };
  expect((await app.tray())?.menu).toEqual([
    { ...entry, label: 'Open' },
    { ...entry, label: '', type: 'separator' },
    { ...entry, label: 'Check', type: 'checkbox', checked: true },
    { ...entry, label: 'One', type: 'radio', checked: true },
    { ...entry, label: 'Two', type: 'radio' },
    { ...entry, label: 'Off', enabled: false },
    { ...entry, label: 'Hidden', visible: false },
    { ...entry, label: 'More', type: 'submenu', submenu: [{ ...entry, label: 'Deep' }] },
  ]);
  expect(Buffer.from((await app.tray())?.png ?? [])).toEqual(await readFile(LIGHT));
  expect(await app.trayShows(LIGHT)).toBe(true);
  expect(await app.trayShows(join(IMAGES, 'stuck-light-22.png'))).toBe(false);

  await app.clickTray();
  await app.clickMenu('Open');
  await app.clickMenu('Check');
  await app.clickMenu('Two');
  await app.clickMenu('Two');
  await app.clickMenu('More', 'Deep');
  expect(await seen(app)).toEqual(['clicked', 'open Openundefined', false, 'deep']);
  const checked = (await app.tray())?.menu.filter((each) => each.checked).map(({ label }) => label);
  expect(checked).toEqual(['Two']);
  await expect(app.clickMenu('Off')).rejects.toThrow("can't be clicked");
  await expect(app.clickMenu('Hidden')).rejects.toThrow("no 'Hidden'");

  await thrown(app, ['globalThis.tray.destroy()']);
  expect(await app.tray()).toBeUndefined();
  expect(await thrown(app, ['globalThis.tray.setToolTip("x")'])).toEqual(['Object has been destroyed']);
});

test('pictures have densities', async ({ start }) => {
  const app = await start(HIDDEN);
  const name = join(app.data, '..', 'picture');
  for (const [mark, px] of [
    ['', 22],
    ['@2x', 44],
  ] as const) {
    await writeFile(`${name}${mark}.png`, await readFile(join(IMAGES, `listening-light-${px}.png`)));
  }
  const facts = await app.evaluate(({ nativeImage }, path) => {
    const image = nativeImage.createFromPath(path);
    const nothing = nativeImage.createFromPath('/nowhere.png');
    const size = image.getSize();
    return [
      image.isEmpty(),
      size,
      image.getScaleFactors(),
      image.toPNG({ scaleFactor: 2 }).length,
      nothing.isEmpty(),
    ];
  }, `${name}.png`);
  const large = await readFile(join(IMAGES, 'listening-light-44.png'));
  expect(facts).toEqual([false, { width: 22, height: 22 }, [1, 2], large.length, true]);
});

test('notifications and dialogs wait for the person', async ({ start }) => {
  const app = await start({
    ready: `
      const notification = new Notification({ title: 'Look', body: 'there' });
      notification.on('click', () => see('clicked'));
      notification.show();
      dialog.showErrorBox('Title', 'Content');
      dialog.showMessageBox({ message: 'Really?', buttons: ['Yes', 'No'], cancelId: 1 }).then(({ response }) => see(response));`,
  });
  await expect.poll(() => app.dialogs()).toHaveLength(2);
  expect(await app.notifications()).toEqual([{ title: 'Look', body: 'there', state: 'shown' }]);
  await app.clickNotification('Look');
  expect(await app.notifications()).toMatchObject([{ state: 'clicked' }]);
  expect(await app.dialogs()).toMatchObject([
    { kind: 'error box', title: 'Title', message: 'Content' },
    { kind: 'message box', message: 'Really?', buttons: ['Yes', 'No'], answer: undefined },
  ]);
  await expect(app.answerDialog('Perhaps')).rejects.toThrow("no button 'Perhaps'");
  await app.answerDialog('No');
  await expect.poll(() => seen(app)).toEqual(['clicked', 1]);
  const ask = `return electron.dialog.showMessageBoxSync({ message: 'Now?', buttons: ['Yes', 'No'] })`;
  expect((await thrown(app, [ask]))[0]).toContain('nobody has answered');
  await app.answerDialog('Yes');
  expect(
    await thrown(app, [ask, `await electron.dialog.showMessageBox({ message: 'x', buttns: [] })`]),
  ).toEqual(['nothing', expect.stringContaining("no option 'buttns'")]);
});

test('the system around: light, network, power, addresses, downloads', async ({ start }) => {
  const app = await start({
    policy: "default-src * 'unsafe-inline' blob:",
    scripts: {
      'page.js': `
        const link = Object.assign(document.createElement('a'), { download: 'a.txt', textContent: 'save' });
        link.href = URL.createObjectURL(new Blob(['saved']));
        document.body.append(link);`,
    },
    ready: `
      electron.nativeTheme.on('updated', () => see(electron.nativeTheme.shouldUseDarkColors));
      for (const name of ['suspend', 'resume']) electron.powerMonitor.on(name, () => see(name));
      electron.powerMonitor.on('shutdown', (event) => event.preventDefault());
      session.defaultSession.on('will-download', (event, item) => see(item.getURL().slice(0, 18), item.getFilename()));
      open();`,
  });
  const page = await app.window();
  const look = () =>
    page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches + " " + navigator.onLine');
  expect(await look()).toBe('false true');
  await app.setDark(true);
  await app.setOnline(false);
  await expect.poll(look).toBe('true false');
  expect(await app.evaluate(({ net }) => net.isOnline(), undefined)).toBe(false);
  await app.power('suspend');
  expect(await app.power('resume')).toBe(false);
  expect(await app.power('shutdown')).toBe(true);
  await app.evaluate(({ shell }) => shell.openExternal('https://waypost.test/'), undefined);
  expect((await app.asked()).openedUrls).toEqual(['https://waypost.test/']);
  await page.getByText('save').click();
  await expect.poll(() => app.downloads()).toMatchObject([{ name: 'a.txt', state: 'completed' }]);
  expect(await readFile((await app.downloads())[0]?.path ?? '', 'utf8')).toBe('saved');
  expect(await seen(app)).toEqual([true, 'suspend', 'resume', 'blob:app://sample/', 'a.txt']);
});

test('the keyring keeps secrets from other keyrings', async ({ start }) => {
  const encrypt = `globalThis.sealed = electron.safeStorage.encryptString('geheim').toString('base64'); see(globalThis.sealed)`;
  const one = await start({ ...HIDDEN, options: { keyringSecret: 'one' } });
  await thrown(one, [encrypt]);
  const [sealed] = (await seen(one)) as string[];
  const decrypt = `if (electron.safeStorage.decryptString(Buffer.from('${sealed}', 'base64')) !== 'geheim') throw new Error('other')`;
  const again = await start({ ...HIDDEN, options: { keyringSecret: 'one' } });
  expect(await thrown(again, [decrypt])).toEqual(['nothing']);
  const other = await start({ ...HIDDEN, options: { keyringSecret: 'two' } });
  expect((await thrown(other, [decrypt]))[0]).toContain('Error while decrypting');

  const none = await start({ ...HIDDEN, options: { keyring: 'unavailable' } });
  const isAvailable = `see(electron.safeStorage.isEncryptionAvailable(), electron.safeStorage.getSelectedStorageBackend())`;
  expect((await thrown(none, [isAvailable, encrypt]))[1]).toContain('Encryption is not available');
  expect(await seen(none)).toEqual([false, 'unknown']);
  const basic = await start({ ...HIDDEN, options: { keyring: 'basic_text' } });
  await thrown(basic, [isAvailable, 'electron.safeStorage.setUsePlainTextEncryption(true)', isAvailable]);
  expect(await seen(basic)).toEqual([false, 'basic_text', true, 'basic_text']);
});
