/** How a page of the window is measured, by its own clock and by what the system knows of its process. */
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Browser, Page } from 'playwright/test';
import { SettingsWindow } from '../e2e/window.ts';

/** Milliseconds from the first event of a kind that an action causes until a condition of the page holds. */
export async function timed(
  page: Page,
  act: () => Promise<unknown>,
  event: string,
  condition: string,
): Promise<number> {
  await page.evaluate(`void (window.done = new Promise((resolve) => {
    addEventListener('${event}', () => {
      const began = performance.now();
      const look = () => (${condition})
        ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)))
        : requestAnimationFrame(look);
      look();
    }, { capture: true, once: true });
  }))`);
  await act();
  return (await page.evaluate('window.done')) as number;
}

/** Milliseconds from the first event of a kind that an action causes until a tab was busy once, and is no more. */
export async function untilChanged(
  page: Page,
  act: () => Promise<unknown>,
  event: string,
  tab: string,
): Promise<number> {
  // It may be busy for less than a frame.
  await page.evaluate(`(() => {
    window.wasBusy = false;
    const observer = new MutationObserver(() => { window.wasBusy = true; observer.disconnect(); });
    observer.observe(document.querySelector('${tab}'), { attributeFilter: ['data-pending'] });
  })()`);
  return timed(page, act, event, changed(tab));
}

/** Milliseconds of each of 300 frames while a list, named by a selector, is scrolled by so many pixels a frame. */
export async function framesOf(page: Page, list: string, pixels: number): Promise<number[]> {
  return (await page.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('${list}');
    const frames = [];
    let last = performance.now();
    const step = () => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      grid.scrollTop += ${pixels};
      if (frames.length < 300) requestAnimationFrame(step); else resolve(frames.slice(1));
    };
    requestAnimationFrame(step);
  })`)) as number[];
}

/** A tab to be opened, and what it shows when it is there. */
export interface TabToOpen {
  /** Of the window, with its token. */
  readonly address: string;
  readonly name: string;
  /** A condition of the page. */
  readonly isThere: string;
}

/** Opens the window and, after a rest, the tab. Milliseconds by the page's own clock, until the frame with rows is out. */
export async function openTab(page: Page, tab: TabToOpen, restMs: number): Promise<number> {
  await new SettingsWindow(page).open(tab.address);
  await page.waitForTimeout(restMs);
  return timed(page, () => page.getByRole('tab', { name: tab.name }).click(), 'click', tab.isThere);
}

/** How soon a tab is there. At once its code is still on its way; a second later it has come, as for a person. */
export async function openingLines(
  browser: Browser,
  tab: TabToOpen,
  rounds: number,
): Promise<[string, string][]> {
  const lines: [string, string][] = [];
  for (const [when, restMs] of [
    ['a second after the window', 1000],
    ['at once', 0],
  ] as const) {
    const opened: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // A profile of its own each time: nothing comes from the browser's cache.
      const context = await browser.newContext({ viewport: { width: 760, height: 620 } });
      opened.push(await openTab(await context.newPage(), tab, restMs));
      await context.close();
    }
    lines.push([`From the click on the tab until its rows are painted, ${when}`, summary(opened)]);
  }
  return lines;
}

/** What frames of a list that scrolls say: their times, and how many were late. */
export function frameLines(what: string, frames: readonly number[]): [string, string][] {
  const late = frames.filter((ms) => ms > 50).length;
  return [
    [what, summary(frames)],
    ['Frames of more than 50 ms among them', `${late} of ${frames.length}`],
  ];
}

/** What the page weighs. */
export async function memoryLines(browser: Browser, page: Page): Promise<[string, string][]> {
  return [
    ['Memory of the page: JavaScript', `${await heapMB(page)} MB`],
    ['Memory of the page: its whole process, private', `${await processMB(browser)} MB`],
  ];
}

/** Prints figures as a table, below what was measured. */
export function print(title: string, lines: readonly [string, string][]): void {
  console.log(`${title} ${cpus().length} cores, Node ${process.version}.\n`);
  const width = Math.max(...lines.map(([what]) => what.length));
  for (const [what, value] of lines) console.log(`${what.padEnd(width)}  ${value}`);
}

/** A condition of a page: its tab, named by a selector, was busy once, and is no more. */
function changed(tab: string): string {
  return `(() => {
  const busy = document.querySelector('${tab}')?.dataset.pending === 'true';
  window.wasBusy ||= busy;
  if (busy || !window.wasBusy) return false;
  window.wasBusy = false;
  return true;
})()`;
}

/** Megabytes of JavaScript after a collection of garbage. */
async function heapMB(page: Page): Promise<number> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return Math.round(usedSize / 1_048_576);
}

/** Megabytes that the largest of the browser's renderers has to itself. */
async function processMB(of: Browser): Promise<number> {
  const cdp = await of.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const sizes = await Promise.all(
    processInfo
      .filter(({ type }) => type === 'renderer')
      .map(async ({ id }) => {
        const rollup = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
        const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0);
        return of('Private_Dirty') + of('Private_Clean');
      }),
  );
  return Math.round(Math.max(0, ...sizes) / 1024);
}

/** The median, and between which values it is. */
export function summary(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => `${Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)} ms`;
  return `${at(0.5).padStart(7)}   (fastest ${at(0)}, slowest ${at(1)})`;
}
