/** The Mail Log tab with 100,000 entries: what is there is right, and little of it is there at a time. */
import type { Page } from 'playwright/test';
import { expect, expectAccessible, test } from './fixtures.ts';
import { ENTRIES_EACH, SEED_DOMAINS, seedLog } from './seed-log.ts';
import { startService } from './service.ts';
import { SettingsWindow } from './window.ts';

const ENTRIES = 100_000;
const MESSAGES = ENTRIES / ENTRIES_EACH;
/** Rows in the page, its head included. */
const MOST_ROWS = 60;
/** Bytes of one answer; all entries would be twenty megabytes. */
const MOST_BYTES = 200_000;
/** JavaScript of the page, in bytes. */
const MOST_HEAP = 60_000_000;

/** Collects the sizes of what the server sends. */
function listen(page: Page): number[] {
  const sizes: number[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => void sizes.push(payload.length)),
  );
  return sizes;
}

/** The texts of the rows that can be seen, from the first to the last, just before a frame is painted. */
async function seen(page: Page): Promise<string[]> {
  return (await page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => {
    const grid = document.querySelector('.log-grid');
    if (!grid) return resolve([]);
    const { top, bottom } = grid.getBoundingClientRect();
    const head = document.querySelector('.log-head').getBoundingClientRect().height;
    resolve([...document.querySelectorAll('.log-all .log-row:not(.day)')]
      .map((row) => [row.getBoundingClientRect(), row.querySelector('.text').textContent])
      .filter(([box]) => box.top >= top + head - 1 && box.bottom <= bottom + 1)
      .sort(([one], [two]) => one.top - two.top)
      .map(([, text]) => text));
  }))`)) as string[];
}

/** Nearly a page up; resolves with the next frame. */
async function scrollUp(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('.log-grid');
    grid.scrollTop -= grid.clientHeight - 100;
    requestAnimationFrame(resolve);
  })`);
}

async function heapOf(page: Page): Promise<number> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  return (await cdp.send('Runtime.getHeapUsage')).usedSize;
}

test('whoever waits at the top for what is older stays where they read', async ({ page, seed, atEnd }) => {
  const service = await startService({ seed });
  atEnd(service.remove);
  await service.stop();
  seedLog(service.folder, 2_000);
  await service.start();
  await new SettingsWindow(page).open(service.address);
  await page.getByRole('tab', { name: 'Mail Log' }).click();
  await expect.poll(async () => (await seen(page)).at(-1)).toMatch(/^Waypost .* started\.$/);
  const grid = page.locator('.log-grid');
  const height = () => grid.evaluate((element) => element.scrollHeight);
  for (let pages = 0; pages < 3; pages++) {
    const before = await height();
    // To the very top, where the day stands, and what is read there before anything can have come.
    const top = (await page.evaluate(`new Promise((resolve) => {
      document.querySelector('.log-grid').scrollTop = 0;
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(
        document.querySelectorAll('.log-all .log-row:not(.day) .text')[0].textContent)));
    })`)) as string;
    await expect.poll(height).toBeGreaterThan(before);
    // The entry is where it was, and where the day stood is now the entry before it.
    await expect.poll(async () => (await seen(page))[1]).toBe(top);
  }
});

test('a log of 100,000 is scrolled, searched, grouped and followed', async ({ page, seed, atEnd }) => {
  test.setTimeout(180_000);
  const service = await startService({ seed });
  atEnd(service.remove);
  await service.stop();
  seedLog(service.folder, ENTRIES);
  await service.start();
  const sizes = listen(page);
  await new SettingsWindow(page).open(service.address);
  await page.getByRole('tab', { name: 'Mail Log' }).click();
  const grid = page.getByRole('grid', { name: 'Mail log' });
  const row = (text: string) => grid.locator('.log-all .log-row').filter({ hasText: text });
  const search = page.getByRole('searchbox');
  const polled = { timeout: 20_000 };

  // The newest at the end: the service has been started since.
  await expect.poll(async () => (await seen(page)).at(-1), polled).toMatch(/^Waypost .* started\.$/);
  await expect(row(deliveryOf(MESSAGES - 1))).toBeVisible();
  await expect(grid).toHaveAttribute('aria-rowcount', '-1');
  await expectAccessible(page);

  // Whoever scrolls up finds everything in its order, as far as they go.
  const numbers = new Set<number>();
  const collect = async () => {
    for (const text of await seen(page)) {
      const number = /Queued as (\d+)$/.exec(text)?.[1];
      if (number !== undefined) numbers.add(Number(number));
    }
  };
  for (await collect(); Math.min(...numbers) > MESSAGES - 2_200; await collect()) await scrollUp(page);
  const lowest = Math.min(...numbers);
  expect([...numbers].sort((one, two) => one - two)).toEqual(
    Array.from({ length: MESSAGES - lowest }, (_, index) => lowest + index),
  );
  expect(await grid.getByRole('row').count()).toBeLessThanOrEqual(MOST_ROWS);

  // More was loaded than is kept, so that the end is no more there; it is gone to all the same.
  await grid.press('Home');
  await expect.poll(async () => (await seen(page))[0], polled).toMatch(/listener/);
  await expect(grid.getByRole('row', { selected: true })).toHaveCount(1);
  await expect(row(deliveryOf(0))).toBeVisible();
  await grid.press('End');
  await expect.poll(async () => (await seen(page)).at(-1), polled).toMatch(/^Waypost .* started\.$/);
  await expect(grid.getByRole('row', { selected: true })).toContainText('started.');

  // Searched to the very beginning, by what one remembers of it.
  await choose(page, 'Search in', 'Address');
  await search.fill('USER000007@');
  await expect(grid).toHaveAttribute('aria-rowcount', '5');
  await row(deliveryOf(7)).click();
  await expect(page.getByRole('region', { name: 'Transcript' })).toContainText('C: MAIL FROM:<A000007@');
  await choose(page, 'Search in', 'Host');
  await search.fill('mx.d499.example');
  await expect.poll(async () => (await seen(page)).at(-1), polled).toBe(deliveryOf(MESSAGES - 1));
  await choose(page, 'Search in', 'Message ID');
  await search.fill('m01234');
  await expect.poll(async () => (await seen(page)).at(-1), polled).toBe(deliveryOf(12_349));
  await choose(page, 'Level', 'Warnings and errors');
  await expect.poll(() => seen(page), polled).toEqual(['mx.d340.example: 450 4.2.1 The mailbox is busy']);
  await page.keyboard.press('Escape');
  await choose(page, 'Level', 'All levels');
  await choose(page, 'Search in', 'Everywhere');
  await search.fill('nothing is like this');
  await expect(page.getByText('Nothing in the log fits.')).toBeVisible(polled);
  await page.getByRole('button', { name: 'Show All' }).click();

  await choose(page, 'Grouping', 'By message');
  await expect(page.getByRole('treegrid').getByRole('row').last()).toContainText('started.');
  expect(await page.getByRole('treegrid').getByRole('row').count()).toBeLessThanOrEqual(MOST_ROWS);
  await choose(page, 'Grouping', 'Not grouped');

  await service.run(['pause', 'outgoing']);
  await expect.poll(async () => (await seen(page)).at(-1), polled).toMatch(/paused/i);
  expect(Math.max(...sizes)).toBeLessThan(MOST_BYTES);
  expect(await heapOf(page)).toBeLessThan(MOST_HEAP);
});

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`${label}$`) }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** How the last entry of a message reads, as the seed writes it. */
function deliveryOf(number: number): string {
  return `Delivered to mx.d${number % SEED_DOMAINS}.example: 250 2.0.0 Queued as ${number}`;
}
