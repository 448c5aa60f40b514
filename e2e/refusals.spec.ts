/** Everything that can keep an Apply from happening, and what is said of it beside which field. */

import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { portOf } from '../server/testing/ports.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { startService } from './service.ts';
import { SettingsWindow } from './window.ts';

const WRONG = [
  ['From a Single Host', '11', 'From a Single Host must be a whole number from 1 to 10.'],
  ['From a Single Host', '', 'Enter a whole number from 1 to 10.'],
  ['Total', '9', 'Total must be a whole number from 10 to 100.'],
  ['Maximum Connections', 'two', '“two” is not a number. Enter a whole number from 1 to 20.'],
  ['Maximum Message Size (MB)', '1,024', 'Write the number without separators: 1024.'],
  ['Primary Port', '65536', /whole number from 1 to 65535\.$/],
  ['Primary IP address', '300.1.2.3', /address/],
  ['Secondary Port', '2.5', 'Enter a whole number from 1 to 65535, without a fraction.'],
] as const;

test('a wrong value is explained beside its field, and keeps Apply disabled', async ({
  app,
  page,
  service,
}) => {
  for (const [name, text, issue] of WRONG) {
    const before = await app.field(name).inputValue();
    await app.type(name, text);
    await expect(app.issue(name)).toHaveText(issue);
    await expect(app.field(name)).toHaveAttribute('aria-invalid', 'true');
    await expect(app.apply).toBeDisabled();
    await expect(app.preview).toHaveText('Correct the marked fields to apply.');
    await app.type(name, before);
    await expect(app.issue(name)).toHaveCount(0);
  }
  await app.openAdvanced();
  await app.type('Server name', 'not a name');
  await app.type('Trusted networks', '192.168.1.0/33');
  await expect(app.issue('Server name')).toBeVisible();
  await expect(app.issue('Trusted networks')).toHaveText(/^“192\.168\.1\.0\/33” is not understood\./);
  await expectAccessible(page);
  await app.type('From a Single Host', '1');
  await page.keyboard.press('ControlOrMeta+s');
  await app.expectSaid('Correct the marked fields first.');
  await expect(app.field('Server name')).toBeFocused();
  const clients = [await connectSmtp({ port: service.port }), await connectSmtp({ port: service.port })];
  for (const client of clients) {
    expect(client.greeting.code).toBe(220);
    client.destroy();
  }
});

test('good values are understood however they are written', async ({ app }) => {
  const written = [
    ['From a Single Host', ' ٣ ', '3'],
    ['Total', '25.0', '25'],
    ['Maximum Message Size (MB)', '50 MB', '50'],
  ] as const;
  for (const [name, text] of written) await app.type(name, text);
  await app.applyNow();
  for (const [name, , shown] of written) await expect(app.field(name)).toHaveValue(shown);
});

test('a port that is in use: says by whom, and nothing has changed', async ({
  app,
  page,
  service,
  atEnd,
}) => {
  const holder = createServer().listen(0, '127.0.0.1');
  atEnd(() => holder.close());
  await once(holder, 'listening');
  const port = portOf(holder);
  await app.type('From a Single Host', '1');
  await app.type('Primary Port', String(port));
  await app.apply.click();
  const issue = app.issue('Primary Port');
  await expect(issue).toContainText(`Port ${port} on 127.0.0.1 is in use by`);
  if (process.platform === 'linux') await expect(issue).toContainText(`(pid ${process.pid})`);
  await app.expectSaid('Not applied, and nothing changed. The reason is beside the marked field.');
  await expect(app.field('Primary Port')).toBeFocused();
  await expectAccessible(page);
  const clients = [await connectSmtp({ port: service.port }), await connectSmtp({ port: service.port })];
  expect(clients.map(({ greeting }) => greeting.code)).toEqual([220, 220]);
  for (const client of clients) client.destroy();

  holder.close();
  await once(holder, 'close');
  await expect(app.apply, 'what was refused may be tried again').toBeEnabled();
  await app.applyNow();
  expect((await connectSmtp({ port })).greeting.code).toBe(220);
});

test('an address that this machine does not have', async ({ app }) => {
  await app.type('Primary IP address', '203.0.113.77');
  await app.apply.click();
  await expect(app.issue('Primary IP address')).toHaveText(/This machine has no address 203\.0\.113\.77\./);
  await expect(app.field('Primary IP address')).toBeFocused();
  await app.type('Primary IP address', '127.0.0.1');
  await expect(app.issue('Primary IP address')).toHaveCount(0);
});

test('a port that the system guards: says the one fix', async ({ page, seed, atEnd }) => {
  const guarded = await readFile('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8').catch(() => '0');
  test.skip(Number(guarded) <= 25, 'this system guards no ports');
  // Root may open any port, so that right is taken from the service.
  const under = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-net_bind_service'] : [];
  const service = await startService({ seed, under });
  atEnd(service.remove);
  const app = new SettingsWindow(page);
  await app.open(service.address);
  await app.type('Primary Port', '25');
  await app.apply.click();
  await expect(app.issue('Primary Port')).toHaveText(
    "This system doesn't let Waypost open port 25. Allow it with: sudo sysctl net.ipv4.ip_unprivileged_port_start=25",
  );
});

test('settings that can’t be saved: nothing has changed', async ({ app, service }) => {
  const file = join(service.folder, 'settings.json');
  await rm(file, { force: true });
  await mkdir(join(file, 'in the way'), { recursive: true });
  await app.type('From a Single Host', '1');
  await app.apply.click();
  await app.expectSaid(/^The settings can't be saved: .* Nothing has changed\.$/);
  await expect(app.field('From a Single Host')).toHaveValue('1');
  await rm(file, { recursive: true });
  await app.applyNow();
});
