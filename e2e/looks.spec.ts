/** Light and dark, small and large: everything is there, and nothing is cut off. */
import { expect, expectAccessible, test } from './fixtures.ts';
import { overflowing } from './overflow.ts';

test('760×620 shows all of Connections without scrolling', async ({ app, page }) => {
  expect(await overflowing(page, 'both')).toEqual([]);
  await app.toggle('SmartHost');
  await app.type('SmartHost name or IP address', 'relay.example.net');
  await app.toggle('Authenticate');
  await app.type('Account Name', 'anna');
  await expect(page.getByText('There is no keyring here', { exact: false })).toBeVisible();
  expect(await overflowing(page, 'both')).toEqual([]);
  await app.openAdvanced();
  await expect(app.field('Trusted networks')).toBeVisible();
  expect(await overflowing(page, 'both')).toEqual([]);
  await app.showTab('Status');
  await expect(page.getByRole('img', { name: /last hour/ })).toBeVisible();
  expect(await overflowing(page, 'x')).toEqual([]);
});

const SIZES = [
  ['480 pixels wide', { width: 480, height: 620 }, 1],
  // What a window of 760×620 has left at 200 % zoom.
  ['200 % zoom', { width: 380, height: 310 }, 2],
] as const;

for (const [name, viewport, deviceScaleFactor] of SIZES) {
  test.describe(name, () => {
    test.use({ viewport, deviceScaleFactor });

    test('nothing is cut off sideways, and all can be used', async ({ app, page }) => {
      await app.openAdvanced();
      await app.type('From a Single Host', '11');
      await app.toggle('SmartHost');
      expect(await overflowing(page, 'x')).toEqual([]);
      await expectAccessible(page);
      await app.type('From a Single Host', '3');
      await app.toggle('SmartHost');
      await app.applyNow();
      await app.showTab('Status');
      await expect(page.getByRole('img', { name: /last hour/ })).toBeVisible();
      expect(await overflowing(page, 'x')).toEqual([]);
      await expectAccessible(page);
    });
  });
}

test('light and dark follow the system, and both are accessible', async ({ app, page }) => {
  const brightness = async () => {
    const colour = (await page.evaluate(`(() => {
      const context = document.createElement('canvas').getContext('2d');
      context.fillStyle = getComputedStyle(document.querySelector('.window')).backgroundColor;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data];
    })()`)) as number[];
    return Math.max(...colour.slice(0, 3));
  };
  for (const [colorScheme, isLight] of [
    ['light', true],
    ['dark', false],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    expect((await brightness()) > 128, colorScheme).toBe(isLight);
    await app.showTab('Connections');
    await app.type('Total', '5');
    await expectAccessible(page);
    if (!isLight) {
      await app.type('Total', '30');
      await expect(app.preview).toHaveText('Incoming, Total: 30 connections.');
      await expectAccessible(page);
    }
    await app.revert.click();
    await app.showTab('Status');
    await expect(page.getByRole('img', { name: /last hour/ })).toBeVisible();
    await expectAccessible(page);
  }
});

test('open lists are accessible', async ({ app, page }) => {
  await app.list('Primary Security').click();
  await expect(page.getByRole('listbox')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await app.addresses('Primary IP address').click();
  await expect(page.getByRole('menu')).toBeVisible();
  await expectAccessible(page);
});
