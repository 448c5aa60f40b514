/** A mailbox in the window with ten thousand messages, and with one that is too large to be shown. */
import { expect, expectAccessible, test } from './fixtures.ts';
import { send } from './mail.ts';
import { button, bytesOf, list, message, openMailbox, options } from './mailbox-window.ts';
import { seedMailbox } from './seed-mailbox.ts';
import { ANNA } from './service.ts';

test('ten thousand messages: only those in view are there, and every one is reached', async ({
  page,
  service,
}) => {
  await service.stop();
  seedMailbox(service.folder, 10_000);
  await service.start();
  await page.goto(service.address);
  await openMailbox(page);
  await expect(page.getByText('10,000 messages')).toBeVisible();
  await expect(options(page).first()).toContainText('Message 9999');
  expect(await options(page).count()).toBeLessThan(60);
  await list(page).press('End');
  await expect(page.getByRole('option', { selected: true })).toContainText('Message 0');
  await expect(page.getByRole('option', { selected: true })).toHaveAttribute('aria-posinset', '10000');
  await expect(message(page)).toContainText('Text');
  await page.evaluate(
    "(() => { const list = document.querySelector('.mail-rows'); list.scrollTop = list.scrollHeight / 2; })()",
  );
  await expect(options(page).filter({ hasText: 'Message 4999' })).toBeVisible();
  expect(await options(page).count()).toBeLessThan(60);
  await page.getByRole('searchbox').fill('sender0123');
  await expect(page.getByText('10 messages found')).toBeVisible();
  await expect(options(page).first()).toContainText('Message 1239');
  await list(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await button(page, 'Delete').click();
  await expect(page.getByText('10 messages deleted.')).toBeVisible();
  await page.getByRole('searchbox').fill('');
  await expect(options(page).first()).toContainText('Message 9999');
});

test.describe('a message of more than can be shown', () => {
  test.use({ start: { settings: { maxMessageSizeMB: 50 } } });

  test('is not fetched to be shown, but part by part to be saved', async ({ app: _, page, service }) => {
    const line = `${'x'.repeat(998)}\r\n`;
    const body = `Subject: Huge\r\nFrom: Ben <ben@example.net>\r\n\r\n${line.repeat(33_000)}`;
    expect((await send(service, ANNA.address, { body, timeoutMs: 60_000 })).final.code).toBe(250);
    await openMailbox(page);
    await options(page).first().click();
    await expect(message(page)).toContainText('This message has 31 MB, which is too much to show.');
    await expect(message(page)).toContainText('Ben <ben@example.net>');
    await expectAccessible(page);
    const download = page.waitForEvent('download', { timeout: 40_000 });
    await button(page, 'Save as .eml').click();
    const saved = await bytesOf(await download);
    expect(saved.subarray(-body.length).equals(Buffer.from(body))).toBe(true);
  });
});
