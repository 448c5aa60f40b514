/**
 * Takes the pictures of README: the built service with an hour of small traffic behind it. The service's clock is
 * ahead of time while that hour goes by, which is a matter of seconds.
 */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from 'playwright/test';
import { startSink } from '../server/testing/sink.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { temporaryFolder } from '../server/testing/temp.ts';
import { launchOptions } from './browser.ts';
import { send, zoneOf } from './mail.ts';
import { ANNA, makeSeed, startService } from './service.ts';
import { SettingsWindow } from './window.ts';

const DOCS = join(import.meta.dirname, '..', 'docs');
const MOST_BYTES = 240_000;
const MINUTES = 58;

/** Begins an hour ago; each SIGUSR2 is a minute. */
const CLOCK = `
const Real = Date;
let offset = -${MINUTES} * 60_000;
globalThis.Date = class extends Real {
  constructor(...given) {
    super(...(given.length > 0 ? given : [Date.now()]));
  }
  static now() {
    return Real.now() + offset;
  }
  // Node makes dates of the real kind, for instance those of a certificate.
  static [Symbol.hasInstance](value) {
    return Object.prototype.toString.call(value) === '[object Date]';
  }
};
process.on('SIGUSR2', () => { offset += 60_000; });
`;

const stops: (() => unknown)[] = [];
try {
  await takeAll();
} finally {
  for (const stop of stops.reverse()) await stop();
}

async function takeAll(): Promise<void> {
  const { path, remove } = await temporaryFolder();
  stops.push(remove);
  await writeFile(join(path, 'clock.mjs'), CLOCK);
  const seed = await makeSeed();
  stops.push(seed.remove);
  const provider = await startSink();
  stops.push(provider.stop);
  const service = await startService({
    seed: seed.path,
    zone: { ...zoneOf('example.net'), 'example.edu': 'servfail' },
    settings: {
      hostname: 'mail.example.com',
      incoming: { primary: { port: 2525, address: '' }, secondary: { port: 5870, address: '' } },
      smartHost: { host: 'smtp.isp.example:587', authenticate: true, account: 'anna' },
      delivery: { mxPort: provider.port },
    },
    env: { NODE_OPTIONS: `--import ${join(path, 'clock.mjs')}` },
  });
  stops.push(service.remove);
  const primary = { port: 2525 };
  const mail = { from: 'anna@example.com', body: `Subject: photos\r\n\r\n${'x'.repeat(98)}\r\n`.repeat(400) };

  await send(primary, 'carol@example.edu');
  let sent = 0;
  for (let minute = 0; minute < MINUTES; minute++) {
    const received = Math.round(3 + 2.5 * Math.sin(minute / 6) + 1.5 * Math.sin(minute / 1.7));
    for (let i = 0; i < received; i++) await send(primary, ANNA.address);
    for (let i = 0; i < received / 2 - 1; i++) await send(primary, `bob${++sent}@example.net`, mail);
    await provider.waitFor(sent);
    // Two signals in a row would count as one.
    service.signal('SIGUSR2');
    await sleep(20);
  }

  const browser = await chromium.launch(await launchOptions());
  stops.push(() => browser.close());
  const context = await browser.newContext({
    viewport: { width: 760, height: 560 },
    deviceScaleFactor: 1.5,
    colorScheme: 'light',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  const app = new SettingsWindow(page);
  await app.open(service.address);
  await app.toggle('SmartHost');
  await app.type('Password', 'correct horse');
  await app.applyNow();
  await app.type('Maximum Message Size (MB)', '40');
  await app.preview.filter({ hasText: '40' }).waitFor();
  await take(page, 'connections');

  await app.revert.click();
  await app.showTab('Mail Log');
  await takeLog(page);

  await app.showTab('Status');
  const clients = await Promise.all(
    [1, 2].map((last) =>
      connectSmtp({ port: 5870, localAddress: `127.0.0.${last}` }).catch(() => connectSmtp({ port: 5870 })),
    ),
  );
  for (const client of clients) stops.push(client.destroy);
  provider.script.body = 'hang';
  await send(primary, 'bob@example.net', mail);
  const [first] = clients;
  if (!first) return;
  await first.command('EHLO laptop.example.com');
  await first.command(`MAIL FROM:<${ANNA.address}>`);
  await first.command(`RCPT TO:<${ANNA.address}>`);
  await first.command('DATA');
  first.write(`Subject: photos\r\n\r\n${'x'.repeat(998)}\r\n`.repeat(1800));
  await page.getByText(/Sending a message/).waitFor();
  // Until the bytes that came meanwhile are told.
  await sleep(1500);
  await take(page, 'status');
}

/** A message with its way, and what was said when it went out. */
async function takeLog(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Grouping$/ }).click();
  await page.getByRole('option', { name: 'By message' }).click();
  await page
    .getByRole('row', { name: /Delivered to/ })
    .last()
    .click();
  await page.getByRole('region', { name: 'Transcript' }).getByText('MAIL FROM').first().waitFor();
  await take(page, 'log');
}

async function take(page: Page, name: string): Promise<void> {
  await mkdir(DOCS, { recursive: true });
  const path = join(DOCS, `${name}.png`);
  // No field blinks a caret into the picture.
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, which is more than ${MOST_BYTES}.`);
  console.log(`docs/${name}.png: ${Math.round(size / 1000)} kB`);
}
