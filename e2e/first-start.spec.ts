/** A first start: nobody has an account yet. */
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { send } from './mail.ts';

test.use({ withAccount: false });

test('the welcome leads to an account that receives mail, and to Connections', async ({
  app,
  page,
  service,
}) => {
  const create = page.getByRole('button', { name: 'Create Account' });
  await expect(page.getByRole('heading', { name: 'Welcome to Waypost' })).toBeVisible();
  await expect(app.field('Mail address')).toBeFocused();
  await expect(app.field('Server name')).toHaveValue('mail.waypost.test');
  await expectAccessible(page);

  await create.click();
  await expect(app.issue('Mail address')).toHaveText('Enter an address such as anna@example.com.');
  await expect(app.issue('Password')).toHaveText('Choose a password.');
  await expect(app.field('Mail address')).toBeFocused();
  await app.type('Server name', 'not a name');
  await app.type('Mail address', 'bob@office.test');
  await app.type('Password', 'correct horse');
  await app.type('Repeat password', 'correct house');
  await create.click();
  await expect(app.issue('Server name')).toBeVisible();
  await expect(app.issue('Repeat password')).toHaveText('The two passwords differ.');
  await expectAccessible(page);

  await app.type('Server name', 'post.office.test');
  await app.type('Repeat password', 'correct horse');
  await page.keyboard.press('Enter');
  await app.expectSaid(/^bob@office\.test can now receive and send mail\./);
  await expect(app.field('From a Single Host')).toBeVisible();

  const client = await connectSmtp({ port: service.port });
  expect(client.greeting.text).toMatch(/^post\.office\.test /);
  await client.command('EHLO client.test');
  await client.startTls();
  await client.command('EHLO client.test');
  expect((await client.authPlain('bob@office.test', 'correct horse')).code).toBe(235);
  await client.quit();
  expect((await send(service, 'bob@office.test')).final.code).toBe(250);
  await page.reload();
  await expect(app.field('From a Single Host')).toBeVisible();
});

test('it can be skipped', async ({ app, page }) => {
  await page.getByRole('button', { name: 'Skip' }).click();
  await expect(app.field('From a Single Host')).toBeVisible();
  await app.type('Total', '30');
  await app.applyNow();
});

test('an address that can’t be one is refused beside its field, by the engine too', async ({ app, page }) => {
  await app.type('Mail address', 'a..b@office.test');
  await app.type('Password', 'correct horse');
  await app.type('Repeat password', 'correct horse');
  await page.getByRole('button', { name: 'Create Account' }).click();
  await expect(app.issue('Mail address')).toBeVisible();
  await expect(app.field('Mail address')).toBeFocused();
});
