/** Who comes to the live view and who leaves it, and that nothing goes on for those who are gone. */
import { describe, expect, test, vi } from 'vitest';
import { asked, engine, failures, live, pass, session, watch } from '../testing/fixtures/live-engine.ts';

describe('its end', () => {
  test('who comes later gets the truth at once, without a question of its own', async () => {
    watch();
    await pass(100);
    engine.sessions = [session(7)];
    const { views } = watch();
    await pass(0);
    expect(views[0]?.incoming[0]?.bytes).toBe(7);
    expect(asked).toBe(1);
  });

  test('who leaves is forgotten, and the last one ends the looking', async () => {
    const [one, two] = [watch(), watch()];
    await pass(300);
    await one.leave();
    expect([live.watchers, vi.getTimerCount()]).toEqual([1, 1]);
    await two.leave();
    expect([live.watchers, vi.getTimerCount()]).toEqual([0, 0]);
    await Promise.all([one.over, two.over]);
  });

  test('a signal ends it without any change to wait for, and leaves no listener behind', async () => {
    const caller = new AbortController();
    const remove = vi.spyOn(caller.signal, 'removeEventListener');
    const { over } = watch(caller.signal);
    await pass(300);
    caller.abort();
    await over;
    expect([live.watchers, vi.getTimerCount(), remove.mock.calls.length]).toEqual([0, 0, 1]);
  });

  test('a caller who left before it began gets nothing', async () => {
    const { over, views } = watch(AbortSignal.abort());
    await over;
    expect([views, live.watchers]).toEqual([[], 0]);
  });

  test('leaving during a question', async () => {
    engine.askingMs = 100;
    const { over, leave, views } = watch();
    await pass(50);
    await leave();
    await pass(1_000);
    await over;
    expect([views, vi.getTimerCount()]).toEqual([[], 0]);
  });

  test('who comes back begins anew', async () => {
    const first = watch();
    await pass(0);
    await first.leave();
    await pass(10_000);
    engine.hostname = 'b.test';
    const { views, times } = watch();
    await pass(0);
    expect(views[0]?.status.hostname).toBe('b.test');
    expect([times, asked]).toEqual([[10_000], 2]);
  });

  test('a database that fails is told to all who watch', async () => {
    const [one, two] = [watch(), watch()];
    await pass(0);
    engine.failure = new Error('disk on fire');
    live.changed();
    const both = [expect(one.over).rejects.toThrow('on fire'), expect(two.over).rejects.toThrow('on fire')];
    await pass(300);
    await Promise.all(both);
    expect([failures, live.watchers]).toEqual([[engine.failure], 0]);
  });

  test('a stop ends it for all, and for who comes after it', async () => {
    const [one, two] = [watch(), watch()];
    await pass(0);
    live.stop();
    await Promise.all([one.over, two.over, watch().over]);
    expect(live.watchers).toBe(0);
  });
});
