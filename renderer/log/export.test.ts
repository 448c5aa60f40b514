import { expect, it } from 'vitest';
import { createFakeLog } from '../testing/fake-log.ts';
import { exportLog, exportName } from './export.ts';
import { stamp } from './words.ts';

const quiet = () => ({ signal: new AbortController().signal, onProgress: () => {} });

it('has all that matches, oldest first, each once and part by part', async () => {
  const log = createFakeLog(4_500);
  const counts: number[] = [];
  const { content, count } = await exportLog(log.connection.client, {}, 'txt', {
    ...quiet(),
    onProgress: (sofar) => void counts.push(sofar),
  });
  expect(count).toBe(4_500);
  expect(counts).toEqual([2_000, 4_000, 4_500]);
  const lines = (await content.text()).split('\n');
  expect(lines.length).toBe(4_501);
  expect(lines[0]).toBe(`${stamp(new Date(2026, 10, 22, 14, 0, 1))}  Info     Session   Entry 1`);
  expect(lines.slice(0, -1).map((line) => Number(/Entry (\d+)$/.exec(line)?.[1]))).toEqual(
    log.entries.map(({ id }) => id),
  );
});

it.each([0, 1, 2_001])('is an array of %d as data', async (count) => {
  const log = createFakeLog(count);
  const { content } = await exportLog(log.connection.client, {}, 'json', quiet());
  const data = JSON.parse(await content.text()) as { id: number; at: string }[];
  expect(data.map(({ id }) => id)).toEqual(log.entries.map(({ id }) => id));
  expect(data[0]?.at).toBe(log.entries[0]?.at.toISOString());
});

it('has what was searched for only, and nothing that comes meanwhile', async () => {
  const log = createFakeLog(2_500);
  for (const entry of log.entries) if (entry.id % 2 === 0) entry.level = 'error';
  const { content, count } = await exportLog(log.connection.client, { levels: ['error'] }, 'txt', {
    ...quiet(),
    onProgress: () => log.write({ level: 'error', text: 'Later' }),
  });
  expect(count).toBe(1_250);
  expect(await content.text()).not.toContain('Later');
  const all = await exportLog(log.connection.client, {}, 'txt', {
    ...quiet(),
    onProgress: () => log.write({ text: 'Later still' }),
  });
  expect(await all.content.text()).not.toContain('Later still');
});

it('ends when it is aborted', async () => {
  const log = createFakeLog(9_000);
  const stop = new AbortController();
  const exporting = exportLog(log.connection.client, {}, 'txt', {
    signal: stop.signal,
    onProgress: (count) => {
      if (count === 4_000) stop.abort();
    },
  });
  await expect(exporting).rejects.toMatchObject({ name: 'AbortError' });
  expect(log.asked.length).toBe(3);
});

it('names a file so that every system takes it', () => {
  expect(exportName(new Date(2026, 0, 2, 3, 4, 5), 'txt')).toBe('waypost-log 2026-01-02 03.04.05.txt');
});
