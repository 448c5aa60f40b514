/** Two windows on one service: nobody overwrites the other unasked, and nothing typed is lost. */
import type { Browser } from 'playwright/test';
import { test as base, expect, expectAccessible } from './fixtures.ts';
import { type HeldSocket, holdable } from './socket.ts';
import { SettingsWindow } from './window.ts';

interface Both {
  socket: HeldSocket;
  other: SettingsWindow;
}

const test = base.extend<Both>({
  /** Of the first window. */
  socket: [async ({ page }, use) => use(await holdable(page)), { auto: true }],
  other: async ({ browser, service }, use) => {
    const context = await (browser as Browser).newContext();
    const other = new SettingsWindow(await context.newPage());
    await other.open(service.address);
    await use(other);
    await context.close();
  },
});

test('the other’s Apply shows up at once, and leaves alone what is being typed', async ({ app, other }) => {
  await app.type('Total', '5');
  await other.type('From a Single Host', '3');
  await other.type('Maximum Message Size (MB)', '10');
  await other.applyNow();
  await expect(app.field('From a Single Host')).toHaveValue('3', { timeout: 1000 });
  await expect(app.field('Maximum Message Size (MB)')).toHaveValue('10');
  await expect(app.field('Total')).toHaveValue('5');
  await expect(app.field('Total')).toBeFocused();
  await app.expectSaid('Changed in another window: From a Single Host; Maximum Message Size (MB).');
  await app.type('Total', '55');
  await app.applyNow();
  await expect(other.field('Total')).toHaveValue('55', { timeout: 1000 });
});

test('the same field in both: both versions are offered', async ({ app, other, page }) => {
  const dialog = page.getByRole('alertdialog', { name: 'Changed in another window' });
  await app.type('Total', '30');
  await other.type('Total', '40');
  await other.applyNow();
  await expect(page.getByText('Changed in another window: 40.')).toBeVisible();
  await expect(app.field('Total')).toHaveValue('30');
  await expectAccessible(page);

  await app.apply.click();
  await expect(dialog.getByRole('radio', { name: 'Keep mine: 30' })).toBeChecked();
  await expect(dialog.getByRole('radio', { name: 'Take theirs: 40' })).not.toBeChecked();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await app.expectSaid('Not applied yet. Your entries are kept.');
  await expect(other.field('Total')).toHaveValue('40');

  await app.apply.click();
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await app.expectSaid('Applied. Incoming, Total: 30 connections.');
  await expect(other.field('Total')).toHaveValue('30');
});

test('the same field in both: theirs can be taken', async ({ app, other, page }) => {
  await app.type('Total', '30');
  await app.type('From a Single Host', '4');
  await other.type('Total', '40');
  await other.applyNow();
  await expect(page.getByText('Changed in another window: 40.')).toBeVisible();
  await app.apply.click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('Take theirs: 40').click();
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await app.expectSaid('Applied. Incoming, From a Single Host: 4 connections.');
  await expect(app.field('Total')).toHaveValue('40');
});

test('an Apply that did not know of the other’s is refused', async ({ app, other, socket }) => {
  await app.type('Total', '30');
  await expect(app.preview).not.toHaveText('');
  socket.hold();
  await other.type('From a Single Host', '3');
  await other.applyNow();
  await app.apply.click();
  socket.release();
  await app.expectSaid(
    'These settings were changed elsewhere in the meantime. Look at the new values and apply again.',
  );
  await expect(app.field('From a Single Host')).toHaveValue('3');
  await expect(app.field('Total')).toHaveValue('30');
  await expect(other.field('Total')).toHaveValue('20');
  await app.applyNow();
  await expect(other.field('Total')).toHaveValue('30');
});

test('an Apply that did not know of the same field’s change offers both versions', async ({
  app,
  other,
  socket,
  page,
}) => {
  await app.type('Total', '30');
  socket.hold();
  await other.type('Total', '40');
  await other.applyNow();
  await app.apply.click();
  socket.release();
  const dialog = page.getByRole('alertdialog', { name: 'Changed in another window' });
  await expect(dialog.getByRole('radio', { name: 'Take theirs: 40' })).toBeVisible();
  await expect(other.field('Total')).toHaveValue('40');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await app.expectSaid('Applied. Incoming, Total: 30 connections.');
});

test('what is typed while an Apply is under way is kept', async ({ app, other, socket }) => {
  await app.type('Total', '30');
  socket.hold();
  await app.apply.click();
  await expect(app.preview).toHaveText('Applying…');
  await app.type('From a Single Host', '7');
  await app.type('Total', '31');
  socket.release();
  await expect(other.field('Total')).toHaveValue('30');
  await expect(app.field('Total')).toHaveValue('31');
  await expect(app.field('From a Single Host')).toHaveValue('7');
  await app.applyNow();
  await expect(other.field('Total')).toHaveValue('31');
});
