/** The Mail Log tab: what happened to each session, message and delivery, as it happens. */
import { readFile } from 'node:fs/promises';
import type { LogView } from '../server/contract/views.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, expectAccessible } from './fixtures.ts';
import { test } from './log-window.ts';
import { BODY } from './mail.ts';
import { ANNA } from './service.ts';

test('a session appears while it goes on, with its transcript and without its password', async ({
  log,
  page,
}) => {
  await expectAccessible(page);
  const client = await connectSmtp({ port: log.service.port });
  await client.command('EHLO laptop.test');
  await client.startTls();
  await client.command('EHLO laptop.test');
  await client.authPlain(ANNA.address, ANNA.password);
  // Nobody has reloaded anything, and the session is not over.
  await log.row(`Signed in as ${ANNA.address}`).click();
  await expect(log.transcript).toContainText('There is no transcript: it is written when a session is over');
  await client.command(`MAIL FROM:<${ANNA.address}>`);
  await client.command('RCPT TO:<bob@remote.test>');
  await client.data(BODY);
  await client.quit();
  // When it is over, its transcript takes that place by itself.
  await expect(log.transcript).toContainText('AUTH PLAIN … (not shown)');
  await expect(log.transcript).toContainText('C: EHLO laptop.test');
  await expect(log.transcript).toContainText(/Encrypted \(TLSv1/);
  await expect(log.transcript).toContainText('C: RCPT TO:<bob@remote.test>');
  await expect(log.transcript).toContainText(/S: 250 2\.0\.0 Queued as/);
  await expectAccessible(page);
  const html = await page.content();
  const secret = Buffer.from(`\0${ANNA.address}\0${ANNA.password}`).toString('base64');
  for (const form of [ANNA.password, secret]) expect(html).not.toContain(form);
});

test('the way of a message leads from its session to each attempt, and what was said there', async ({
  log,
  page,
}) => {
  log.sink.script.rcpt = '450 4.2.1 The mailbox is busy';
  await log.receive('bob@remote.test');
  await expect(log.row('The mailbox is busy')).toBeVisible();
  log.sink.script.rcpt = undefined;
  await log.service.run(['queue', 'retry']);
  await log.row('Delivered to mx.test').click();
  const way = log.details.locator('.station-name');
  await expect(way).toHaveText([/Received$/, /Warning: Attempt 1$/, /Attempt 2$/]);
  await expect(log.transcript).toContainText('To mx.test');
  await expect(log.transcript).not.toContainText('450 4.2.1');
  await log.details.getByRole('button', { name: 'Attempt 1' }).click();
  await expect(log.transcript).toContainText('S: 450 4.2.1 The mailbox is busy');
  await log.details.getByRole('button', { name: 'Received' }).click();
  await expect(log.transcript).toContainText('From 127.0.0.1');
  await expect(log.transcript).toContainText('C: RCPT TO:<bob@remote.test>');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page);
});

test('search by address, host, message, text, time, level and kind; what comes later has to fit too', async ({
  log,
  page,
}) => {
  await log.receive('bob@remote.test', ANNA.address, '127.0.0.2');
  await log.receive('carol@other.test');
  await expect(log.row('Delivered to mx.test')).toHaveCount(2);
  const all = JSON.parse(await log.service.run(['log', '--json'])) as LogView[];
  const delivered = all.find(({ kind, address }) => kind === 'delivery' && address === 'bob@remote.test');
  const message = delivered?.message ?? '';
  expect(message).not.toBe('');

  await log.search('BOB@remote', 'Address');
  await expect(log.rows).toHaveCount(all.filter(({ address }) => address.includes('bob@remote')).length);
  await expect(log.row('Delivered to mx.test')).toHaveCount(1);
  await log.receive('carol@other.test');
  await log.receive('bob@remote.test');
  await expect(log.row('Delivered to mx.test')).toHaveCount(2);
  await log.search('127.0.0.2', 'Host');
  await expect(log.row('Session ended')).toHaveCount(1);
  await expect(log.row('Delivered to mx.test')).toHaveCount(0);
  await log.search(message.toLowerCase(), 'Message ID');
  await expect(log.rows).toHaveCount(all.filter((entry) => entry.message === message).length);
  await expectAccessible(page);

  await log.search('SESSION ended');
  await expect(log.rows).toHaveCount(4);
  await log.choose('Kind', 'Deliveries');
  await expect(page.getByText('Nothing in the log fits.')).toBeVisible();
  await expectAccessible(page);
  await log.button('Show All').click();
  await expect(log.row('Session ended')).toHaveCount(4);

  await log.choose('Level', 'Warnings and errors');
  await expect(log.row('Session ended')).toHaveCount(0);
  await log.choose('Level', 'All levels');
  await log.choose('Time', 'Between…');
  const yesterday = new Date(Date.now() - 24 * 3_600_000).toISOString().slice(0, 16);
  await page.getByLabel('From').fill(yesterday);
  await expect(log.row('Session ended')).toHaveCount(4);
  await page.getByLabel('To', { exact: true }).fill(yesterday);
  await expect(page.getByText('Nothing in the log fits.')).toBeVisible();
  await expectAccessible(page);
});

