import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeQueue, type FakeQueue, queued } from '../testing/fake-queue.ts';
import { createChooser } from './choosing.ts';
import { createQueueList, GONE_MS } from './queue-list.ts';
import type { QueueList } from './queue-list-state.ts';
import { selectedCount, selectOne } from './selection.ts';
import { steerSelected } from './steer.ts';

let queue: FakeQueue;
let list: QueueList;

async function start(count: number): Promise<void> {
  queue = createFakeQueue(count);
  list = createQueueList(queue.client);
  await list.refresh();
}

const state = () => list.state.get();
const known = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => state().rows.get(first + index)?.id ?? null);
const idsFrom = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => `M${first + index}-1`);
const loaded = (index: number) => vi.waitFor(() => expect(state().rows.get(index)).toBeTruthy());
const pages = () => queue.asked.filter(({ procedure }) => procedure === 'page').length;

describe('loading', () => {
  it('asks only for what somebody looks at, and for nothing twice', async () => {
    await start(20_000);
    expect(state()).toMatchObject({ total: 20_000, isPending: false, tries: 30 });
    list.look(15_000, 15_030, false);
    await loaded(15_000);
    expect(known(15_000, 15_030)).toEqual(idsFrom(15_000, 15_030));
    expect(state().rows.size).toBeLessThan(300);
    const before = pages();
    list.look(15_000, 15_030, false);
    list.look(0, 30, true);
    await Promise.resolve();
    expect(pages()).toBe(before);
  });

  it('skips what was scrolled by while an answer was out', async () => {
    await start(20_000);
    const release = queue.hold();
    const before = pages();
    for (const first of [1000, 4000, 8000, 12_000, 16_000]) list.look(first, first + 30, false);
    release();
    await loaded(16_000);
    expect(pages() - before).toBe(2);
    expect(state().rows.has(8000)).toBe(false);
  });

  it('forgets what lies far away, however long somebody scrolls', async () => {
    await start(10_000);
    for (let first = 0; first < 8000; first += 100) {
      list.look(first, first + 100, false);
      await loaded(first + 50);
    }
    expect(state().rows.size).toBeLessThan(4000);
    expect(known(7900, 7990)).toEqual(idsFrom(7900, 7990));
  });

  it('says what went wrong, and that it is over', async () => {
    await start(10);
    queue.problem = new Error('broken');
    await list.refresh();
    expect(state().problem).toContain('internal error');
    expect(known(0, 9)).toEqual(idsFrom(0, 9));
    queue.problem = undefined;
    await list.refresh();
    expect(state().problem).toBe('');
  });
});

describe('what is shown', () => {
  it('changes at once to another filter, and an answer to the last one is not listened to', async () => {
    await start(100);
    list.select(selectOne({ index: 5, id: 'M5-1' }));
    const release = queue.hold();
    const first = list.show({ filter: { text: 'user7' } });
    const second = list.show({ filter: { text: 'user8' } });
    expect(state().isPending).toBe(true);
    release();
    await Promise.all([first, second]);
    expect(state()).toMatchObject({ isPending: false, total: 11, moved: { to: 0 } });
    expect(known(0, 0)).toEqual(['M8-1']);
    expect(selectedCount(state().selection, 11)).toBe(0);
  });

  it('keeps the selection in another order', async () => {
    await start(100);
    list.select(selectOne({ index: 5, id: 'M5-1' }));
    await list.show({ sort: 'size' });
    expect([...state().selection.ids]).toEqual(['M5-1']);
  });
});

