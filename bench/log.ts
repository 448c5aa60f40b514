/**
 * `node bench/log.ts`: what the Mail Log tab is like with 100,000 entries: how soon it is there, how it scrolls and
 * is searched, what it weighs. Figures to look at, not a test: machines differ.
 */
import { cpus } from 'node:os';
import { chromium, type Page } from 'playwright/test';
import { launchOptions } from '../e2e/browser.ts';
import { seedLog } from '../e2e/seed-log.ts';
import { makeSeed, startService } from '../e2e/service.ts';
import { SettingsWindow } from '../e2e/window.ts';
import { changed, heapMB, processMB, summary, timed } from './page.ts';

const ENTRIES = 100_000;
const ROUNDS = 11;
/** From what is everywhere to what is nowhere, in the columns that are looked through. */
const SEARCHES = ['busy', 'user024', 'USER000007', 'mx.d49', 'M0123', 'müller', 'nobody has this'];

const ROWS = `document.querySelectorAll('.log-all .log-row').length > 10`;

const seed = await makeSeed();
const service = await startService({ seed: seed.path });
await service.stop();
seedLog(service.folder, ENTRIES);
await service.start();
const browser = await chromium.launch(await launchOptions());
try {
  const lines: [string, string][] = [];
  // At once the tab's code is still on its way; a second later it is there, as it is for a person.
  for (const restMs of [1000, 0]) {
    const opened: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // A profile of its own each time: nothing comes from the browser's cache.
      const context = await browser.newContext({ viewport: { width: 760, height: 620 } });
      opened.push(await openTab(await context.newPage(), restMs));
      await context.close();
    }
    const when = restMs === 0 ? 'at once' : 'a second after the window';
    lines.push([`From the click on the tab until its rows are painted, ${when}`, summary(opened)]);
  }

  const context = await browser.newContext({ viewport: { width: 760, height: 620 } });
  const page = await context.newPage();
  await openTab(page, 0);
  const frames = await scroll(page);
  lines.push(['A frame while scrolling through 3,000 entries that are loaded meanwhile', summary(frames)]);
  lines.push([
    'Frames of more than 50 ms among them',
    `${frames.filter((ms) => ms > 50).length} of ${frames.length}`,
  ]);
  for (const where of ['Everywhere', 'Address', 'Host']) {
    await choose(page, where);
    const searches: number[] = [];
    for (const text of SEARCHES) searches.push(await search(page, text));
    lines.push([`From the last letter until its rows, ${where} (200 ms of them a pause)`, summary(searches)]);
  }
  await search(page, '');
  const ends: number[] = [];
  for (const key of ['Home', 'End', 'Home', 'End'])
    ends.push(await untilChanged(page, () => page.getByRole('grid').press(key), 'keydown'));
  lines.push(['From Home or End until the rows there', summary(ends)]);
  await scroll(page);
  await scroll(page);
  await page.getByRole('grid').press('Control+a');
  const grouped = page.getByRole('button', { name: 'Grouped' });
  const groupings: number[] = [];
  for (const role of ['treegrid', 'grid', 'treegrid', 'grid'])
    groupings.push(
      await timed(page, () => grouped.click(), 'click', `document.querySelector('[role=${role}].log-grid')`),
    );
  lines.push(['From Grouped until its rows, 6,000 entries loaded', summary(groupings)]);
  lines.push(['Memory of the page: JavaScript', `${await heapMB(page)} MB`]);
  lines.push(['Memory of the page: its whole process, private', `${await processMB(browser)} MB`]);
  console.log(`${ENTRIES} entries, median of ${ROUNDS}. ${cpus().length} cores, Node ${process.version}.\n`);
  const width = Math.max(...lines.map(([what]) => what.length));
  for (const [what, value] of lines) console.log(`${what.padEnd(width)}  ${value}`);
} finally {
  await browser.close();
  await service.remove();
  await seed.remove();
}

/** Opens the window and, after a rest, the tab. Milliseconds by the page's own clock, until the frame with rows is out. */
async function openTab(page: Page, restMs: number): Promise<number> {
  await new SettingsWindow(page).open(service.address);
  await page.waitForTimeout(restMs);
  return timed(page, () => page.getByRole('tab', { name: 'Mail Log' }).click(), 'click', ROWS);
}

/** Milliseconds of each frame while the list runs up through 3,000 entries. */
async function scroll(page: Page): Promise<number[]> {
  return (await page.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('.log-grid');
    const frames = [];
    let last = performance.now();
    const step = () => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      grid.scrollTop -= 240;
      if (frames.length < 300) requestAnimationFrame(step); else resolve(frames.slice(1));
    };
    requestAnimationFrame(step);
  })`)) as number[];
}

async function search(page: Page, text: string): Promise<number> {
  const field = page.getByPlaceholder('Search');
  await field.fill(`${text}~`);
  await page.waitForTimeout(600);
  await page.locator('.log-tab[data-pending="false"]').waitFor();
  // What is shown now belongs to another text; that it has changed shows in the state of the tab.
  return untilChanged(page, () => field.press('Backspace'), 'input');
}

/** Milliseconds from an event until the list has been busy and shows what was asked for. */
async function untilChanged(page: Page, act: () => Promise<unknown>, event: string): Promise<number> {
  // It may be busy for less than a frame.
  await page.evaluate(`(() => {
    window.wasBusy = false;
    const observer = new MutationObserver(() => { window.wasBusy = true; observer.disconnect(); });
    observer.observe(document.querySelector('.log-tab'), { attributeFilter: ['data-pending'] });
  })()`);
  return timed(page, act, event, changed('.log-tab'));
}

async function choose(page: Page, where: string): Promise<void> {
  await page.getByRole('button', { name: /Search in$/ }).click();
  await page.getByRole('option', { name: where, exact: true }).click();
}
