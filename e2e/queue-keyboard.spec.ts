/** The Queue tab by keyboard alone. */
import { expect, expectAccessible } from './fixtures.ts';
import { send } from './mail.ts';
import { test } from './queue-window.ts';

test('everything without a mouse', async ({ open, page }) => {
  const queue = await open();
  const names = ['adam', 'bob', 'carol', 'dave', 'eve'].map((name) => `${name}@remote.test`);
  for (const name of names) await send(queue.service, name);
  await expect(queue.rows.filter({ hasText: 'Waits until' })).toHaveCount(5);
  const tos = () => queue.selected.locator('.to').allTextContents();
  const focused = queue.grid.and(page.locator(':focus'));
  await page.getByRole('searchbox').focus();
  for (let presses = 0; presses < 20 && (await focused.count()) === 0; presses++)
    await page.keyboard.press('Tab');
  await expect(queue.grid).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect.poll(tos).toEqual(names.slice(0, 1));
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect.poll(tos).toEqual(names.slice(0, 3));
  await page.keyboard.press('End');
  await expect.poll(tos).toEqual(names.slice(4));
  await page.keyboard.press('ControlOrMeta+ArrowUp');
  await page.keyboard.press('ControlOrMeta+ArrowUp');
  await page.keyboard.press('ControlOrMeta+Space');
  await expect.poll(tos).toEqual([names[2], names[4]]);
  await page.keyboard.press('Home');
  await page.keyboard.press('PageDown');
  await expect.poll(tos).toEqual(names.slice(4));
  await page.keyboard.press('Shift+Home');
  await expect.poll(tos).toEqual(names);

  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  const details = page.getByRole('region', { name: 'Details' });
  for (const text of ['adam@remote.test', 'mx.test said: 450 4.2.1 The mailbox is busy', 'direct'])
    await expect(details.getByText(text, { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('ArrowDown');
  await expect(details.getByText('bob@remote.test', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(details).toHaveCount(0);

  await page.keyboard.press('Delete');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(queue.grid).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(queue.button('Next attempt, and why')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('columnheader', { name: 'Recipient' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await expect(queue.rows.first()).toContainText('eve@remote.test');
  await expect.poll(tos).toEqual(['bob@remote.test']);
});
