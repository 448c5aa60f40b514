/** The desktop as a person meets it: window, tray, and what Apply does to the mail server within. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unusedPort } from '../server/testing/ports.ts';
import { sendMail } from '../server/testing/send-mail.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, test } from './desktop-fixtures.ts';
import { expectAccessible } from './fixtures.ts';
import { ANNA, runWaypost } from './service.ts';

const IMAGES = join(import.meta.dirname, '..', 'electron', 'images', 'tray');

test('a change in the window is felt on a live socket, and the tray follows', async ({
  waypost,
  desktopWindow: app,
}) => {
  const { desktop, port, secondPort } = waypost;
  await expect(app.field('From a Single Host')).toBeVisible();
  await expectAccessible(app.page);
  expect(await desktop.address()).toBe('app://waypost/');
  const tooltip = async () => (await desktop.tray())?.tooltip;
  await expect
    .poll(tooltip)
    .toBe(`Waypost · Listening on ${port} and ${secondPort} · 0 in · 0 out · 0 waiting`);

  const moved = await unusedPort('127.0.0.1');
  await app.type('Secondary Port', String(moved));
  await app.type('From a Single Host', '1');
  await expect(app.preview).toContainText(`Port ${moved} on 127.0.0.1 opens.`);
  await app.applyNow();
  const first = await connectSmtp({ port: moved });
  expect(first.greeting.code).toBe(220);
  expect((await connectSmtp({ port })).greeting).toMatchObject({
    code: 421,
    text: expect.stringContaining('(1 of 1)'),
  });
  await expect(connectSmtp({ port: secondPort })).rejects.toThrow('ECONNREFUSED');
  await expect.poll(tooltip).toBe(`Waypost · Listening on ${port} and ${moved} · 1 in · 0 out · 0 waiting`);
  const labels = (await desktop.tray())?.menu.map(({ label }) => label);
  expect(labels).toContain(`Port ${moved} on 127.0.0.1: listening`);
  await first.quit();

  const settings = JSON.parse(await readFile(join(waypost.folder, 'settings.json'), 'utf8'));
  expect(settings.settings.incoming.secondary.port).toBe(moved);
});

test('closing the window leaves the server running and says so once; every way back leads to it', async ({
  waypost,
  desktopWindow: app,
}) => {
  const { desktop, port } = waypost;
  const notices = async () => (await desktop.notifications()).map(({ title }) => title);
  await app.showTab('Status');
  await desktop.closeWindow();
  await expect.poll(() => desktop.windows()).toBe(0);
  await expect.poll(notices).toEqual(['Waypost keeps running']);
  expect((await sendMail({ port, from: ANNA.address, to: ANNA.address, body: 'x' })).final.code).toBe(250);

  await desktop.clickTray();
  await waypost.window();
  await desktop.closeWindow();
  await expect.poll(() => desktop.windows()).toBe(0);
  await desktop.clickMenu('Open Waypost');
  await waypost.window();
  await desktop.closeWindow();
  await expect.poll(() => desktop.windows()).toBe(0);

  const second = await desktop.secondStart();
  expect(second).toMatchObject({ code: 0 });
  await waypost.window();
  expect(await desktop.windows()).toBe(1);
  expect(await notices()).toEqual(['Waypost keeps running']);

  // What was said is remembered over a restart.
  await desktop.quit();
  await desktop.ended;
  await waypost.again();
  await waypost.window();
  await waypost.desktop.closeWindow();
  await expect.poll(() => waypost.desktop.windows()).toBe(0);
  expect(await waypost.desktop.notifications()).toEqual([]);
});

test('a second start raises the window that is there, and ends', async ({ waypost, desktopWindow: app }) => {
  const { desktop } = waypost;
  await app.type('Total', '33');
  await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize(), undefined);
  expect(await desktop.secondStart()).toMatchObject({ code: 0 });
  await expect
    .poll(() =>
      desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized(), undefined),
    )
    .toBe(false);
  expect(await desktop.windows()).toBe(1);
  // What was being typed is still there.
  await expect(app.field('Total')).toHaveValue('33');
});

test('the command line steers the running app', async ({ waypost, desktopWindow: app }) => {
  const run = JSON.parse(await readFile(join(waypost.folder, 'run.json'), 'utf8'));
  expect(run).toMatchObject({ pid: waypost.desktop.pid, ui: null });
  expect(await readdir(waypost.folder)).toContain('control.sock');
  await runWaypost(waypost.folder, ['settings', 'apply', '-'], '{"incoming":{"maxTotal":44}}');
  await expect(app.field('Total')).toHaveValue('44');
});

test('pause and resume from the tray', async ({ waypost, desktopWindow: app }) => {
  const { desktop, port } = waypost;
  const greeting = async () => (await connectSmtp({ port })).greeting.code;
  await expect.poll(() => desktop.trayShows(join(IMAGES, 'listening-light-22.png'))).toBe(true);
  await desktop.clickMenu('Pause Receiving');
  await expect.poll(greeting).toBe(421);
  await expect.poll(() => desktop.trayShows(join(IMAGES, 'stopped-light-22.png'))).toBe(true);
  await expect(app.statusLine).toContainText('Receiving is paused');
  await desktop.clickMenu('Pause Sending');
  await desktop.clickMenu('Resume Receiving');
  await expect.poll(greeting).toBe(220);
  await expect.poll(() => desktop.trayShows(join(IMAGES, 'partly-light-22.png'))).toBe(true);
  await desktop.clickMenu('Resume Sending');
  await expect.poll(() => desktop.trayShows(join(IMAGES, 'listening-light-22.png'))).toBe(true);
});

test('the tray’s icon suits a bar that becomes dark', async ({ waypost, desktopWindow: app }) => {
  const { desktop } = waypost;
  await desktop.setDark(true);
  await expect.poll(() => desktop.trayShows(join(IMAGES, 'listening-dark-22.png'))).toBe(true);
  await expect.poll(() => app.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")).toBe(true);
  await expectAccessible(app.page);
});

test('starting at login is switched in the tray, and starts without a window', async ({ waypost }) => {
  await waypost.window();
  const { desktop } = waypost;
  const isOn = async () =>
    (await desktop.tray())?.menu.find(({ label }) => label === 'Start at Login')?.checked;
  // Within a second after the start.
  await expect.poll(isOn).toBe(false);
  await desktop.clickMenu('Start at Login');
  await expect.poll(isOn).toBe(true);
  await desktop.clickMenu('Start at Login');
  await expect.poll(isOn).toBe(false);

  await desktop.quit();
  await desktop.ended;
  await waypost.again({ args: ['--hidden'] });
  await expect.poll(async () => (await waypost.desktop.tray())?.tooltip).toContain('Listening');
  expect(await waypost.desktop.windows()).toBe(0);
});
