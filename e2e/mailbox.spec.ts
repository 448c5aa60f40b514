/** A mailbox in the window: its messages, and what can be done with them. */
import { expect, expectAccessible, test } from './fixtures.ts';
import {
  about,
  button,
  bytesOf,
  deliver,
  HTML,
  list,
  message,
  openMailbox,
  options,
  PDF,
  PLAIN,
  subjects,
} from './mailbox-window.ts';
import { overflowing } from './overflow.ts';
import { ANNA } from './service.ts';

test('a message with its text and what is attached; saved, it is what was received', async ({
  app: _,
  page,
  service,
}) => {
  await deliver(service, ...about('Older'), PLAIN);
  await openMailbox(page);
  expect(await subjects(page)).toEqual(['Minutes of Monday', 'Older']);
  await expectAccessible(page);
  await options(page).first().click();
  await expect(message(page)).toContainText('the minutes are attached. — Ben');
  await expect(message(page)).toContainText('Mallory <mallory@evil.test>');
  await expectAccessible(page);

  const attachment = page.waitForEvent('download');
  await button(page, 'Save minutes.pdf').click();
  expect((await attachment).suggestedFilename()).toBe('minutes.pdf');
  expect((await bytesOf(await attachment)).equals(PDF)).toBe(true);

  const whole = page.waitForEvent('download');
  await button(page, 'Save as .eml').click();
  expect((await whole).suggestedFilename()).toBe('Minutes of Monday.eml');
  const [newest] = JSON.parse(await service.run(['mail', 'list', ANNA.address, '--json'])).reverse() as {
    id: string;
  }[];
  const shown = await service.run(['mail', 'show', ANNA.address, newest?.id ?? '']);
  expect((await bytesOf(await whole)).toString()).toBe(shown);
});

test('HTML in its frame: its look and its own pictures, nothing from elsewhere, links to be read', async ({
  app: _,
  context,
  page,
  service,
}) => {
  await deliver(service, HTML);
  await openMailbox(page);
  await options(page).first().click();
  const frame = page.frameLocator('.html-frame');
  const heading = frame.getByRole('heading', { name: 'Tulips' });
  await expect(heading).toHaveCSS('color', 'rgb(1, 2, 3)');
  await expect(heading).toHaveCSS('font-size', '30px');
  await expect(frame.locator('body')).toHaveCSS('background-color', 'rgb(238, 255, 238)');
  const picture = frame.getByRole('img', { name: 'A tulip' });
  // Its own size, which it has only once it is loaded. Scripts to ask by do not run in the frame.
  await expect(picture).toHaveCSS('width', '1px');
  await expect(frame.locator('img[src*=remote]')).toHaveCount(0);
  await expect(page.getByText('Remote images are not loaded.')).toBeVisible();
  await expect(message(page).getByRole('button', { name: /^Save .*gif$/ })).toHaveCount(0);
  await expectAccessible(page);

  const link = frame.getByText('Buy some');
  const after = { pseudo: 'after' } as const;
  await expect(link).toHaveCSS('content', 'none', after);
  await link.hover();
  await expect(link).toHaveCSS('content', '"https://real.test/shop?a=1"', after);
  await link.click();
  await expect(heading).toBeVisible();
  expect(context.pages()).toHaveLength(1);

  await button(page, '2 links').click();
  await expect(page.locator('.link-address')).toHaveText([
    'https://real.test/shop?a=1',
    'mailto:shop@real.test',
  ]);
  await button(page, 'Copy https://real.test/shop?a=1').click();
  await expect(page.getByText('Copied.')).toBeVisible();
  await page.getByRole('searchbox').press('ControlOrMeta+v');
  await expect(page.getByRole('searchbox')).toHaveValue('https://real.test/shop?a=1');
  await page.getByRole('searchbox').fill('');
  await expectAccessible(page);

  await options(page).first().click();
  await page.getByRole('radio', { name: 'Plain text' }).click();
  await expect(message(page)).toContainText('Tulips in plain words');
  await expect(page.locator('.html-frame')).toHaveCount(0);
  // The picture is part of what is shown no more, so it can be saved.
  await expect(message(page).getByRole('button', { name: /^Save attachment-1\.gif$/ })).toBeVisible();
  await expectAccessible(page);
});

