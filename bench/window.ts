/**
 * `node bench/window.ts`: how long it takes from the click on Apply until a client on the network feels it, and
 * until the settings window of a warm server shows something. Figures to look at, not a test: machines differ.
 */
import { connect } from 'node:net';
import { chromium, type Page } from 'playwright/test';
import { launchOptions } from '../e2e/browser.ts';
import { makeSeed, startService } from '../e2e/service.ts';
import { SettingsWindow } from '../e2e/window.ts';
import { unusedPort } from '../server/testing/ports.ts';
import { print, summary } from './page.ts';

const ROUNDS = 21;

const seed = await makeSeed();
const service = await startService({ seed: seed.path });
const browser = await chromium.launch(await launchOptions());
try {
  const paints: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // A profile of its own each time: nothing comes from the browser's cache.
    const context = await browser.newContext({ viewport: { width: 760, height: 620 } });
    const page = await context.newPage();
    await new SettingsWindow(page).open(service.address);
    paints.push(await firstPaint(page));
    await context.close();
  }
  const context = await browser.newContext({ viewport: { width: 760, height: 620 } });
  const app = new SettingsWindow(await context.newPage());
  await app.open(service.address);
  const effects: number[] = [];
  for (let round = 0; round < ROUNDS; round++) effects.push(await applyPort(app));

  print(`Median of ${ROUNDS}.`, [
    ['From the click on Apply until the new port answers', summary(effects)],
    ['First paint of the window from a warm server', summary(paints)],
  ]);
} finally {
  await browser.close();
  await service.remove();
  await seed.remove();
}

/** Milliseconds from the navigation to the first thing on the screen. */
async function firstPaint(page: Page): Promise<number> {
  return (await page.evaluate(
    `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
  )) as number;
}

/** Milliseconds from the click, as the page's own clock has it, to the first connection to the new port. */
async function applyPort(app: SettingsWindow): Promise<number> {
  const port = await unusedPort('127.0.0.1');
  await app.type('Primary Port', String(port));
  await app.preview.filter({ hasText: String(port) }).waitFor();
  await app.page.evaluate(
    `addEventListener('click', () => { window.clickedAt = Date.now(); }, { capture: true, once: true })`,
  );
  const opened = opening(port);
  await app.apply.click();
  const clickedAt = (await app.page.evaluate('window.clickedAt')) as number;
  const at = await opened;
  await app.expectSaid(/^Applied\./);
  return at - clickedAt;
}

/** Resolves to the time (ms since 1970) at which a connection to the port was first taken. */
async function opening(port: number): Promise<number> {
  for (;;) {
    const taken = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('close', () => {}).once('connect', () => socket.destroy());
    });
    if (taken) return Date.now();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