describe('a refresh', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('stays with the rows in view when others come and go above', async () => {
    await start(1000);
    list.look(500, 530, false);
    await vi.waitFor(() => expect(state().rows.get(500)).toBeTruthy());
    list.select(selectOne({ index: 510, id: 'M510-1' }));
    queue.rows = [queued(2000), queued(2001), queued(2002), ...queue.rows.filter(({ id }) => id !== 'M7-1')];
    await list.refresh();
    expect(state().moved).toEqual({ by: 2 });
    expect(known(502, 532)).toEqual(idsFrom(500, 530));
    expect(state().selection.lead).toMatchObject({ index: 512, id: 'M510-1' });
    expect([...state().selection.ids]).toEqual(['M510-1']);
  });

  it('shows what is new at the top to whoever is there', async () => {
    await start(100);
    list.look(0, 30, true);
    queue.rows = [queued(2000), ...queue.rows];
    await list.refresh();
    expect(known(0, 2)).toEqual(['M2000-1', 'M0-1', 'M1-1']);
    expect(state().moved).toEqual({ to: 0 });
  });

  it('shows for a moment who is gone, and deselects them', async () => {
    await start(100);
    list.look(0, 30, true);
    list.select(selectOne({ index: 3, id: 'M3-1' }));
    queue.rows = queue.rows.filter(({ id }) => id !== 'M3-1');
    const refreshing = list.refresh();
    await vi.waitFor(() => expect([...state().gone]).toEqual(['M3-1']));
    expect(known(2, 4)).toEqual(['M2-1', 'M3-1', 'M4-1']);
    await vi.advanceTimersByTimeAsync(GONE_MS);
    await refreshing;
    expect(known(2, 4)).toEqual(['M2-1', 'M4-1', 'M5-1']);
    expect(state().gone.size).toBe(0);
    expect(state().total).toBe(99);
    expect(selectedCount(state().selection, 99)).toBe(0);
    expect(state().selection.lead).toMatchObject({ index: 3, isGone: true });
  });

  it('that is asked for during another is made after it', async () => {
    await start(10);
    const release = queue.hold();
    const before = pages();
    const first = list.refresh();
    const second = list.refresh();
    const third = list.refresh();
    release();
    await Promise.all([first, second, third]);
    expect(pages() - before).toBe(2);
  });
});

describe('choosing', () => {
  const chooser = () => createChooser(list, () => {});
  const selected = () => [...state().selection.ids];

  it('a range may reach where nothing is loaded', async () => {
    await start(20_000);
    const { choose, placeOf } = chooser();
    await choose(2, 'one');
    await choose(placeOf('End', 10) ?? -1, 'extend');
    expect(selected()).toHaveLength(19_998);
    expect(state().selection.lead).toEqual({ index: 19_999, id: 'M19999-1' });
    const asked = queue.asked.filter(({ procedure }) => procedure === 'ids');
    expect(asked).toHaveLength(1);
    expect(state().rows.size).toBeLessThan(300);
  });

  it('keys that are held down lose no step, and only the last wish counts', async () => {
    await start(1000);
    const { choose, placeOf } = chooser();
    await choose(0, 'one');
    const steps = Array.from({ length: 300 }, () => choose(placeOf('ArrowDown', 10) ?? -1, 'one'));
    await Promise.all(steps);
    expect(selected()).toEqual(['M300-1']);
  });

  it('Ctrl moves and takes in, Shift extends', async () => {
    await start(50);
    const { choose } = chooser();
    await choose(2, 'one');
    await choose(4, 'move');
    expect(selected()).toEqual(['M2-1']);
    await choose(4, 'toggle');
    await choose(6, 'add');
    expect(selected()).toEqual(['M2-1', 'M4-1', 'M5-1', 'M6-1']);
    await choose(3, 'extend');
    expect(selected().sort()).toEqual(['M3-1', 'M4-1']);
  });
});

describe('steering', () => {
  const steered = () =>
    queue.asked.filter(({ procedure }) => procedure === 'steer').map(({ input }) => input);

  it('names those who are selected, in as many calls as it takes', async () => {
    await start(45_000);
    const { choose } = createChooser(list, () => {});
    await choose(0, 'one');
    await choose(44_999, 'extend');
    expect(await steerSelected(queue.client, 'hold', state())).toMatchObject({ count: 45_000 });
    expect(steered().map((input) => (input as { ids: string[] }).ids.length)).toEqual([
      20_000, 20_000, 5_000,
    ]);
  });

  it('goes by the filter for all, but for some', async () => {
    await start(100);
    await list.show({ filter: { domain: 'd1.example' } });
    const { choose, chooseAll } = createChooser(list, () => {});
    chooseAll();
    await choose(1, 'toggle');
    await steerSelected(queue.client, 'remove', state(), true);
    expect(steered()).toEqual([
      {
        verb: 'remove',
        report: true,
        filter: { domain: 'd1.example' },
        until: state().readAt,
        except: ['M4-1'],
      },
    ]);
  });
});
