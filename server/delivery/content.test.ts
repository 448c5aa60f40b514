import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temp.ts';
import { openContent, readThrough } from './content.ts';
import type { QueuedMessage } from './job.ts';

const TEXT = 'Subject: x\r\n\r\nHello.\r\n';

async function* asItIs(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from('Received: y\r\n');
  yield* source;
}

function queued(open: QueuedMessage['open'], size = TEXT.length): QueuedMessage {
  return { id: 'M1', size, open } as QueuedMessage;
}

it('is read to its end', async () => {
  const content = await openContent(queued(async () => Readable.from([Buffer.from(TEXT)])));
  expect((await buffer(content)).toString()).toBe(TEXT);
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
  const content = await openContent(queued(async () => readThrough(file, asItIs(file))));
  const reader = content[Symbol.asyncIterator]();
  for (let part = 0; part < parts; part++) await reader.next();
  content.destroy();
  await closed;
  await remove();
});

it('keeps an error until it is read', async () => {
  const gone = createReadStream('/nowhere/M1');
  const content = await openContent(queued(async () => readThrough(gone, asItIs(gone))));
  await new Promise<void>((resolve) => gone.once('close', resolve));
  await expect(buffer(content)).rejects.toThrow(/ENOENT/);
});
