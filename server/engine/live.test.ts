/** What the live view sends, when, and what it asks the database for it. */
import { describe, expect, test, vi } from 'vitest';
import { asked, engine, live, pass, session, watch } from '../testing/fixtures/live-engine.ts';

describe('what is sent', () => {
  test('the whole view at once, then nothing while nothing changes', async () => {
    const { views, times } = watch();
    await pass(0);
    expect(views[0]).toMatchObject({ accounts: 1, revision: 1, status: { hostname: 'a.test' } });
    await pass(59_000);
    expect(times).toEqual([0]);
  });

  test('a change of state within a quarter of a second, however little it is', async () => {
    const { views, times } = watch();
    await pass(1_100);
    engine.sessions = [session()];
    await pass(250);
    expect(times).toEqual([0, 1_250]);
    expect(views[1]?.status.incoming.now).toBe(1);
  });

  test('what was announced without waiting', async () => {
    const { times } = watch();
    await pass(1_100);
    engine.hostname = 'b.test';
    live.changed();
    await pass(1);
    expect(times).toEqual([0, 1_100]);
  });

  test('at most four a second, the last one being the truth', async () => {
    const { views, times } = watch();
    await pass(0);
    for (let ms = 0; ms < 1_000; ms += 10) {
      engine.hostname = `h${ms}.test`;
      live.changed();
      await pass(10);
    }
    await pass(500);
    expect(times.filter((at) => at < 1_000)).toEqual([0, 250, 500, 750]);
    expect(views.at(-1)?.status.hostname).toBe('h990.test');
  });

  test('bytes at most once a second', async () => {
    engine.sessions = [session()];
    const { views, times } = watch();
    await pass(0);
    for (let ms = 50; ms < 3_000; ms += 50) {
      engine.sessions = [session(ms)];
      await pass(50);
    }
    expect(times).toEqual([0, 1_000, 2_000]);
    expect(views[2]?.incoming[0]?.bytes).toBeGreaterThan(1_900);
  });

  test('a new minute', async () => {
    const { times } = watch();
    await pass(61_000);
    expect(times).toEqual([0, 60_000]);
  });
});

describe('what it costs', () => {
  test('nothing while nobody watches', async () => {
    live.changed();
    await pass(60_000);
    expect([asked, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test('one question for all who watch, every two seconds while nothing happens', async () => {
    const watchers = [watch(), watch(), watch()];
    await pass(0);
    expect(asked).toBe(1);
    expect(watchers.map(({ times }) => times)).toEqual([[0], [0], [0]]);
    await pass(10_000);
    expect(asked).toBe(6);
  });

  test('retries that became due by themselves are seen all the same', async () => {
    const { times } = watch();
    await pass(100);
    engine.stored = { ...engine.stored, queue: { due: 1, deferred: 0, held: 0, stuck: 0 } };
    await pass(2_500);
    expect(times).toEqual([0, 2_000]);
  });

  test('a database that is slow is asked for a twentieth of the time only', async () => {
    engine.askingMs = 500;
    watch();
    for (let ms = 0; ms < 30_000; ms += 100) {
      engine.hostname = `h${ms}.test`;
      live.changed();
      await pass(100);
    }
    await pass(engine.askingMs);
    expect(asked).toBeLessThanOrEqual(4);
    expect(asked).toBeGreaterThanOrEqual(3);
  });
});
