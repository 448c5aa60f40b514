import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LiveView, SessionView } from '../contract/views.ts';
import { Live, type Stored } from './live.ts';

const START = new Date('2026-11-22T10:00:00Z').getTime();

let stored: Stored;
let sessions: SessionView[];
let hostname: string;
let asked: number;
/** How long the database takes to answer. */
let askingMs: number;
let failure: Error | undefined;
let failures: Error[];
let live: Live;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  stored = { queue: { due: 0, deferred: 0, held: 0, stuck: 0 }, accounts: 1 };
  sessions = [];
  hostname = 'a.test';
  asked = 0;
  askingMs = 0;
  failure = undefined;
  failures = [];
  live = new Live({
    ask: async () => {
      asked++;
      if (askingMs > 0) await new Promise((resolve) => setTimeout(resolve, askingMs));
      if (failure) throw failure;
      return stored;
    },
    view: ({ queue, accounts }, now): LiveView => ({
      status: {
        hostname,
        listeners: [],
        incoming: { now: sessions.length, maxTotal: 20, maxPerHost: 5 },
        outgoing: { now: 0, max: 2 },
        paused: { incoming: false, outgoing: false },
        queue,
        stuckAfterHours: 4,
        certificate: { expiresAt: new Date(START), own: true },
        storage: { damage: null, logPutAside: null },
        uptimeSeconds: Math.floor((now - START) / 1000),
      },
      revision: 1,
      accounts,
      incoming: sessions,
      blocked: [],
      outgoing: [],
      perMinute: [{ at: new Date(Math.floor(now / 60_000) * 60_000), received: 0, sent: 0 }],
    }),
    failed: (error) => failures.push(error),
  });
});

afterEach(() => {
  live.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Watches, and keeps when (in ms since the start) each view came. */
function watch(signal?: AbortSignal) {
  const views: LiveView[] = [];
  const times: number[] = [];
  const watching = live.watch(signal);
  const over = (async () => {
    for await (const view of watching) {
      views.push(view);
      times.push(Date.now() - START);
    }
  })();
  over.catch(() => {});
  return { views, times, over, leave: () => watching.return?.() };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function session(bytes = 0): SessionView {
  const from = { id: 's', protocol: 'SMTP' as const, peer: '192.0.2.1', port: 25, since: new Date(START) };
  return { ...from, phase: 'receiving', account: '', bytes, messages: 0 };
}

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
    sessions = [session()];
    await pass(250);
    expect(times).toEqual([0, 1_250]);
    expect(views[1]?.status.incoming.now).toBe(1);
  });

  test('what was announced without waiting', async () => {
    const { times } = watch();
    await pass(1_100);
    hostname = 'b.test';
    live.changed();
    await pass(1);
    expect(times).toEqual([0, 1_100]);
  });

  test('at most four a second, the last one being the truth', async () => {
    const { views, times } = watch();
    await pass(0);
    for (let ms = 0; ms < 1_000; ms += 10) {
      hostname = `h${ms}.test`;
      live.changed();
      await pass(10);
    }
    await pass(500);
    expect(times.filter((at) => at < 1_000)).toEqual([0, 250, 500, 750]);
    expect(views.at(-1)?.status.hostname).toBe('h990.test');
  });

  test('bytes at most once a second', async () => {
    sessions = [session()];
    const { views, times } = watch();
    await pass(0);
    for (let ms = 50; ms < 3_000; ms += 50) {
      sessions = [session(ms)];
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
    stored = { ...stored, queue: { due: 1, deferred: 0, held: 0, stuck: 0 } };
    await pass(2_500);
    expect(times).toEqual([0, 2_000]);
  });

  test('a database that is slow is asked for a twentieth of the time only', async () => {
    askingMs = 500;
    watch();
    for (let ms = 0; ms < 30_000; ms += 100) {
      hostname = `h${ms}.test`;
      live.changed();
      await pass(100);
    }
    await pass(askingMs);
    expect(asked).toBeLessThanOrEqual(4);
    expect(asked).toBeGreaterThanOrEqual(3);
  });
});

describe('its end', () => {
  test('who comes later gets the truth at once, without a question of its own', async () => {
    watch();
    await pass(100);
    sessions = [session(7)];
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
    askingMs = 100;
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
    hostname = 'b.test';
    const { views, times } = watch();
    await pass(0);
    expect(views[0]?.status.hostname).toBe('b.test');
    expect([times, asked]).toEqual([[10_000], 2]);
  });

  test('a database that fails is told to all who watch', async () => {
    const [one, two] = [watch(), watch()];
    await pass(0);
    failure = new Error('disk on fire');
    live.changed();
    const both = [expect(one.over).rejects.toThrow('on fire'), expect(two.over).rejects.toThrow('on fire')];
    await pass(300);
    await Promise.all(both);
    expect([failures, live.watchers]).toEqual([[failure], 0]);
  });

  test('a stop ends it for all, and for who comes after it', async () => {
    const [one, two] = [watch(), watch()];
    await pass(0);
    live.stop();
    await Promise.all([one.over, two.over, watch().over]);
    expect(live.watchers).toBe(0);
  });
});
