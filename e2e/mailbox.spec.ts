/** A mailbox in the window: its list, its messages, and what can be done with them. */
import { readFile } from 'node:fs/promises';
import type { Download, Page } from 'playwright/test';
import { expect, expectAccessible, test } from './fixtures.ts';
import { base64, mail } from './hostile/hostile.ts';
import { send } from './mail.ts';
import { overflowing } from './overflow.ts';
import { seedMailbox } from './seed-mailbox.ts';
import { ANNA, type Service } from './service.ts';

const PIXEL = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const PDF = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7) % 256));

const PLAIN = mail(
  'Minutes of Monday',
  ['Content-Type: multipart/mixed; boundary=m'],
  [
    '--m',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    'Dear Anna,\r\n\r\nthe minutes are attached. — Ben',
    '--m',
    'Content-Type: application/pdf',
    'Content-Disposition: attachment; filename="../minutes.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    base64(PDF),
    '--m--',
  ].join('\r\n'),
);

const HTML = mail(
  'Tulips',
  ['Content-Type: multipart/related; boundary=r'],
  [
    '--r',
    'Content-Type: multipart/alternative; boundary=a',
    '',
    '--a',
    'Content-Type: text/plain',
    '',
    'Tulips in plain words',
    '--a',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<html lang="en"><style>.big{font-size:30px}</style><body bgcolor="#eeffee"><h1 class="big" style="color:rgb(1, 2, 3)">Tulips</h1>' +
      '<img src="cid:p@x" alt="A tulip"><img src="https://remote.test/x.png" alt="">' +
      '<p><a href="https://real.test/shop?a=1">Buy some</a> or <a href="mailto:shop@real.test">write</a></p></body></html>',
    '--a--',
    '--r',
    'Content-Type: image/gif',
    'Content-ID: <p@x>',
    'Content-Transfer-Encoding: base64',
    '',
    PIXEL,
    '--r--',
  ].join('\r\n'),
);

const list = (page: Page) => page.getByRole('listbox', { name: 'Messages' });
const options = (page: Page) => page.getByRole('option');
const message = (page: Page) => page.getByRole('article', { name: 'Message' });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const subjects = (page: Page) => options(page).locator('.subject').allTextContents();

async function deliver(service: Service, ...bodies: string[]): Promise<void> {
  for (const body of bodies) expect((await send(service, ANNA.address, { body })).final.code).toBe(250);
}

const about = (...names: string[]) => names.map((name) => `Subject: ${name}\r\n\r\nText of ${name}\r\n`);

async function openMailbox(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Accounts' }).click();
  await page.getByRole('row', { name: ANNA.address }).dblclick();
  await expect(page.getByRole('heading', { name: ANNA.address })).toBeVisible();
}

async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

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

test('all of it by keyboard', async ({ app: _, page, service }) => {
  await deliver(service, ...about('One', 'Two'), PLAIN);
  await page.getByRole('tab', { name: 'Accounts' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: ANNA.address })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('row', { name: ANNA.address })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(list(page)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(message(page)).toContainText('the minutes are attached');
  await page.keyboard.press('Enter');
  await expect(message(page)).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(button(page, 'Save as .eml')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(button(page, 'Delete…')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(button(page, 'Save minutes.pdf')).toBeFocused();
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  await download;
  await page.keyboard.press('Tab');
  await expect(page.getByRole('region', { name: 'Text' })).toBeFocused();

  await list(page).focus();
  await page.keyboard.press('End');
  await expect(page.getByRole('option', { selected: true })).toContainText('One');
  await page.keyboard.press('Shift+ArrowUp');
  await expect(page.getByText('2 messages selected.')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+a');
  await expect(page.getByText('3 messages selected.')).toBeVisible();
  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  await expect(button(page, 'Cancel')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(options(page)).toHaveCount(2);
  await expect(list(page)).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('two');
  await expect(page.getByText('1 message found')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('2 messages', { exact: true })).toBeVisible();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: ANNA.address })).toBeFocused();
});

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
