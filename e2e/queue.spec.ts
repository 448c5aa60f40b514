/** The Queue tab: who waits for what and why, and what can be done about it. */
import { readFile } from 'node:fs/promises';
import type { SettingsPatch } from '../server/contract/settings.ts';
import type { SinkOptions } from '../server/testing/sink.ts';
import { startSink } from '../server/testing/sink.ts';
import { test as base, expect, expectAccessible } from './fixtures.ts';
import { send, zoneOf } from './mail.ts';
import { PeerWindow } from './peer-window.ts';
import { ANNA, startService } from './service.ts';

/** A window at the Queue tab, of a service that has one peer for all the world. */
class QueueWindow extends PeerWindow {
  get grid() {
    return this.page.getByRole('grid', { name: 'Queue' });
  }

  get rows() {
    return this.grid.locator('.queue-all').getByRole('row');
  }

  /** The row of a recipient. */
  row(to: string) {
    return this.rows.filter({ has: this.page.getByRole('gridcell', { name: to, exact: true }) });
  }

  get selected() {
    return this.grid.getByRole('row', { selected: true });
  }

  async said(text: string | RegExp) {
    await expect(this.page.locator('.queue-actions .said, .queue-said')).toHaveText(text);
  }

  /** Anna's mailbox, as the command line shows it. */
  async mail(): Promise<string[]> {
    const list = JSON.parse(await this.service.run(['mail', 'list', ANNA.address, '--json'])) as {
      id: string;
    }[];
    return Promise.all(list.map(({ id }) => this.service.run(['mail', 'show', ANNA.address, id])));
  }
}

const BUSY = '450 4.2.1 The mailbox is busy';

const test = base.extend<{ open: (sink?: SinkOptions, settings?: SettingsPatch) => Promise<QueueWindow> }>({
  open: async ({ page, seed, atEnd }, use) => {
    await use(async (options = { rcpt: BUSY }, settings = {}) => {
      const sink = await startSink(options);
      atEnd(sink.stop);
      const service = await startService({
        seed,
        zone: { ...zoneOf('remote.test', 'other.test'), 'down.test': 'servfail' },
        settings: { ...settings, delivery: { mxPort: sink.port, ...settings.delivery } },
      });
      atEnd(service.remove);
      const queue = new QueueWindow(page, service, sink);
      await queue.app.open(service.address);
      await queue.app.showTab('Queue');
      return queue;
    });
  },
});

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