test('new mail shows by itself, and what is open stays open', async ({ app: _, page, service }) => {
  await openMailbox(page);
  await expect(page.getByText('No mail yet. What arrives shows here at once.')).toBeVisible();
  await expectAccessible(page);
  await deliver(service, ...about('First'));
  await expect(options(page)).toHaveCount(1);
  await options(page).first().click();
  await expect(message(page)).toContainText('Text of First');
  await deliver(service, ...about('Second'));
  await expect(options(page)).toHaveCount(2);
  expect(await subjects(page)).toEqual(['Second', 'First']);
  await expect(message(page)).toContainText('Text of First');
  await expect(page.getByRole('option', { selected: true })).toContainText('First');
});

test('delete one, several, and what is gone already', async ({ app: _, page, service }) => {
  await deliver(service, ...about('One', 'Two', 'Three', 'Four', 'Five', 'Six'));
  await openMailbox(page);
  await options(page).filter({ hasText: 'Five' }).click();
  await button(page, 'Delete…').click();
  await expect(page.getByRole('alertdialog')).toContainText(
    '“Five” from anna@waypost.test can’t be brought back.',
  );
  await expectAccessible(page);
  await button(page, 'Cancel').click();
  await expect(button(page, 'Delete…')).toBeFocused();
  await list(page).press('Delete');
  await button(page, 'Delete').click();
  await expect(page.getByText('1 message deleted.')).toBeVisible();
  await expect(page.getByRole('option', { selected: true })).toContainText('Four');
  await expect(message(page)).toContainText('Text of Four');

  await options(page).filter({ hasText: 'Six' }).click();
  await options(page)
    .filter({ hasText: 'Three' })
    .click({ modifiers: ['ControlOrMeta'] });
  await expect(page.getByText('2 messages selected.')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Delete');
  await button(page, 'Delete').click();
  await expect(page.getByText('2 messages deleted.')).toBeVisible();
  expect(await subjects(page)).toEqual(['Four', 'Two', 'One']);
  const [account] = JSON.parse(await service.run(['account', 'list', '--json'])) as { messages: number }[];
  expect(account?.messages).toBe(3);

  const mails = JSON.parse(await service.run(['mail', 'list', ANNA.address, '--json'])) as { id: string }[];
  await service.run(['mail', 'remove', ANNA.address, mails[2]?.id ?? '']);
  await options(page).filter({ hasText: 'Two' }).click();
  await options(page).filter({ hasText: 'Four' }).click();
  await expect(page.getByText('This message is no longer there: it was deleted elsewhere.')).toBeVisible();
  await expect(options(page)).toHaveCount(2);
});

const LOOKS = [
  ['760 pixels wide', { width: 760, height: 620 }, 'dark'],
  ['480 pixels wide', { width: 480, height: 620 }, 'light'],
  ['200 % zoom', { width: 380, height: 310 }, 'dark'],
] as const;

for (const [name, viewport, colorScheme] of LOOKS) {
  test.describe(`${name}, ${colorScheme}`, () => {
    test.use({ viewport, colorScheme });

    test('everything is there and can be read', async ({ app: _, page, service }) => {
      await deliver(service, ...about(`A subject of ${'many words '.repeat(20)}`), PLAIN, HTML);
      await openMailbox(page);
      const check = async () => {
        expect(await overflowing(page, 'x')).toEqual([]);
        await expectAccessible(page);
      };
      await options(page).first().click();
      await expect(page.locator('.html-frame')).toBeVisible();
      await button(page, '2 links').click();
      await check();
      await options(page).nth(1).click();
      await expect(message(page)).toContainText('the minutes are attached');
      await check();
      await options(page).nth(2).click();
      await expect(message(page)).toContainText('Text of A subject');
      await check();
      await page.keyboard.press('Delete');
      await expect(page.getByRole('alertdialog')).toBeVisible();
      await check();
    });
  });
}
