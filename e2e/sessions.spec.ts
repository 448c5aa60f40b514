/** Sessions in the Status tab: ended with words of one's own, and kept out for a while. */
import { Pop3Client } from '../server/testing/pop3-client.ts';
import { unusedPort } from '../server/testing/ports.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { ANNA } from './service.ts';

test('End… says to the client what was typed', async ({ app, page, service }) => {
  await app.showTab('Status');
  const client = await connectSmtp({ port: service.port });
  const end = page.getByRole('button', { name: 'End the session of 127.0.0.1' });
  await end.click();
  const dialog = page.getByRole('dialog', { name: 'End the session of 127.0.0.1' });
  const words = dialog.getByRole('textbox', { name: 'Its mail program or server is told' });
  await expect(words).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect((await client.command('NOOP')).code).toBe(250);

  await end.click();
  await words.fill('Please call Anna');
  await page.keyboard.press('Enter');
  expect(await client.readReply()).toMatchObject({ code: 421, text: '4.3.2 Please call Anna' });
  await client.closed;
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Nobody is connected right now.')).toBeVisible();
  await expect(page.getByRole('table', { name: 'Blocked addresses' })).toBeHidden();
});

test('an address can be kept out for an hour, and let in again', async ({ app, page, service }) => {
  await app.showTab('Status');
  const client = await connectSmtp({ port: service.port });
  await page.getByRole('button', { name: 'End the session of 127.0.0.1' }).click();
  await page.locator('label', { hasText: 'Let nobody connect from 127.0.0.1 for an hour' }).click();
  await page.getByRole('button', { name: 'End Session' }).click();
  expect((await client.readReply()).text).toBe('4.3.2 Closed by the administrator');
  const row = page.getByRole('table', { name: 'Blocked addresses' }).getByRole('row').nth(1);
  await expect(row).toContainText('127.0.0.1');
  await expect(row).toContainText('By hand');
  expect((await connectSmtp({ port: service.port })).greeting).toMatchObject({
    code: 421,
    text: expect.stringContaining('not accepted for now'),
  });
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Let 127.0.0.1 in again' }).click();
  await expect(row).toBeHidden();
  expect((await connectSmtp({ port: service.port })).greeting.code).toBe(220);
});

test('who picks up mail is shown too, and loses nothing by being ended', async ({ app, page, service }) => {
  const port = await unusedPort('127.0.0.1');
  await service.run(
    ['settings', 'apply', '-'],
    JSON.stringify({ pickup: { pop3: { port, address: '127.0.0.1' } } }),
  );
  await app.showTab('Status');
  await expect(page.getByRole('row', { name: /^POP3/ })).toContainText(String(port));
  const client = await Pop3Client.connect({ port });
  await client.signIn(ANNA);
  const row = page.getByRole('table', { name: 'Incoming connections' }).getByRole('row').nth(1);
  await expect(row).toContainText(`Picking up mail: signed in as ${ANNA.address}`);
  await page.getByRole('button', { name: 'End the session of 127.0.0.1' }).click();
  await expect(page.getByText(/Nothing that it wanted to delete is deleted/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'End Session' }).click();
  await expect(page.getByText('Nobody is connected right now.')).toBeVisible();
  await expect.poll(() => client.isOver).toBe(true);
});
