/** The service goes away and comes back while its window is open. */
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, expectAccessible, test } from './fixtures.ts';

test('a lost connection: a calm banner, fields kept, and true again afterwards', async ({
  app,
  page,
  service,
}) => {
  const banner = page.getByText('Connection to Waypost lost. Trying again…');
  await app.type('From a Single Host', '1');
  await expect(app.preview).toHaveText('Incoming, From a Single Host: 1 connection.');
  await service.stop();
  await expect(banner).toBeVisible();
  await expect(app.statusLine).toHaveText(/^Not connected since /);
  await expect(app.apply).toBeDisabled();
  await expect(app.field('From a Single Host')).toHaveValue('1');
  await app.type('Total', '30');
  await page.keyboard.press('ControlOrMeta+s');
  await app.expectSaid('Apply is possible again once Waypost can be reached.');
  await expectAccessible(page);

  await service.start({ maxMessageSizeMB: 12, outgoing: { maxConnections: 4 } });
  await expect(banner).toBeHidden();
  await expect(app.statusLine).toHaveText(/^Listening on /);
  await expect(app.field('Maximum Message Size (MB)')).toHaveValue('12');
  await expect(app.field('Maximum Connections')).toHaveValue('4');
  await expect(app.field('From a Single Host')).toHaveValue('1');
  await expect(app.field('Total')).toHaveValue('30');
  await app.applyNow();
  const [first, second] = [
    await connectSmtp({ port: service.port }),
    await connectSmtp({ port: service.port }),
  ];
  expect([first.greeting.code, second.greeting.code]).toEqual([220, 421]);
  first.destroy();
});

test('the same field changed while the connection was lost: both versions are offered', async ({
  app,
  page,
  service,
}) => {
  // The code of the other tabs comes when there is time; cut off within that, the browser complains of it.
  await page.waitForFunction(
    () =>
      performance.getEntriesByType('resource').filter(({ name }) => /-tab-[^/]*\.js/.test(name)).length >= 3,
  );
  await app.type('Total', '30');
  await service.stop();
  await expect(app.statusLine).toHaveText(/^Not connected since /);
  await service.start({ incoming: { maxTotal: 40 } });
  await expect(page.getByText('Changed in another window: 40.')).toBeVisible();
  await expect(app.field('Total')).toHaveValue('30');
});

test('the Status tab says that what it shows is old, and is live again afterwards', async ({
  app,
  page,
  service,
}) => {
  await app.showTab('Status');
  await expect(page.getByRole('table', { name: 'Listeners' })).toBeVisible();
  await service.stop();
  await expect(page.getByText('Connection to Waypost lost. Trying again…')).toBeVisible();
  await expectAccessible(page);
  await service.start();
  await expect(app.statusLine).toHaveText(/^Listening on /);
  const client = await connectSmtp({ port: service.port });
  await expect(page.getByRole('table', { name: 'Incoming connections' })).toContainText('127.0.0.1');
  client.destroy();
});
