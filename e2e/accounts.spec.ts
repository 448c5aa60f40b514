/** The Accounts tab: who receives mail here, and what becomes of it. */
import type { Page } from 'playwright/test';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { send } from './mail.ts';
import { overflowing } from './overflow.ts';
import { ANNA, type Service } from './service.ts';

const BOB = { address: 'bob@waypost.test', password: 'tulips in november' };

const row = (page: Page, address: string) => page.getByRole('row', { name: new RegExp(`^${address}`) });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

/** The reply to signing in. */
async function signIn({ port }: Service, address: string, password: string): Promise<number> {
  const client = await connectSmtp({ port });
  await client.command('EHLO client.test');
  await client.startTls();
  await client.command('EHLO client.test');
  const { code } = await client.authPlain(address, password);
  client.destroy();
  return code;
}

async function fillIn(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await field(page, name).fill(value);
}

test.beforeEach(async ({ app }) => {
  await app.showTab('Accounts');
});

test('add one, change its password, switch it off, remove it: each is true at once', async ({
  page,
  service,
}) => {
  await button(page, 'Add…').click();
  await fillIn(page, {
    'Mail address': BOB.address,
    Password: BOB.password,
    Aliases: 'info@waypost.test\noffice@waypost.test',
    'Quota (MB)': '5',
  });
  await expect(page.getByText('Good: hard to guess.')).toBeVisible();
  await button(page, 'Add').click();
  await expect(page.locator('.notice')).toHaveText(`${BOB.address} can now receive and send mail.`);
  await expect(row(page, BOB.address)).toHaveText(
    `${BOB.address}also info@waypost.test, office@waypost.test00 of 5 MBNever`,
  );
  await expect(row(page, BOB.address)).toBeFocused();
  expect(await signIn(service, BOB.address, BOB.password)).toBe(235);
  await expect(row(page, BOB.address)).toContainText('Just now', { timeout: 20_000 });
  expect((await send(service, 'office@waypost.test')).final.code).toBe(250);
  await expect(row(page, BOB.address).getByRole('gridcell').first()).toHaveText('1');

  await button(page, 'Edit…').click();
  await fillIn(page, { Password: 'another one instead', Aliases: 'info@waypost.test' });
  await button(page, 'Save').click();
  await expect(page.locator('.notice')).toHaveText(`${BOB.address} was saved.`);
  expect(await signIn(service, BOB.address, BOB.password)).toBe(535);
  expect(await signIn(service, BOB.address, 'another one instead')).toBe(235);
  expect((await send(service, 'office@waypost.test')).final.code).toBe(550);

  await button(page, 'Edit…').click();
  await page.locator('label', { hasText: /^Enabled$/ }).click();
  await button(page, 'Save').click();
  await expect(row(page, BOB.address)).toContainText('Switched off');
  expect((await send(service, BOB.address)).final.code).toBe(550);

  await button(page, 'Remove…').click();
  await expect(page.getByRole('alertdialog')).toContainText(
    /^Remove bob@waypost\.test\?1 message \(\d+ bytes\) in/,
  );
  await button(page, 'Remove').click();
  await expect(page.locator('.notice')).toHaveText(`${BOB.address} was removed.`);
  await expect(row(page, BOB.address)).toHaveCount(0);
  await expect(row(page, ANNA.address)).toBeFocused();
  expect((await send(service, BOB.address)).final).toMatchObject({
    code: 550,
    text: expect.stringContaining('5.1.1'),
  });
});

test('what the engine refuses stands beside the field', async ({ app, page }) => {
  await button(page, 'Add…').click();
  await button(page, 'Add').click();
  await expect(app.issue('Mail address')).toHaveText('Enter an address such as anna@example.com.');
  await expect(app.issue('Password')).toHaveText('Choose a password.');
  await expect(field(page, 'Mail address')).toBeFocused();
  await fillIn(page, { 'Mail address': 'Anna@Waypost.test', Password: 'x7K!q' });
  await button(page, 'Add').click();
  await expect(app.issue('Mail address')).toHaveText(`There is already an account ${ANNA.address}.`);
  await fillIn(page, { 'Mail address': 'a..b@waypost.test' });
  await button(page, 'Add').click();
  await expect(app.issue('Mail address')).toContainText('is not a mail address');
  await fillIn(page, { 'Mail address': BOB.address, Aliases: `x@waypost.test\n${ANNA.address}` });
  await button(page, 'Add').click();
  await expect(app.issue('Aliases')).toHaveText(`There is already an account ${ANNA.address}.`);
  await expect(field(page, 'Aliases')).toBeFocused();
  await expectAccessible(page);
  // A weak password is said to be one, and taken.
  await expect(page.getByText(/^Weak: it is short/)).toBeVisible();
  await fillIn(page, { Aliases: '' });
  await page.keyboard.press('Tab');
  await field(page, 'Quota (MB)').press('Enter');
  await expect(row(page, BOB.address)).toBeVisible();
});

