/** Everything without a mouse. */
import type { Page } from 'playwright/test';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, test } from './fixtures.ts';

/** Presses Tab until the field or button has the focus; fails when it comes by none twice. */
async function tabTo(
  page: Page,
  role: 'textbox' | 'button' | 'checkbox' | 'tab',
  name: string,
): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true });
  for (let presses = 0; presses < 40; presses++) {
    if ((await wanted.and(page.locator(':focus')).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never comes to ${role} ${name}.`);
}

test('change a limit and apply', async ({ app, page, service }) => {
  await tabTo(page, 'textbox', 'From a Single Host');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('1');
  await tabTo(page, 'button', 'Apply');
  await page.keyboard.press('Space');
  await app.expectSaid(/^Applied\./);
  const [first, second] = [
    await connectSmtp({ port: service.port }),
    await connectSmtp({ port: service.port }),
  ];
  expect([first.greeting.code, second.greeting.code]).toEqual([220, 421]);
  first.destroy();
});

test('checkboxes, lists, the disclosure and the tabs', async ({ app, page }) => {
  await tabTo(page, 'checkbox', 'SmartHost');
  await page.keyboard.press('Space');
  await tabTo(page, 'textbox', 'SmartHost name or IP address');
  await page.keyboard.type('smart.test');
  await tabTo(page, 'button', 'Automatic Security');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listbox')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(app.list('Security').first()).toHaveText('STARTTLS');
  await tabTo(page, 'textbox', 'Primary Port');
  await page.keyboard.press('Tab');
  await expect(app.field('Primary IP address')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitemradio', { name: 'All addresses' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(app.field('Primary IP address')).toHaveValue('127.0.0.1');
  await expect(app.field('Primary IP address')).toBeFocused();
  await tabTo(page, 'button', 'Advanced');
  await page.keyboard.press('Enter');
  await tabTo(page, 'textbox', 'Server name');
  await tabTo(page, 'tab', 'Connections');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('table', { name: 'Listeners' })).toBeVisible();
});

test('wherever the focus is, it shows', async ({ app, page }) => {
  await app.openAdvanced();
  await app.toggle('SmartHost');
  await app.toggle('Authenticate');
  await app.type('Total', '30');
  await page.getByRole('tab', { name: 'Connections' }).focus();
  let stops = 0;
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    const { id, ring } = (await page.evaluate(`(() => {
      const ringOf = (element) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      };
      const focused = document.activeElement;
      const around = [focused, focused.parentElement, focused.closest('label'), ...(focused.closest('label')?.querySelectorAll('*') ?? [])];
      const name = focused.getAttribute('aria-label') ?? focused.textContent;
      return { id: focused === document.body ? '' : focused.id + ' ' + name, ring: around.some((one) => one && ringOf(one)) };
    })()`)) as { id: string; ring: boolean };
    if (id === '') break;
    expect(ring, `a ring at ${id}`).toBe(true);
    stops++;
  }
  expect(stops).toBeGreaterThan(20);
});
