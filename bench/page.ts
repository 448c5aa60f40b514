/** How a page of the window is measured, by its own clock and by what the system knows of its process. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright/test';

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

/** A condition of a page: its tab, named by a selector, was busy once, and is no more. */
export function changed(tab: string): string {
  return `(() => {
  const busy = document.querySelector('${tab}')?.dataset.pending === 'true';
  window.wasBusy ||= busy;
  if (busy || !window.wasBusy) return false;
  window.wasBusy = false;
  return true;
})()`;
}

/** Megabytes of JavaScript after a collection of garbage. */
export async function heapMB(page: Page): Promise<number> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return Math.round(usedSize / 1_048_576);
}

/** Megabytes that the largest of the browser's renderers has to itself. */
export async function processMB(of: Browser): Promise<number> {
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