test.describe('a destination that is down', () => {
  test.use({ start: { zone: { 'down.test': 'servfail' } } });

  test('mail that waits from an account is sent although the account is removed', async ({
    page,
    service,
  }) => {
    await send(service, 'bob@down.test');
    const waiting = async () =>
      JSON.parse(await service.run(['queue', 'list', '--json'])) as { from: string }[];
    expect(await waiting()).toHaveLength(1);
    await button(page, 'Remove…').click();
    await expect(page.getByRole('alertdialog')).toContainText('Its mailbox is empty.');
    await expect(page.getByRole('alertdialog')).toContainText(
      'Mail from it that still waits in the queue is sent.',
    );
    await button(page, 'Remove').click();
    await expect(page.getByText('No accounts yet')).toBeVisible();
    await expect(button(page, 'Add…')).toBeFocused();
    expect((await waiting()).map(({ from }) => from)).toEqual([ANNA.address]);
    await expectAccessible(page);
  });
});

test('a change elsewhere shows, and what it makes impossible is told', async ({ page, service }) => {
  await service.run(['account', 'add', BOB.address, '--password-stdin', '--quota', '1'], BOB.password);
  await expect(row(page, BOB.address)).toBeVisible();
  await row(page, BOB.address).click();
  await button(page, 'Edit…').click();
  await service.run(['account', 'remove', BOB.address]);
  await field(page, 'Password').fill('x');
  await button(page, 'Save').click();
  await expect(page.getByRole('dialog')).toContainText(
    `There is no account ${BOB.address}. It was removed meanwhile.`,
  );
  await button(page, 'Cancel').click();
  await expect(row(page, BOB.address)).toHaveCount(0, { timeout: 20_000 });
});

test('all of it by keyboard', async ({ page, service }) => {
  await page.getByRole('tab', { name: 'Accounts' }).focus();
  // The way leads on to the list only once it is there.
  await expect(row(page, ANNA.address)).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(row(page, ANNA.address)).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(button(page, 'Add…')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(field(page, 'Mail address')).toBeFocused();
  await page.keyboard.type(BOB.address);
  await page.keyboard.press('Tab');
  await page.keyboard.type(BOB.password);
  await page.keyboard.press('Tab');
  await expect(button(page, 'Show password')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.type('info@waypost.test');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(row(page, BOB.address)).toBeFocused();
  expect(await signIn(service, BOB.address, BOB.password)).toBe(235);

  await page.keyboard.press('ArrowUp');
  await expect(row(page, ANNA.address)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('F2');
  await expect(field(page, 'Aliases')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(row(page, BOB.address)).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(button(page, 'Cancel')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row(page, BOB.address)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: BOB.address })).toBeVisible();
  await button(page, 'Accounts').press('Enter');
  await expect(row(page, BOB.address)).toBeFocused();
  await page.keyboard.press('Delete');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(row(page, BOB.address)).toHaveCount(0);
  await expect(row(page, ANNA.address)).toBeFocused();
  expect((await send(service, BOB.address)).final.code).toBe(550);
});

const LOOKS = [
  ['760 pixels wide', { width: 760, height: 620 }, 'light'],
  ['760 pixels wide', { width: 760, height: 620 }, 'dark'],
  ['480 pixels wide', { width: 480, height: 620 }, 'light'],
  ['200 % zoom', { width: 380, height: 310 }, 'dark'],
] as const;

for (const [name, viewport, colorScheme] of LOOKS) {
  test.describe(`${name}, ${colorScheme}`, () => {
    test.use({ viewport, colorScheme });

    test('everything is there and can be read', async ({ page, service }) => {
      const alias = ['--alias', 'a-rather-long-alias-of-somebody@an-office.waypost.test'];
      const long = 'somebody.with.a.long.name@an-office.waypost.test';
      await service.run(['account', 'add', long, '--password-stdin', '--quota', '1000', ...alias], 'x');
      await service.run(['account', 'set', long, '--disable']);
      await expect(row(page, long)).toContainText('Switched off', { timeout: 20_000 });
      const check = async () => {
        expect(await overflowing(page, 'x')).toEqual([]);
        await expectAccessible(page);
      };
      await check();
      await button(page, 'Add…').click();
      await field(page, 'Password').fill('password1');
      await button(page, 'Add').click();
      await check();
      await page.keyboard.press('Escape');
      await row(page, long).click();
      await button(page, 'Edit…').click();
      await check();
      await page.keyboard.press('Escape');
      await button(page, 'Remove…').click();
      await check();
    });
  });
}
