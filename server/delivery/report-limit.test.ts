import { describe, expect, it } from 'vitest';
import { HOUR_MS, MOST_REPORTS, mayReport, ReportLimit } from './report-limit.ts';

const NOW = 1_800_000_000_000;
const many = (count: number, at = NOW) => Array.from({ length: count }, () => at);

it.each([
  ['none so far', [], true],
  ['19 just now', many(19), true],
  ['20 just now', many(20), false],
  ['20, the last of them almost an hour ago', many(20, NOW - HOUR_MS + 1), false],
  ['20 an hour ago', many(20, NOW - HOUR_MS), true],
  ['19 of late and one an hour ago', [NOW - HOUR_MS, ...many(19)], true],
  ['20 in the future, before the clock was put right', many(20, NOW + 1), true],
])('with %s another may go out: %#', (_, sent, expected) => {
  expect(mayReport(sent, NOW)).toBe(expected);
});

/** How many of `count` reports, `everyMs` apart, go out by themselves. */
function takeMany(limit: ReportLimit, count: number, everyMs: number, from = NOW, receiver = 'ann'): number {
  return many(count).filter((_, index) => limit.take(receiver, from + index * everyMs)).length;
}

describe('the limit', () => {
  it('lets 20 of 1,000 within an hour out by themselves', () => {
    for (const everyMs of [0, 1, HOUR_MS / 1000])
      expect(takeMany(new ReportLimit([], []), 1000, everyMs)).toBe(MOST_REPORTS);
  });

  it('holds for each receiver by itself', () => {
    const limit = new ReportLimit([], []);
    takeMany(limit, 30, 0);
    expect(limit.take('ben', NOW)).toBe(true);
  });

  it('never lets more than 20 out within any hour, however they come', () => {
    const limit = new ReportLimit([], []);
    const out: number[] = [];
    for (let at = NOW; at < NOW + 5 * HOUR_MS; at += 61_000) {
      if (limit.take('ann', at)) out.push(at);
      // The digest goes out an hour after the first that had to wait.
      if (at % (HOUR_MS / 2) < 61_000) limit.digest('ann', at);
    }
    const withinAnHour = out.map((from) => out.filter((at) => at >= from && at < from + HOUR_MS).length);
    expect(Math.max(...withinAnHour)).toBeLessThanOrEqual(MOST_REPORTS);
    expect(out.length).toBeGreaterThan(3 * MOST_REPORTS);
  });

  it('sends all that follows into the digest that is being collected, until it goes out', () => {
    const limit = new ReportLimit([], []);
    takeMany(limit, 21, 0);
    expect(limit.take('ann', NOW + 2 * HOUR_MS)).toBe(false);
    limit.digest('ann', NOW + 2 * HOUR_MS);
    expect(limit.take('ann', NOW + 2 * HOUR_MS)).toBe(true);
  });

  it('counts the digest', () => {
    const limit = new ReportLimit([], []);
    limit.digest('ann', NOW);
    expect(takeMany(limit, 30, 0)).toBe(MOST_REPORTS - 1);
  });

  it('goes on after a restart with what the store knows', () => {
    const sent = many(15, NOW - 1000).map((at) => ({ receiver: 'ann', at }));
    const limit = new ReportLimit(sent, ['ben']);
    expect(takeMany(limit, 30, 0)).toBe(5);
    expect(limit.take('ben', NOW)).toBe(false);
  });

  it('takes back what was not written', () => {
    const limit = new ReportLimit([], []);
    takeMany(limit, 20, 0);
    limit.giveBack('ann');
    expect([limit.take('ann', NOW), limit.take('ann', NOW)]).toEqual([true, false]);
  });

  it('forgets who got none for an hour', () => {
    const limit = new ReportLimit([], []);
    for (let index = 0; index < 3000; index++) limit.take(`old${index}`, NOW);
    expect(limit.size).toBe(3000);
    limit.take('ann', NOW + HOUR_MS);
    expect(limit.size).toBe(1);
  });
});
