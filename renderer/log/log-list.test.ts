import { afterEach, expect, it, vi } from 'vitest';
import { createFakeLog, type FakeLog } from '../testing/fake-log.ts';
import { createLogList, type LogList } from './log-list.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function start(count: number): Promise<{ log: FakeLog; list: LogList }> {
  const log = createFakeLog(count);
  const list = createLogList(log.connection);
  stops.push(list.follow());
  await vi.waitFor(() => expect(list.state.get().isKnown).toBe(true));
  return { log, list };
}

const idsOf = (list: LogList) => list.state.get().entries.map(({ id }) => id);
const upTo = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const lastOf = (list: LogList, id: number) => vi.waitFor(() => expect(idsOf(list).at(-1)).toBe(id));

it('begins with the newest, and loads what is older page by page without a gap', async () => {
  const { list } = await start(1_000);
  expect(idsOf(list)).toEqual(upTo(851, 1_000));
  expect(list.state.get()).toMatchObject({ hasOlder: true, hasNewer: false, isPending: false });
  await list.loadOlder();
  expect(idsOf(list)).toEqual(upTo(351, 1_000));
  await list.loadOlder();
  expect(idsOf(list)).toEqual(upTo(1, 1_000));
  expect(list.state.get().hasOlder).toBe(false);
});

it('asks for its first page once, however often it is opened', async () => {
  const log = createFakeLog(5);
  const list = createLogList(log.connection);
  list.open();
  list.open();
  stops.push(list.follow());
  await vi.waitFor(() => expect(log.followers()).toBe(1));
  list.open();
  expect(log.asked.length).toBe(1);
});

it('asks for one page at a time', async () => {
  const { log, list } = await start(1_000);
  await Promise.all([list.loadOlder(), list.loadOlder(), list.loadOlder()]);
  expect(log.asked.length).toBe(2);
});

it('asks for the page after one as soon as that is there', async () => {
  const { list } = await start(2_000);
  const stop = list.state.subscribe(() => void list.loadOlder());
  stops.push(stop);
  void list.loadOlder();
  await vi.waitFor(() => expect(list.state.get().hasOlder).toBe(false));
  expect(idsOf(list)).toEqual(upTo(1, 2_000));
});

it('follows what is written, each once, also what comes while it is asked for the rest', async () => {
  const { log, list } = await start(1_000);
  const release = log.hold();
  const older = list.loadOlder();
  log.write({}, {});
  await lastOf(list, 1_002);
  release();
  await older;
  log.write({});
  await lastOf(list, 1_003);
  expect(idsOf(list)).toEqual(upTo(351, 1_003));
});

it('shows nothing new while it is paused, and all of it afterwards', async () => {
  const { log, list } = await start(5);
  list.setPaused(true);
  expect(list.state.get().pausedAt).toBeInstanceOf(Date);
  await vi.waitFor(() => expect(log.followers()).toBe(0));
  log.write({}, {});
  expect(idsOf(list)).toEqual(upTo(1, 5));
  list.setPaused(false);
  await lastOf(list, 7);
  expect(idsOf(list)).toEqual(upTo(1, 7));
});

it('stays paused when something else is searched for, and says from when that is', async () => {
  const { log, list } = await start(5);
  list.setPaused(true);
  const before = list.state.get().pausedAt;
  await new Promise((resolve) => setTimeout(resolve, 5));
  await list.show({ text: 'Entry' });
  expect(list.state.get().pausedAt?.getTime()).toBeGreaterThan(before?.getTime() ?? 0);
  expect(log.followers()).toBe(0);
});

it('follows only while somebody looks, and goes on where it was', async () => {
  const log = createFakeLog(5);
  const list = createLogList(log.connection);
  const leave = list.follow();
  await vi.waitFor(() => expect(log.followers()).toBe(1));
  leave();
  await vi.waitFor(() => expect(log.followers()).toBe(0));
  log.write({}, {});
  stops.push(list.follow());
  await lastOf(list, 7);
  expect(idsOf(list)).toEqual(upTo(1, 7));
  expect(log.asked.length).toBe(1);
});

it('shows what fits only, of what was there and of what comes', async () => {
  const { log, list } = await start(50);
  await list.show({ text: 'ENTRY 4' });
  expect(idsOf(list)).toEqual([4, ...upTo(40, 49)]);
  log.write({ text: 'Something else' }, { text: 'Entry 4 again' });
  await lastOf(list, 52);
  expect(idsOf(list)).toEqual([4, ...upTo(40, 49), 52]);
});

