/** The Queue tab with 100,000 recipients: what is there is right, and little of it is there at a time. */
import type { Page } from 'playwright/test';
import { expect, expectAccessible, test } from './fixtures.ts';
import { SEED_DOMAINS, seedQueue } from './seed-queue.ts';
import { startService } from './service.ts';
import { SettingsWindow } from './window.ts';

const RECIPIENTS = 100_000;
/** Rows in the page, its head included. */
const MOST_ROWS = 60;
/** Bytes of a page of rows; all of them would be thirty megabytes. */
const MOST_BYTES = 150_000;

/** Collects the sizes of what the server sends. */
function listen(page: Page): number[] {
  const sizes: number[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => void sizes.push(payload.length)),
  );
  return sizes;
}

test('a queue of 100,000 is scrolled, filtered, sorted and steered', async ({ page, seed, atEnd }) => {
  test.setTimeout(180_000);
  const service = await startService({ seed });
  atEnd(service.remove);
  await service.stop();
  seedQueue(service.folder, RECIPIENTS);
  await service.start();
  const sizes = listen(page);
  await new SettingsWindow(page).open(service.address);
  await page.getByRole('tab', { name: 'Queue' }).click();

  const grid = page.getByRole('grid', { name: 'Queue' });
  await expect(grid).toBeVisible();
  const said = page.locator('.queue-actions .said');
  /** The rows that can be seen, from the first to the last. */
  const tos = () =>
    page.evaluate(`(() => {
      const { top, bottom } = document.querySelector('.queue-grid').getBoundingClientRect();
      const head = document.querySelector('.queue-head').getBoundingClientRect().height;
      return [...document.querySelectorAll('.queue-all .queue-row')]
        .map((row) => [row.getBoundingClientRect(), row.querySelector('.to').textContent])
        .filter(([box]) => box.top >= top + head - 1 && box.bottom <= bottom + 1)
        .sort(([one], [two]) => one.top - two.top)
        .map(([, to]) => to);
    })()`) as Promise<string[]>;
  const expectSeen = async (...expected: string[]) => {
    await expect
      .poll(async () => (await tos()).slice(0, expected.length), { timeout: 20_000 })
      .toEqual(expected);
    expect(await grid.getByRole('row').count()).toBeLessThanOrEqual(MOST_ROWS);
  };

  // In the order of their next attempts; every tenth is on hold and comes at the end.
  await expectSeen(nameOf(1), nameOf(2), nameOf(3));
  await expect(grid).toHaveAttribute('aria-rowcount', String(RECIPIENTS + 1));
  await expect(said).toHaveText('100,000 recipients');
  await expectAccessible(page);

  await grid.press('End');
  await expect.poll(async () => (await tos()).at(-1), { timeout: 20_000 }).toBe(nameOf(RECIPIENTS - 10));
  await expect(grid.getByRole('row', { selected: true })).toHaveAttribute(
    'aria-rowindex',
    String(RECIPIENTS + 1),
  );
  await grid.press('Home');
  await expectSeen(nameOf(1), nameOf(2));

  // Wherever somebody drags to.
  await page.evaluate(`document.querySelector('.queue-grid').scrollTop = 26 * 45_000`);
  await expectSeen(nameOf(50_001), nameOf(50_002), nameOf(50_003));

  // Within the same second all rows are sorted and filtered by others.
  await page.getByRole('button', { name: 'Size', exact: true }).click();
  await expectSeen(nameOf(0), nameOf(1), nameOf(2));
  await page.getByRole('button', { name: 'Size', exact: true }).click();
  await expectSeen(nameOf(RECIPIENTS - 1), nameOf(RECIPIENTS - 2));
  const search = page.getByRole('searchbox');
  await search.fill('USER07654');
  await expect(said).toHaveText('10 recipients');
  await expectSeen(nameOf(76_549), nameOf(76_548));
  await search.fill('');
  await page.getByRole('textbox', { name: /^Domain/ }).fill('d7.example');
  await expect(said).toHaveText('200 recipients');
  await expectSeen(nameOf(RECIPIENTS - SEED_DOMAINS + 7));

  await grid.press('ControlOrMeta+a');
  await expect(said).toHaveText('All 200 recipients selected');
  await page.getByRole('button', { name: 'Hold', exact: true }).click();
  await expect(said).toHaveText('200 recipients are on hold until released.');
  await page.getByRole('textbox', { name: /^Domain/ }).fill('');
  await expect(said).toHaveText('100,000 recipients');
  await grid.press('Home');
  await grid.press('Shift+End');
  await expect(said).toHaveText('All 100,000 recipients selected');
  await grid.press('ControlOrMeta+a');
  await page.getByRole('button', { name: 'Release', exact: true }).click();
  await expect(said).toHaveText(`${(RECIPIENTS / 10 + 200).toLocaleString('en')} recipients are released.`, {
    timeout: 60_000,
  });

  // All ids at once, for the range, come to two megabytes in parts; everything else is small.
  const large = sizes.filter((size) => size > MOST_BYTES);
  expect(large.length).toBeLessThanOrEqual(Math.ceil(RECIPIENTS / 20_000));
  expect(Math.max(...large, 0)).toBeLessThan(1_000_000);
});

/** As the seed names them. */
function nameOf(number: number): string {
  return `user${String(number).padStart(6, '0')}@d${number % SEED_DOMAINS}.example`;
}
