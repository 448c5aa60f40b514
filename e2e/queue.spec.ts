/** The Queue tab: who waits for what and why, and what can be done about it. */
import { readFile } from 'node:fs/promises';
import { expect, expectAccessible } from './fixtures.ts';
import { send } from './mail.ts';
import { test } from './queue-window.ts';
import { ANNA } from './service.ts';

test('mail that waits appears with its reason, and Send Now delivers it', async ({ open, page }) => {
  const queue = await open();
  await expect(page.getByText('Nothing waits to be sent.')).toBeVisible();
  await expectAccessible(page);
  await send(queue.service, 'bob@remote.test');
  const row = queue.row('bob@remote.test');
  await expect(row).toContainText(
    /Waits until .+: mx\.test said: 450 4\.2\.1 The mailbox is busy; 1 of about 30 tries/,
  );
  await expect(row).toContainText(ANNA.address);
  await send(queue.service, 'dora@down.test');
  await expect(queue.row('dora@down.test')).toContainText('DNS gave no answer about down.test for now');
  await queue.said('2 recipients');
  await expectAccessible(page);

  queue.sink.script.rcpt = undefined;
  await row.click();
  await queue.said('1 of 2 recipients selected');
  await queue.button('Send Now').click();
  await queue.sink.waitFor(1);
  await expect(row).toHaveCount(0);
  await expect(queue.row('dora@down.test')).toBeVisible();
  expect(queue.sink.messages[0]?.rcpts[0]?.address).toBe('bob@remote.test');
});

test('Hold keeps, Release lets go, and buttons that make no sense say why', async ({ open, page }) => {
  const queue = await open();
  await send(queue.service, 'bob@remote.test');
  const row = queue.row('bob@remote.test');
  await expect(row).toContainText('Waits until');
  await expect(queue.button('Hold')).toHaveAttribute('aria-disabled', 'true');
  await row.click();
  await queue.button('Hold').click();
  await queue.said('1 recipient is on hold until released.');
  await expect(row).toContainText(/Held: mx\.test said: 450/);
  await expect(queue.app.statusLine).toContainText('1 held');
  await queue.button('Send Now').click({ force: true });
  await queue.said('It is on hold: release it to send it.');
  await expectAccessible(page);
  queue.sink.script.rcpt = undefined;
  await queue.button('Release').click();
  await queue.sink.waitFor(1);
  await expect(page.getByText('Nothing waits to be sent.')).toBeVisible();
});

test('what is being sent says so, and can’t be removed', async ({ open }) => {
  const queue = await open({ body: 'hang' });
  await send(queue.service, 'bob@remote.test');
  await expect(queue.row('bob@remote.test')).toContainText('Is being sent now');
  await queue.row('bob@remote.test').click();
  await expect(queue.button('Remove…')).toHaveAttribute(
    'title',
    'It is being sent right now and can’t be called back.',
  );
  await queue.button('Hold').click();
  await expect(queue.row('bob@remote.test')).toContainText('Is being sent now; on hold should that fail');
  await queue.sink.stop();
  await expect(queue.row('bob@remote.test')).toContainText('Held: ');
});

test('while sending is paused mail is due at once when it is resumed', async ({ open, page }) => {
  const queue = await open({});
  await queue.service.run(['pause', 'outgoing']);
  await send(queue.service, 'bob@remote.test');
  await expect(queue.row('bob@remote.test')).toContainText('Due at once when sending is resumed');
  await expect(page.getByText('Sending is paused: nothing goes until it is resumed.')).toBeVisible();
  await expectAccessible(page);
  await queue.button('Resume sending').click();
  await queue.sink.waitFor(1);
  await expect(page.getByText('Nothing waits to be sent.')).toBeVisible();
});

test('the message that waits can be read and saved', async ({ open, page }) => {
  const queue = await open();
  const body =
    'From: Anna <anna@waypost.test>\r\nTo: Bob <bob@remote.test>\r\nSubject: The summer\r\n' +
    'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n' +
    '--x\r\nContent-Type: text/plain\r\n\r\nHere is the plain text.\r\n' +
    '--x\r\nContent-Type: text/html\r\n\r\n<p>Here is <b>the other</b>.</p>\r\n--x--\r\n';
  await send(queue.service, 'bob@remote.test', { body });
  await queue.row('bob@remote.test').click();
  await queue.button('Open Message').click();
  const dialog = page.getByRole('dialog', { name: 'The summer' });
  await expect(dialog.getByText('Anna <anna@waypost.test>')).toBeVisible();
  await expect(dialog.getByText('Here is the plain text.')).toBeVisible();
  await expectAccessible(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save…' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('The summer.eml');
  const saved = await readFile(await download.path(), 'utf8');
  expect(saved).toMatch(/^Received: from /);
  expect(saved).toContain('Subject: The summer\r\n');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toHaveCount(0);
});

test('selection and place stay while mail comes and goes', async ({ open, page }) => {
  const queue = await open();
  for (const name of ['adam', 'bob', 'carol']) await send(queue.service, `${name}@remote.test`);
  await expect(queue.rows).toHaveCount(3);
  await queue.row('carol@remote.test').click();
  await page.keyboard.press('Enter');
  await send(queue.service, 'new@remote.test');
  await expect(queue.rows).toHaveCount(4);
  await expect(queue.selected.locator('.to')).toHaveText('carol@remote.test');
  const entries = JSON.parse(await queue.service.run(['queue', 'list', '--json'])) as {
    id: string;
    to: string;
  }[];
  const id = (to: string) => entries.find((entry) => entry.to === to)?.id ?? '';
  await queue.service.run(['queue', 'remove', id('adam@remote.test')]);
  await expect(queue.row('adam@remote.test')).toHaveCount(0);
  await expect(queue.selected.locator('.to')).toHaveText('carol@remote.test');
  await queue.said('1 of 3 recipients selected');
  await queue.service.run(['queue', 'remove', id('carol@remote.test')]);
  await expect(page.getByText('This recipient has left the queue')).toBeVisible();
  await queue.said('2 recipients');
});

for (const [width, height] of [
  [760, 620],
  [480, 620],
  [320, 480],
] as const) {
  test(`nothing overflows sideways at ${width}×${height}`, async ({ open, page }) => {
    await page.setViewportSize({ width, height });
    const queue = await open();
    await send(queue.service, `somebody.with.a.rather.long.name.${'x'.repeat(40)}@remote.test`);
    await queue.rows.first().click();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('region', { name: 'Details' })).toBeVisible();
    const isTooWide = `[document.documentElement, ...document.querySelectorAll('.queue-tab, .queue-grid, .queue-details, .queue-actions')]
      .filter((element) => element.scrollWidth > element.clientWidth).map(({ className }) => className)`;
    expect(await page.evaluate(isTooWide)).toEqual([]);
    await expectAccessible(page);
    if (width >= 640) return;
    await page.getByRole('button', { name: 'Next attempt Sort by' }).click();
    await page.getByRole('option', { name: 'Size' }).click();
    await expect(queue.rows).toHaveCount(1);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
  });
}
