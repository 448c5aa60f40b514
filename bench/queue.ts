/**
 * `node bench/queue.ts`: what the Queue tab is like with 100,000 queued recipients: how soon it is there, how it
 * scrolls and filters, what it weighs; and how long somebody who talks to the server waits while all of them are
 * steered. Figures to look at, not a test: machines differ.
 */
import { chromium, type Page } from 'playwright/test';
import { launchOptions } from '../e2e/browser.ts';
import { seedQueue } from '../e2e/seed-queue.ts';
import { makeSeed, type Service, startService } from '../e2e/service.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import {
  frameLines,
  framesOf,
  memoryLines,
  openingLines,
  openTab,
  print,
  summary,
  untilChanged,
} from './page.ts';

const RECIPIENTS = 100_000;
const ROUNDS = 11;

const ROWS = `document.querySelectorAll('.queue-all .queue-row .words').length`;

const seed = await makeSeed();
const service = await startService({ seed: seed.path });
await service.stop();
seedQueue(service.folder, RECIPIENTS);
await service.start();
const tab = { address: service.address, name: 'Queue', isThere: `${ROWS} > 10` };
const browser = await chromium.launch(await launchOptions());
try {
  const lines = await openingLines(browser, tab, ROUNDS);
  const context = await browser.newContext({ viewport: { width: 760, height: 620 } });
  const page = await context.newPage();
  await openTab(page, tab, 0);
  lines.push(
    ...frameLines('A frame while scrolling through 3,000 rows', await framesOf(page, '.queue-grid', 260)),
  );
  const jumps: number[] = [];
  for (let round = 0; round < ROUNDS; round++) jumps.push(await jump(page, round / ROUNDS));
  lines.push(['From a jump anywhere until the rows are there', summary(jumps)]);
  const filters: number[] = [];
  for (const text of ['d49', 'USER09', 'nobody has this', 'müller', 'sender1', 'answer'])
    filters.push(await filter(page, text));
  lines.push(['From the last letter of a search until its rows (200 ms of them a pause)', summary(filters)]);
  await filter(page, '');
  const sorts: number[] = [];
  for (const column of ['Recipient', 'Size', 'Received', 'Tries', 'Next attempt, and why'])
    sorts.push(await sort(page, column));
  lines.push(['From a click on a column until its rows', summary(sorts)]);
  await page.getByRole('grid').press('Control+a');
  lines.push(...(await memoryLines(browser, page)));

  for (const verb of ['Hold', 'Release', 'Hold', 'Remove…']) {
    const { seconds, longest } = await steer(page, service, verb);
    lines.push([`${verb.replace('…', ' with reports')} for all`, `${seconds.toFixed(1)} s`]);
    lines.push([`The longest wait of an SMTP client meanwhile`, `${Math.round(longest)} ms`]);
  }
  print(`${RECIPIENTS} recipients, median of ${ROUNDS}.`, lines);
} finally {
  await browser.close();
  await service.remove();
  await seed.remove();
}

async function jump(page: Page, share: number): Promise<number> {
  return (await page.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('.queue-grid');
    const began = performance.now();
    grid.scrollTop = grid.scrollHeight * ${share};
    const look = () => {
      const rows = [...document.querySelectorAll('.queue-all .queue-row')];
      const { top, bottom } = grid.getBoundingClientRect();
      const seen = rows.filter((row) => row.getBoundingClientRect().bottom > top && row.getBoundingClientRect().top < bottom);
      const there = performance.now() > began + 20 && seen.length > 10 && seen.every((row) => row.querySelector('.words'));
      if (there) resolve(performance.now() - began); else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  })`)) as number;
}

async function filter(page: Page, text: string): Promise<number> {
  const field = page.getByPlaceholder('Search');
  await field.fill(`${text} `);
  await settled(page);
  // What is shown now belongs to another text; that it has changed shows in the state of the grid.
  return untilChanged(page, () => field.press('Backspace'), 'input', '.queue-tab');
}

async function sort(page: Page, column: string): Promise<number> {
  const head = page.getByRole('button', { name: column, exact: true });
  return untilChanged(page, () => head.click(), 'click', '.queue-tab');
}

async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(600);
  await page.locator('.queue-tab[data-pending="false"]').waitFor();
}

/** Steers all by a button, while a client asks the server for a sign of life all the time. */
async function steer(page: Page, { port }: Service, button: string) {
  await page.getByRole('grid').press('Control+a');
  const client = await connectSmtp({ port });
  let longest = 0;
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const began = performance.now();
      await client.command('NOOP');
      longest = Math.max(longest, performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  const began = performance.now();
  await page.getByRole('button', { name: button, exact: true }).click();
  if (button === 'Remove…') await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.locator('.notice.done, .queue-said').waitFor({ timeout: 600_000 });
  const seconds = (performance.now() - began) / 1000;
  isOver = true;
  await asking;
  await client.quit();
  return { seconds, longest };
}