test('grouped by session and attempt, then by message, and found so again', async ({ log, page }) => {
  await log.receive('bob@remote.test');
  await expect(log.row('Delivered to mx.test')).toBeVisible();
  await log.choose('Grouping', 'By session');
  const session = log.row('Accepted');
  await expect(session).toHaveAttribute('aria-expanded', 'false');
  await expect(log.row('Session ended')).toHaveCount(0);
  await session.locator('.time').click();
  await expect(session.first()).toHaveAttribute('aria-expanded', 'true');
  await expect(log.row('Session ended')).toBeVisible();
  await expect(log.transcript).toContainText('C: RCPT TO:<bob@remote.test>');
  await expectAccessible(page);
  await log.grid.press('Escape');
  // A group grows with what is new.
  const client = await connectSmtp({ port: log.service.port });
  await client.command('EHLO laptop.test');
  for (const to of ['first', 'second']) {
    await client.command(`MAIL FROM:<${ANNA.address}>`);
    await client.command(`RCPT TO:<${to}@remote.test>`);
    await client.data(BODY);
  }
  const grown = log.row('Accepted').last();
  await expect(grown.locator('.count')).toHaveText(/^2/);
  await client.quit();
  await expect(grown.locator('.count')).toHaveText(/^3/);
  for (let count = 0; count < 4; count++) await log.receive(ANNA.address);
  // A message with its whole way, from the session it came by to the attempt it went out with.
  await log.choose('Grouping', 'By message');
  await expect(log.row('Delivered to mx.test')).toHaveCount(3);
  await expect(log.row(/Accepted .*@remote.test/)).toHaveCount(0);
  const way = log.row('Delivered to mx.test').first();
  await way.locator('.time').click();
  await expect(log.row(/Accepted .*@remote.test/)).toHaveCount(1);
  await expect(log.transcript).toContainText('RCPT TO');
  // The list was at its end; what was opened stays in view all the same.
  await expect(way).toBeInViewport();
  await log.app.showTab('Status');
  await log.app.showTab('Mail Log');
  await expect(way).toHaveAttribute('aria-expanded', 'true');
  await expect(way).toHaveAttribute('aria-selected', 'true');
  await expect(log.transcript).toBeVisible();
});

test('pause, resume, scroll away and back', async ({ log, page }) => {
  await log.said('Following what happens.');
  await log.button('Pause').click();
  await log.said(/^Paused at \d\d:\d\d:\d\d: nothing new is shown\.$/);
  await log.receive('bob@remote.test');
  await log.sink.waitFor(1);
  await expect
    .poll(() => log.service.run(['log', '--grep', 'Delivered to mx.test']))
    .toContain('Delivered to mx.test');
  await expect(log.row('Delivered to mx.test')).toHaveCount(0);
  await log.button('Resume').click();
  await expect(log.row('Delivered to mx.test')).toBeVisible();

  for (let mail = 0; mail < 12; mail++) await log.receive(ANNA.address, `ben${mail}@far.test`);
  await expect(log.row('ben11@far.test')).toBeInViewport();
  await page.evaluate(`document.querySelector('.log-grid').scrollTop = 0`);
  await log.said('Scrolled away from the newest.');
  const first = log.rows.first();
  await expect(first).toBeInViewport();
  const place = await first.boundingBox();
  await log.receive('dora@remote.test');
  await log.sink.waitFor(2);
  await expect
    .poll(() => log.service.run(['log', '--grep', 'dora@remote.test']))
    .toContain('Delivered to mx.test');
  expect(await first.boundingBox()).toEqual(place);
  await log.button('Go to Newest').click();
  await log.said('Following what happens.');
  await expect(log.row('Delivered to mx.test').last()).toBeInViewport();
  await expectAccessible(page);
});

test('copy and export', async ({ log, page, context }) => {
  await context.grantPermissions(['clipboard-read']);
  const clipboard = () => page.evaluate('navigator.clipboard.readText()') as Promise<string>;
  await log.receive('bob@remote.test');
  await log.row('Delivered to mx.test').click();
  await log.button('Copy').last().click();
  await log.said('1 entry copied.');
  expect(await clipboard()).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}Info {5}Delivery {2}Delivered to mx\.test: 250 .+ \[.*address bob@remote\.test\]\n$/,
  );
  await expect(log.transcript).toContainText('EHLO');
  await log.transcript.getByRole('button', { name: 'Copy' }).click();
  await log.said('Transcript copied.');
  expect(await clipboard()).toContain('C: RCPT TO:<bob@remote.test>\n');

  const save = async (format: string) => {
    await log.button('Export…').click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: format }).click();
    const download = await downloading;
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
  };
  const all = JSON.parse(await log.service.run(['log', '--json'])) as { id: number }[];
  await log.button('Export…').click();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  const data = await save('As data');
  expect(data.name).toMatch(/^waypost-log \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.json$/);
  expect((JSON.parse(data.text) as { id: number }[]).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  await log.said(`${all.length} entries exported.`);
  await log.search('bob@remote.test', 'Address');
  await expect(log.row('Session ended')).toHaveCount(0);
  const text = await save('As text');
  const lines = text.text.trimEnd().split('\n');
  expect(lines.length).toBe(await log.rows.count());
  for (const line of lines) expect(line).toContain('address bob@remote.test');
  expect(data.text + text.text).not.toContain(ANNA.password);
});
