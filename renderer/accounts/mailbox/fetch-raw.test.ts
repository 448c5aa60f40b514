import { expect, it } from 'vitest';
import type { Client } from '../../client.ts';
import { fetchRaw, mailSource } from './fetch-raw.ts';

const PART = 10;

function clientWith(text: string, given = text.length) {
  const asked: number[] = [];
  const raw = async ({ offset }: { offset: number }) => {
    asked.push(offset);
    return { total: given, part: new Blob([text.slice(offset, offset + PART)]) };
  };
  return { client: { mail: { raw } } as unknown as Client, asked };
}

const { signal } = new AbortController();

it.each([
  ['', [0]],
  ['short', [0]],
  ['x'.repeat(10), [0]],
  ['0123456789abcdefghijABCDE', [0, 10, 20]],
])('%j in parts', async (text, offsets) => {
  const { client, asked } = clientWith(text);
  const told: number[][] = [];
  const onProgress = (...progress: number[]) => told.push(progress);
  const { total, bytes } = await fetchRaw(mailSource(client, 'a@b.test', '1'), { signal, onProgress });
  expect([total, await textOf(bytes), asked]).toEqual([text.length, text, offsets]);
  expect(told.at(-1)).toEqual([text.length, text.length]);
});

it('leaves a message that is too large after its first part', async () => {
  const { client, asked } = clientWith('x'.repeat(25));
  const { total, bytes } = await fetchRaw(mailSource(client, 'a@b.test', '1'), { signal, most: 24 });
  expect([total, bytes.size, asked]).toEqual([25, 10, [0]]);
  expect((await fetchRaw(mailSource(client, 'a@b.test', '1'), { signal, most: 25 })).bytes.size).toBe(25);
});

it('does not go on for ever where nothing comes any more', async () => {
  const { client } = clientWith('x'.repeat(15), 20);
  await expect(fetchRaw(mailSource(client, 'a@b.test', '1'), { signal })).rejects.toThrow(
    'after 15 of 20 bytes',
  );
});

it('stops between parts when nobody wants it any more', async () => {
  const { client, asked } = clientWith('x'.repeat(1000));
  const stop = new AbortController();
  const onProgress = (fetched: number) => fetched >= 30 && stop.abort();
  await expect(
    fetchRaw(mailSource(client, 'a@b.test', '1'), { signal: stop.signal, onProgress }),
  ).rejects.toThrow();
  expect(asked).toEqual([0, 10, 20, 30]);
});

function textOf(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(blob);
  });
}
