/** The Status tab: what is going on, as it happens. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { portOf } from '../server/testing/ports.ts';
import { startSink } from '../server/testing/sink.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { send, zoneOf } from './mail.ts';
import { ANNA, startService } from './service.ts';
import { SettingsWindow } from './window.ts';

test('a session appears with what it is doing, and disappears', async ({ app, page, service }) => {
  await app.showTab('Status');
  await expect(page.getByRole('row', { name: /^Primary/ })).toHaveText(
    new RegExp(`^Primary${service.port}127\\.0\\.0\\.1STARTTLS\\s*Listening$`),
  );
  await expect(page.getByText('Nobody is connected right now.')).toBeVisible();

  const client = await connectSmtp({ port: service.port });
  const row = page.getByRole('table', { name: 'Incoming connections' }).getByRole('row').nth(1);
  await expect(row).toContainText('127.0.0.1');
  await expect(row).toContainText(String(service.port));
  await expect(row).toContainText('Connected');
  await expect(page.getByRole('meter', { name: 'Incoming' })).toHaveAttribute('aria-valuetext', '1 of 20');
  await expect(app.statusLine).toContainText('1 in');
  await client.command('EHLO client.test');
  await client.startTls();
  await client.command('EHLO client.test');
  await client.authPlain(ANNA.address, ANNA.password);
  await expect(row).toContainText(`Signed in as ${ANNA.address}`);
  await client.command(`MAIL FROM:<${ANNA.address}>`);
  await client.command(`RCPT TO:<${ANNA.address}>`);
  await expect(row).toContainText('Naming sender and recipients');
  await client.command('DATA');
  client.write(`Subject: long\r\n\r\n${'x'.repeat(998)}\r\n`.repeat(300));
  await expect(row).toContainText('Sending a message');
  await expect(row).toContainText(/\d+ KB/);
  await expectAccessible(page);
  client.write('.\r\n');
  expect((await client.readReply()).code).toBe(250);
  await expect(row).toContainText('1 message');
  await expect(
    page.getByRole('img', { name: /^1 received and 0 sent in the last hour; most at .* \(1\)\.$/ }),
  ).toBeVisible();
  await client.quit();
  await expect(page.getByText('Nobody is connected right now.')).toBeVisible();
  await expect(app.statusLine).toContainText('0 in');
});

test('an attempt to send appears, and the queue is counted', async ({ page, seed, atEnd }) => {
  const sink = await startSink({ greeting: 'hang' });
  atEnd(sink.stop);
  const service = await startService({
    seed,
    zone: { ...zoneOf('remote.test'), 'down.test': 'servfail', 'held.test': 'servfail' },
    settings: { delivery: { mxPort: sink.port } },
  });
  atEnd(service.remove);
  const app = new SettingsWindow(page);
  await app.open(service.address);
  await app.showTab('Status');
  await expect(page.getByRole('img', { name: 'No messages in the last hour.' })).toBeVisible();

  const queue = page.locator('dl.queue');
  await send(service, 'bob@held.test');
  await expect(queue).toHaveText(/due0deferred1held0/i);
  const [entry] = JSON.parse(await service.run(['queue', 'list', '--json'])) as { id: string }[];
  await service.run(['queue', 'hold', entry?.id ?? '']);
  await expect(queue).toHaveText(/due0deferred0held1/i);
  await send(service, 'bob@down.test');
  await expect(queue).toHaveText(/due0deferred1held1/i);
  await expect(app.statusLine).toContainText('1 waiting · 1 held');

  await send(service, 'bob@remote.test');
  const attempt = page.getByRole('table', { name: 'Outgoing connections' }).getByRole('row').nth(1);
  await expect(attempt).toContainText('remote.test');
  await expect(attempt).toContainText(ANNA.address);
  await expect(page.getByRole('meter', { name: 'Outgoing' })).toHaveAttribute('aria-valuetext', '1 of 2');
  await expectAccessible(page);
  await sink.stop();
  await expect(page.getByText('Nothing is being sent right now.')).toBeVisible();
  await expect(queue).toHaveText(/due0deferred2held1/i);
});

test('a listener that could not be opened is shown with its reason', async ({ page, seed, atEnd }) => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  atEnd(() => holder.close());
  const port = portOf(holder);
  const service = await startService({ seed, settings: { incoming: { secondary: { port } } } });
  atEnd(service.remove);
  const app = new SettingsWindow(page);
  await app.open(service.address);
  await expect(app.statusLine).toContainText(`Port ${port} on 127.0.0.1 is not open`);
  await app.showTab('Status');
  await expect(page.getByRole('row', { name: /^Secondary/ })).toContainText('Not open');
  await expect(page.getByText(`Port ${port} on 127.0.0.1 is in use by`)).toBeVisible();
  await expect(page.getByText('Waypost tries again by itself.')).toBeVisible();
  await expectAccessible(page);
});
