/** What becomes too old or too much goes from the mail log, the oldest first. */
import { describe, expect, it } from 'vitest';
import { db, log, say, sizeOnDisk, texts } from '../testing/fixtures/mail-log.ts';

const MB = 1_048_576;
const DAY = 86_400_000;

describe('trim', () => {
  /** Entries with the given ages in days. */
  async function aged(...days: number[]): Promise<void> {
    for (const age of days) say(`${age}`);
    await log.flush();
    for (const age of days)
      await db
        .updateTable('log')
        .set({ at: Date.now() - age * DAY })
        .where('text', '=', `${age}`)
        .execute();
  }

  it('removes what is too old, and nothing else', async () => {
    await aged(20, 14.01, 13.99, 1);
    await log.trim(14, 200);
    expect(await texts()).toEqual(['13.99', '1']);
    await log.trim(14, 200);
    expect(await texts()).toEqual(['13.99', '1']);
  });

  it('removes more than one go can take', async () => {
    for (let number = 0; number < 5000; number++) say('old');
    await log.flush();
    say('new');
    await log.flush();
    await db.updateTable('log').set({ at: 1 }).where('text', '=', 'old').execute();
    await log.trim(14, 200);
    expect(await texts({ limit: 10_000 })).toEqual(['new']);
  });

  it('cuts a log that is too large to its size on disk, the oldest first, and stays there', async () => {
    const fill = async (from: number, to: number) => {
      for (let number = from; number < to; number++)
        say(`${number} ${'x'.repeat(400)}`, { host: '10.0.0.1' });
      await log.flush();
    };
    const numbers = async () => (await texts({ limit: 100_000 })).map((text) => Number.parseInt(text, 10));

    await fill(0, 40_000);
    expect(await sizeOnDisk()).toBeGreaterThan(15 * MB);
    await log.trim(14, 10);
    expect(await sizeOnDisk()).toBeLessThanOrEqual(10 * MB);
    expect(await sizeOnDisk()).toBeGreaterThan(7 * MB);
    const left = await numbers();
    expect(left.at(-1)).toBe(39_999);
    expect(left).toHaveLength(40_000 - (left[0] ?? 0));

    await log.trim(14, 10);
    expect(await numbers()).toEqual(left);

    await fill(40_000, 41_000);
    await log.trim(14, 10);
    expect(await numbers()).toHaveLength(left.length + 1000);
  });

  it('does not run for ever when even an empty log is too large', async () => {
    say('x');
    await log.flush();
    await log.trim(14, 0);
    expect(await texts()).toEqual([]);
  });
});
