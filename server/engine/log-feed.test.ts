import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogFilter, LogNews } from '../contract/log.ts';
import type { LogEntry, MailLog } from '../store/mail-log.ts';
import { startTestStore, type TestStore } from '../testing/fixtures/store.ts';
import { eventually } from '../testing/temp.ts';
import { LogFeed } from './log-feed.ts';

let own: TestStore;
let feed: LogFeed;
/** How often the log was read. */
let reads: number;

beforeEach(async () => {
  own = await startTestStore();
  reads = 0;
  const { log } = own.store;
  const counted: Pick<MailLog, 'page' | 'onWritten'> = {
    page: (query) => {
      reads++;
      return log.page(query);
    },
    onWritten: (callback) => log.onWritten(callback),
  };
  feed = new LogFeed(counted);
});
afterEach(async () => {
  feed.stop();
  await own.stop();
});

const say = (text: string, more: Partial<LogEntry> = {}) =>
  own.store.log.write({ kind: 'server', text, ...more });

interface Watching {
  readonly batches: LogNews[];
  readonly texts: string[];
  readonly ids: number[];
  /** Leaves as a client does that is gone. */
  leave(): Promise<void>;
}

async function watch(filter: LogFilter = {}, since?: number, pause = 0): Promise<Watching> {
  const { signal, ...controller } = abortable();
  const before = feed.watchers;
  const batches: LogNews[] = [];
  const over = (async () => {
    for await (const news of feed.watch(filter, since, signal)) {
      batches.push(news);
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
  })();
  await eventually(() => feed.watchers > before);
  // "From now on" begins when the feed knows where now is.
  await own.store.log.page({ filter: {}, limit: 1 });
  return {
    batches,
    get texts() {
      return batches.flatMap(({ rows }) => rows.map(({ text }) => text));
    },
    get ids() {
      return batches.flatMap(({ rows }) => rows.map(({ id }) => id));
    },
    leave: async () => {
      controller.abort();
      await over;
    },
  };
}

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

it('gives what comes from now on, in batches, oldest first', async () => {
  say('before');
  const one = await watch();
  for (const text of ['1', '2', '3']) say(text);
  await eventually(() => one.texts.length === 3);
  expect(one.texts).toEqual(['1', '2', '3']);
  expect(one.batches.length).toBeLessThanOrEqual(2);
  say('4');
  await eventually(() => one.texts.length === 4);
  expect(one.batches.at(-1)).toMatchObject({ behind: 0, rows: [{ text: '4', id: 5 }] });
});

it('gives only what matches', async () => {
  const one = await watch({ text: 'YES', levels: ['warning'] });
  say('yes');
  say('yes', { level: 'warning' });
  say('no', { level: 'warning' });
  say('yes again', { level: 'warning' });
  await eventually(() => one.texts.length === 2);
  expect(one.texts).toEqual(['yes', 'yes again']);
});

it('goes on after an id without gap or double, however often the connection is lost', async () => {
  for (const number of numbers(1, 100)) say(`${number}`);
  const seen: number[] = [];
  let written = 100;
  for (let round = 0; round < 5; round++) {
    const one = await watch({}, seen.at(-1) ?? 0);
    // Some while nobody watches, some while somebody does.
    for (const number of numbers(written + 1, written + 40)) say(`${number}`);
    await own.store.log.flush();
    await eventually(() => one.ids.length > 0);
    await one.leave();
    seen.push(...one.ids);
    for (const number of numbers(written + 41, written + 60)) say(`${number}`);
    written += 60;
  }
  const last = await watch({}, seen.at(-1));
  await eventually(() => (last.ids.at(-1) ?? seen.at(-1)) === written);
  seen.push(...last.ids);
  expect(seen).toEqual(numbers(1, written));
});

it('catches up with a long log that goes on, for a slow watcher as well', async () => {
  for (const number of numbers(1, 12_000)) say(`${number}`);
  const [quick, slow] = [await watch({}, 0), await watch({}, 0, 300)];
  for (const number of numbers(12_001, 13_000)) say(`${number}`);
  const all = numbers(1, 13_000);
  await eventually(() => slow.ids.at(-1) === 13_000 && quick.ids.at(-1) === 13_000, { timeoutMs: 20_000 });
  expect(quick.ids).toEqual(all);
  expect(slow.ids).toEqual(all);
  expect(slow.batches[0]?.behind).toBeGreaterThan(0);
  expect(slow.batches.at(-1)?.behind).toBe(0);
}, 30_000);

it('begins at the beginning of a log that is newer than the id', async () => {
  say('only one');
  const one = await watch({}, 5000);
  await eventually(() => one.texts.length === 1);
  expect(one.texts).toEqual(['only one']);
});

describe('cost', () => {
  it('reads once for all who watch', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => watch()));
    const before = reads;
    say('x');
    await eventually(() => all.every(({ texts }) => texts.length === 1));
    expect(reads - before).toBe(1);
  });

  it('reads nothing while nobody watches, and nothing while nothing comes', async () => {
    const one = await watch();
    const before = reads;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(reads).toBe(before);
    await one.leave();
    expect(feed.watchers).toBe(0);
    say('unheard');
    await own.store.log.flush();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(reads).toBe(before);
  });

  it('gives four batches a second at most', async () => {
    const one = await watch();
    const end = performance.now() + 1500;
    while (performance.now() < end) {
      say('x');
      await own.store.log.flush();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(one.batches.length).toBeGreaterThan(1);
    expect(one.batches.length).toBeLessThanOrEqual(7);
  });
});

it('ends when the engine stops, and for those who come later', async () => {
  const one = await watch();
  feed.stop();
  await one.leave();
  expect(feed.watchers).toBe(0);
  for await (const _ of feed.watch({}, undefined)) throw new Error('Nothing was to come.');
});

it('goes on after a reading that failed', async () => {
  const log = own.store.log;
  let fails = false;
  const broken = new LogFeed({
    page: (query) => (fails ? Promise.reject(new Error('disk')) : log.page(query)),
    onWritten: (callback) => log.onWritten(callback),
  });
  const { signal, abort } = abortable();
  const texts: string[] = [];
  const over = (async () => {
    for await (const { rows } of broken.watch({}, 0, signal)) texts.push(...rows.map(({ text }) => text));
  })();
  say('1');
  await eventually(() => texts.length === 1);
  fails = true;
  say('2');
  await log.flush();
  await new Promise((resolve) => setTimeout(resolve, 400));
  fails = false;
  say('3');
  await eventually(() => texts.length === 3);
  expect(texts).toEqual(['1', '2', '3']);
  abort();
  await over;
});
