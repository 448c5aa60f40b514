/** What goes wrong on a desktop: ports that are taken, mail that is stuck, crashes, errors, another Waypost. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSink } from '../server/testing/sink.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { launchDesktop } from './desktop.ts';
import { expect, test } from './desktop-fixtures.ts';
import { expectAccessible } from './fixtures.ts';
import { send, zoneOf } from './mail.ts';
import { ANNA, runWaypost, startService } from './service.ts';

test.describe('a port that is taken at the start', () => {
  test('the app runs; tray, notification and window say why; the port opens once it is free', async ({
    waypost,
    atEnd,
  }) => {
    await waypost.window();
    await waypost.desktop.quit();
    await waypost.desktop.ended;
    const other = createServer().listen(waypost.port, '127.0.0.1');
    atEnd(() => other.close());
    await once(other, 'listening');

    await waypost.again();
    const app = await waypost.window();
    const { desktop, port, secondPort } = waypost;
    await expect(app.statusLine).toContainText(`Port ${port} on 127.0.0.1 is not open`);
    const tray = await desktop.tray();
    expect(tray?.tooltip).toBe(
      `Waypost · Port ${port} on 127.0.0.1 is not open · Listening on ${secondPort} · 0 in · 0 out · 0 waiting`,
    );
    expect(tray?.menu.map(({ label }) => label)).toContain(`Port ${port} on 127.0.0.1: not open`);
    const [notice] = await desktop.notifications();
    expect(notice?.title).toBe(`Waypost can’t receive on port ${port} on 127.0.0.1`);
    expect(notice?.body).toMatch(/ is in use by \S+ \(pid \d+\)\./);
    // The one that is open works.
    expect((await connectSmtp({ port: secondPort })).greeting.code).toBe(220);

    // The notification leads to the tab that tells more, also where the window was closed meanwhile.
    await desktop.closeWindow();
    await expect.poll(() => desktop.windows()).toBe(0);
    await desktop.clickNotification(notice?.title ?? '');
    const page = await desktop.window();
    await expect(page.getByRole('tab', { name: 'Status' })).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByRole('table', { name: 'Listeners' })).toContainText('is in use by');
    await expectAccessible(page);

    other.close();
    // An Apply tries what is not open at once.
    const again = await waypost.window();
    await again.showTab('Connections');
    await again.type('Total', '30');
    await again.applyNow();
    await expect.poll(async () => (await desktop.tray())?.tooltip).toContain(`Listening on ${port} and`);
  });
});

test('a page that crashes is loaded again, and the mail server never notices', async ({
  waypost,
  desktopWindow: app,
}) => {
  const { desktop, port } = waypost;
  await expect(app.field('Total')).toHaveValue('20');
  const session = await connectSmtp({ port });
  await session.command('EHLO client.test');
  await desktop.crashRenderer();
  await expect.poll(() => desktop.output).toContain('The window’s page ended: crashed');
  const recovered = await waypost.window();
  await expect(recovered.field('Total')).toHaveValue('20');
  await recovered.type('Total', '25');
  await recovered.applyNow();
  expect((await session.command('NOOP')).code).toBe(250);
  await session.quit();
});

test('an error nobody caught is told, and the app goes on', async ({ waypost, desktopWindow: app }) => {
  const { desktop, port } = waypost;
  await expect(app.field('Total')).toBeVisible();
  await desktop.evaluate(() => {
    setTimeout(() => {
      throw new Error('a fault of ours');
    }, 0);
  }, undefined);
  await expect.poll(() => desktop.dialogs()).toMatchObject([{ message: 'Something went wrong in Waypost.' }]);
  expect(await desktop.dialogs()).toMatchObject([{ buttons: ['Restart Waypost', 'Go On'] }]);
  expect((await connectSmtp({ port })).greeting.code).toBe(220);
  await desktop.answerDialog('Go On');
  await app.type('Total', '25');
  await app.applyNow();
  // It is in the mail log as well.
  expect(await runWaypost(waypost.folder, ['log', '--grep', 'a fault of ours'])).toContain('uncaught error');
});

test('a restart that is asked for happens in an orderly way', async ({ waypost, desktopWindow: app }) => {
  const { desktop } = waypost;
  await expect(app.field('Total')).toBeVisible();
  await desktop.evaluate(() => {
    setTimeout(() => {
      throw new Error('a fault of ours');
    }, 0);
  }, undefined);
  await expect.poll(() => desktop.dialogs()).toHaveLength(1);
  await desktop.answerDialog('Restart Waypost');
  expect(await desktop.ended).toMatchObject({ code: 0 });
  expect(desktop.output).toContain('Waypost stopped.');
});

test('a service on the same folder is named, and its settings can be opened instead', async ({
  waypost,
  seed,
  atEnd,
}) => {
  await waypost.window();
  await waypost.desktop.quit();
  await waypost.desktop.ended;
  const service = await startService({ seed });
  atEnd(service.remove);
  const desktop = await launchDesktop({ data: service.folder });
  atEnd(() => desktop.stop());
  await expect.poll(() => desktop.dialogs()).toHaveLength(1);
  const [dialog] = await desktop.dialogs();
  expect(dialog).toMatchObject({
    message: 'Waypost can’t start.',
    detail: expect.stringMatching(/^Waypost already runs on this folder \(process \d+\)\./),
    buttons: ['Open Its Settings', 'Close'],
  });
  await desktop.answerDialog('Open Its Settings');
  expect(await desktop.ended).toMatchObject({ code: 1 });
  // The service goes on.
  expect((await send(service, ANNA.address)).final.code).toBe(250);
});

test.describe('sleep', () => {
  test.use({ desktopStart: { zone: zoneOf('remote.test') } });

  test('uses up no attempt; waking sends what waits, once there is a network', async ({
    waypost,
    desktopWindow: app,
    atEnd,
  }) => {
    const { desktop } = waypost;
    // The peer takes the connection and says nothing while the machine goes to sleep.
    const mute = await startSink({ greeting: 'hang' });
    atEnd(mute.stop);
    const run = (args: readonly string[], input?: string) => runWaypost(waypost.folder, args, input);
    await run(['settings', 'apply', '-'], JSON.stringify({ delivery: { mxPort: mute.port } }));
    await send(waypost, 'bob@remote.test');
    await expect(app.statusLine).toContainText('1 out');
    await desktop.power('suspend');
    await mute.stop();
    await expect(app.statusLine).toContainText('0 out');
    await send(waypost, 'carol@remote.test');
    expect(JSON.parse(await run(['queue', 'list', '--json']))).toMatchObject([
      { to: 'bob@remote.test', attempts: 0, state: 'due' },
      { to: 'carol@remote.test', attempts: 0, state: 'due' },
    ]);

    const peer = await startSink({ port: mute.port });
    atEnd(peer.stop);
    await desktop.setOnline(false);
    await desktop.power('resume');
    // Longer than the look at a network that is there would take.
    await sleep(1500);
    expect(peer.sessions).toHaveLength(0);
    await desktop.setOnline(true);
    await peer.waitFor(2);
    await expect(app.statusLine).toContainText('0 waiting');
  });
});