it('takes no answer for what was searched for before', async () => {
  const { log, list } = await start(50);
  const release = log.hold();
  const first = list.show({ text: 'Entry 1' });
  await list.show({ text: 'Entry 20' });
  release();
  await first;
  expect(idsOf(list)).toEqual([20]);
  expect(list.state.get()).toMatchObject({ isPending: false, problem: '' });
});

it('loads on at once although a page of before was still on its way', async () => {
  const { log, list } = await start(2_000);
  const release = log.hold();
  const abandoned = list.loadOlder();
  await list.show({ text: 'Entry' });
  const loading = list.loadOlder();
  await vi.waitFor(() => expect(idsOf(list)).toEqual(upTo(1_351, 2_000)));
  release();
  await Promise.all([abandoned, loading]);
  expect(idsOf(list)).toEqual(upTo(1_351, 2_000));
});

it('adds nothing to what is about to be replaced', async () => {
  const { log, list } = await start(2_000);
  const release = log.hold();
  const beginning = list.toOldest();
  await list.loadOlder();
  release();
  await beginning;
  expect(idsOf(list)).toEqual(upTo(1, 500));
});

it('adds nothing of something else to what is still shown when a search has failed', async () => {
  const { log, list } = await start(2_000);
  log.problem = new Error('broken');
  await list.show({ text: 'Entry 1' });
  log.problem = undefined;
  expect(list.state.get()).toMatchObject({ isPending: false, hasOlder: false });
  list.setPaused(true);
  list.setPaused(false);
  await list.loadOlder();
  expect(log.followers()).toBe(0);
  expect(idsOf(list)).toEqual(upTo(1_851, 2_000));
  await list.toNewest();
  expect(list.state.get().problem).toBe('');
  expect(idsOf(list).every((id) => String(id).startsWith('1'))).toBe(true);
});

it('goes to the oldest, and from there to the newest', async () => {
  const { log, list } = await start(2_000);
  await list.toOldest();
  expect(idsOf(list)).toEqual(upTo(1, 500));
  expect(list.state.get()).toMatchObject({ hasOlder: false, hasNewer: true, start: { at: 'oldest' } });
  // It does not reach to the end, so what is written has no place in it.
  log.write({});
  await vi.waitFor(() => expect(log.followers()).toBe(0));
  expect(idsOf(list)).toEqual(upTo(1, 500));
  for (let pages = 0; pages < 4; pages++) await list.loadNewer();
  expect(idsOf(list)).toEqual(upTo(1, 2_001));
  log.write({});
  await lastOf(list, 2_002);
  await list.toOldest();
  await list.toNewest();
  await lastOf(list, 2_002);
});

it('never keeps more than some thousands, and loses them at the end that is not looked at', async () => {
  const { log, list } = await start(12_000);
  for (let pages = 0; pages < 15; pages++) await list.loadOlder();
  const ids = idsOf(list);
  expect(ids.length).toBe(6_000);
  expect(ids).toEqual(upTo(ids[0] ?? 0, ids.at(-1) ?? 0));
  expect(ids[0]).toBe(12_000 - 149 - 15 * 500);
  expect(list.state.get().hasNewer).toBe(true);
  log.write({});
  for (let pages = 0; pages < 15; pages++) await list.loadNewer();
  expect(idsOf(list)).toEqual(upTo(6_002, 12_001));
  expect(list.state.get()).toMatchObject({ hasOlder: true, hasNewer: false });
});

it('pushes out what is oldest only while somebody looks at the newest', async () => {
  const { log, list } = await start(6_000);
  for (let pages = 0; pages < 12; pages++) await list.loadOlder();
  expect(idsOf(list).length).toBe(6_000);
  log.write({});
  await lastOf(list, 6_001);
  expect(idsOf(list)[0]).toBe(2);
  list.setFollowing(false);
  log.write({});
  await vi.waitFor(() => expect(list.state.get().hasNewer).toBe(true));
  expect(idsOf(list)).toEqual(upTo(2, 6_001));
  await list.loadNewer();
  expect(idsOf(list).at(-1)).toBe(6_002);
});

it('says why it can’t be shown, and asks again when Waypost is back', async () => {
  const log = createFakeLog(5);
  log.problem = new Error('broken');
  const list = createLogList(log.connection);
  stops.push(list.follow());
  await vi.waitFor(() => expect(list.state.get().problem).toContain('internal error'));
  expect(list.state.get()).toMatchObject({ isKnown: false, isPending: false });
  log.problem = undefined;
  log.connection.link.set({ state: 'lost', since: new Date() });
  log.connection.link.set({ state: 'connected' });
  await vi.waitFor(() => expect(idsOf(list)).toEqual(upTo(1, 5)));
  expect(list.state.get().problem).toBe('');
});
