/** The Mail Log tab by keyboard alone, and in windows of any size. */
import type { Locator } from 'playwright/test';
import { expect, expectAccessible } from './fixtures.ts';
import { test } from './log-window.ts';

test('everything without a mouse', async ({ log, page }) => {
  await log.receive('bob@remote.test');
  await expect(log.row('Delivered to mx.test')).toBeVisible();
  const selected = () => log.grid.getByRole('row', { selected: true }).locator('.text').allTextContents();
  const tabTo = async (wanted: Locator) => {
    for (let presses = 0; presses < 30; presses++) {
      if ((await wanted.and(page.locator(':focus')).count()) > 0) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('Tab never comes there.');
  };
  await tabTo(page.getByRole('searchbox'));
  await page.keyboard.type('remote.test');
  await expect(log.row('listener')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(log.row('listener').first()).toBeVisible();
  await tabTo(page.getByRole('button', { name: /Level$/ }));
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Nothing in the log fits.')).toBeVisible();
  await tabTo(log.button('Show All'));
  await page.keyboard.press('Enter');
  await expect(log.row('Delivered to mx.test')).toBeVisible();

  await tabTo(log.grid);
  await page.keyboard.press('End');
  await expect.poll(selected).toEqual([expect.stringContaining('Delivered to mx.test')]);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Shift+ArrowUp');
  await expect.poll(async () => (await selected()).length).toBe(2);
  await page.keyboard.press('ControlOrMeta+c');
  await log.said('2 entries copied.');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(log.transcript).toContainText('EHLO');
  await tabTo(log.details.getByRole('button', { name: 'Received' }));
  await page.keyboard.press('Enter');
  await expect(log.transcript).toContainText('From 127.0.0.1');
  await tabTo(log.transcript.getByRole('button', { name: 'Copy' }));
  await page.keyboard.press('Escape');
  await expect(log.details).toHaveCount(0);
  await expect(log.grid).toBeFocused();

  await page.keyboard.press('Shift+Tab');
  await expect(log.button('Not grouped Grouping')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(log.button('By session Grouping')).toBeFocused();
  await tabTo(log.grid);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowRight');
  await expect(log.row('Session ended')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(log.row('Session ended')).toHaveCount(0);
  await tabTo(log.button('Pause'));
  await page.keyboard.press('Space');
  await log.said(/^Paused at /);
  await tabTo(log.button('Export…'));
  await page.keyboard.press('Enter');
  const downloading = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  expect((await downloading).suggestedFilename()).toMatch(/\.txt$/);
});

for (const [width, height] of [
  [760, 620],
  [480, 620],
  [320, 480],
] as const) {
  test(`nothing overflows sideways at ${width}×${height}`, async ({ log, page }) => {
    await page.setViewportSize({ width, height });
    await log.receive(`somebody.with.a.rather.long.name.${'x'.repeat(40)}@remote.test`);
    await log.row('Delivered to mx.test').click();
    await expect(log.transcript).toContainText('EHLO');
    const isTooWide = `[document.documentElement, ...document.querySelectorAll('.tab-list, .log-tab, .log-grid, .log-details, .log-details section, .log-actions')]
      .filter((element) => element.scrollWidth > element.clientWidth).map(({ className }) => className)`;
    expect(await page.evaluate(isTooWide)).toEqual([]);
    await expectAccessible(page);
    await log.choose('Grouping', 'By message');
    await log.choose('Time', 'Between…');
    expect(await page.evaluate(isTooWide)).toEqual([]);
  });
}
