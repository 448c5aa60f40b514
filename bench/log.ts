/**
 * `node bench/log.ts`: what the Mail Log tab is like with 100,000 entries: how soon it is there, how it scrolls and
 * is searched, what it weighs. Figures to look at, not a test: machines differ.
 */
import { chromium, type Page } from 'playwright/test';
import { launchOptions } from '../e2e/browser.ts';
import { seedLog } from '../e2e/seed-log.ts';
import { makeSeed, startService } from '../e2e/service.ts';
import {
  frameLines,
  framesOf,
  memoryLines,
  openingLines,
  openTab,
  print,
  summary,
  timed,
  untilChanged,
} from './page.ts';

const ENTRIES = 100_000;
const ROUNDS = 11;
/** Pixels a frame, towards what is older. */
const UP = -240;
/** From what is everywhere to what is nowhere, in the columns that are looked through. */
const SEARCHES = ['busy', 'user024', 'USER000007', 'mx.d49', 'M0123', 'müller', 'nobody has this'];

const ROWS = `document.querySelectorAll('.log-all .log-row').length > 10`;

const seed = await makeSeed();
const service = await startService({ seed: seed.path });
await service.stop();
seedLog(service.folder, ENTRIES);
await service.start();
const tab = { address: service.address, name: 'Mail Log', isThere: ROWS };
const browser = await chromium.launch(await launchOptions());
try {
  const lines = await openingLines(browser, tab, ROUNDS);
  const context = await browser.newContext({ viewport: { width: 760, height: 620 } });
  const page = await context.newPage();
  await openTab(page, tab, 0);
  lines.push(
    ...frameLines(
      'A frame while scrolling through 3,000 entries that are loaded meanwhile',
      await framesOf(page, '.log-grid', UP),
    ),
  );
  for (const where of ['Everywhere', 'Address', 'Host']) {
    await choose(page, where);
    const searches: number[] = [];
    for (const text of SEARCHES) searches.push(await search(page, text));
    lines.push([`From the last letter until its rows, ${where} (200 ms of them a pause)`, summary(searches)]);
  }
  await search(page, '');
  const ends: number[] = [];
  for (const key of ['Home', 'End', 'Home', 'End'])
    ends.push(await untilChanged(page, () => page.getByRole('grid').press(key), 'keydown', '.log-tab'));
  lines.push(['From Home or End until the rows there', summary(ends)]);
  for (let pages = 0; pages < 2; pages++) await framesOf(page, '.log-grid', UP);
  await page.getByRole('grid').press('Control+a');
  const groupings: number[] = [];
  for (const [by, role] of [
    ['By session', 'treegrid'],
    ['Not grouped', 'grid'],
    ['By message', 'treegrid'],
    ['Not grouped', 'grid'],
  ] as const)
    groupings.push(await group(page, by, role));
  lines.push(['From the choice of a grouping until its rows, 6,000 entries loaded', summary(groupings)]);
  lines.push(...(await memoryLines(browser, page)));
  print(`${ENTRIES} entries, median of ${ROUNDS}.`, lines);
} finally {
  await browser.close();
  await service.remove();
  await seed.remove();
}

async function search(page: Page, text: string): Promise<number> {
  const field = page.getByPlaceholder('Search');
  await field.fill(`${text}~`);
  await page.waitForTimeout(600);
  await page.locator('.log-tab[data-pending="false"]').waitFor();
  // What is shown now belongs to another text; that it has changed shows in the state of the tab.
  return untilChanged(page, () => field.press('Backspace'), 'input', '.log-tab');
}

async function group(page: Page, by: string, role: string): Promise<number> {
  await page.getByRole('button', { name: /Grouping$/ }).click();
  const option = page.getByRole('option', { name: by });
  return timed(page, () => option.click(), 'click', `document.querySelector('[role=${role}].log-grid')`);
}

async function choose(page: Page, where: string): Promise<void> {
  await page.getByRole('button', { name: /Search in$/ }).click();
  await page.getByRole('option', { name: where, exact: true }).click();
}
