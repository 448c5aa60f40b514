import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temp.ts';
import { openContent } from './content.ts';
import type { QueuedMessage } from './job.ts';

const TEXT = 'Subject: x\r\n\r\nHello.\r\n';

function queued(open: QueuedMessage['open'], size = TEXT.length): QueuedMessage {
  return { id: 'M1', size, open } as QueuedMessage;
}

it('is read to its end', async () => {
  const content = await openContent(queued(async () => Readable.from([Buffer.from(TEXT)])));
  expect((await buffer(content)).toString()).toBe(TEXT);
});

it('begins with our own lines, and tells of each part that is asked for', async () => {
  let parts = 0;
  const message = {
    ...queued(async () => Readable.from([Buffer.from(TEXT), Buffer.from('More.\r\n')])),
    head: Buffer.from('Received: y\r\n'),
    moved: () => parts++,
  };
  const arrived = await (await openContent(message)).toArray();
  expect(arrived.map(String)).toEqual([`Received: y\r\n${TEXT}`, 'More.\r\n']);
  expect(parts).toBe(2);
});

it('is our own lines alone where the message is empty', async () => {
  const message = { ...queued(async () => Readable.from([]), 13), head: Buffer.from('Received: y\r\n') };
  expect((await buffer(await openContent(message))).toString()).toBe('Received: y\r\n');
});

it('is an error where it is shorter than it should be', async () => {
  const content = await openContent(queued(async () => Readable.from([Buffer.from(TEXT)]), 100));
  await expect(buffer(content)).rejects.toThrow('The stored message M1 has 22 bytes instead of 100.');
});

it.each([0, 1, 2])('closes its file when it is left after %i parts', async (parts) => {
  const { path: folder, remove } = await temporaryFolder();
  const path = join(folder, 'M1');
  await writeFile(path, TEXT.repeat(10_000));
  const file = createReadStream(path);
  const closed = new Promise<void>((resolve) => file.once('close', resolve));
  const content = await openContent(queued(async () => file));
  const reader = content[Symbol.asyncIterator]();
  for (let part = 0; part < parts; part++) await reader.next();
  content.destroy();
  await closed;
  await remove();
});

it('keeps an error until it is read', async () => {
  const gone = createReadStream('/nowhere/M1');
  const content = await openContent(queued(async () => gone));
  await new Promise<void>((resolve) => gone.once('close', resolve));
  await expect(buffer(content)).rejects.toThrow(/ENOENT/);
});
