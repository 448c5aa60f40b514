/** The Queue tab: who is removed, who stays, and who is told of it. */
import { expect, expectAccessible } from './fixtures.ts';
import { send } from './mail.ts';
import { test } from './queue-window.ts';

test('Remove with a report: it lands in the sender’s mailbox', async ({ open, page }) => {
  const queue = await open();
  await send(queue.service, ['bob@remote.test', 'carol@remote.test', 'dave@remote.test']);
  await expect(queue.rows.filter({ hasText: 'Waits until' })).toHaveCount(3);
  await queue.row('bob@remote.test').click();
  await queue.row('carol@remote.test').click({ modifiers: ['ControlOrMeta'] });
  await queue.button('Remove…').click();
  const dialog = page.getByRole('alertdialog', { name: 'Remove 2 recipients?' });
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await queue.said('2 recipients removed with a report.');
  await expect(queue.rows).toHaveCount(1);
  const [report, ...others] = await queue.mail();
  expect(others).toEqual([]);
  expect(report).toContain('Subject: Your message was removed');
  expect(report).toContain('bob@remote.test');
  expect(report).toContain('carol@remote.test');
  expect(report).not.toContain('dave@remote.test');
});

test('Remove without a report tells nobody', async ({ open, page }) => {
  const queue = await open();
  await send(queue.service, 'bob@remote.test');
  await expect(queue.row('bob@remote.test')).toContainText('Waits until');
  await queue.row('bob@remote.test').click();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('alertdialog', { name: 'Remove this recipient?' });
  await dialog.getByText('is not told').click();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('Nothing waits to be sent.')).toBeVisible();
  await expect(page.getByText('1 recipient removed.')).toBeVisible();
  expect(await queue.mail()).toEqual([]);
});

test('filter, select all and remove: the others stay', async ({ open, page }) => {
  const queue = await open();
  await send(queue.service, ['bob@remote.test', 'carol@remote.test']);
  await send(queue.service, ['bob@other.test', 'eve@other.test']);
  await expect(queue.rows.filter({ hasText: 'Waits until' })).toHaveCount(4);
  await page.getByRole('searchbox').fill('BOB');
  await queue.said('2 recipients');
  await page.getByRole('searchbox').fill('');
  await queue.said('4 recipients');
  await queue.button('Choose a domain').click();
  await page.getByRole('menuitemradio', { name: 'other.test' }).click();
  await queue.said('2 recipients');
  await queue.grid.press('ControlOrMeta+a');
  await queue.said('All 2 recipients selected');
  await page.keyboard.press('Delete');
  await page.getByRole('alertdialog').getByText('are not told').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('Nothing in the queue fits.')).toBeVisible();
  await expectAccessible(page);
  await queue.button('Show All').click();
  await expect(queue.rows).toHaveCount(2);
  await expect(queue.row('bob@remote.test')).toBeVisible();

  await queue.row('bob@remote.test').click();
  await queue.button('Hold').click();
  await page.getByRole('button', { name: 'All states' }).click();
  await page.getByRole('option', { name: 'On hold' }).click();
  await queue.said('1 recipient');
});
