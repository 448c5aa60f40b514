import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newMessageId } from '../mail/message.ts';
import { startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import { type BodyWriter, SPILL_BYTES } from './bodies.ts';

let test: TestStore;
let writer: BodyWriter;
const id = 'MESSAGE';

beforeEach(async () => {
  test = await startTestStore();
  writer = test.store.bodies.writer(id);
});
afterEach(() => test.stop());

/** Stores content as the receiving side does, in a mailbox so that it stays. */
async function stored(content: Buffer): Promise<string> {
  const { bodies, ledger, accounts } = test.store;
  const account = (await accounts.first()) ?? (await test.addAccount('anna@example.com'));
  const message = newMessageId();
  const own = bodies.writer(message);
  for (let at = 0; at < content.length; at += 50_000) await own.write(content.subarray(at, at + 50_000));
  const body = await own.finish();
  const mailboxes = [{ accountId: account.id, recipient: account.address }];
  await ledger.accept({ ...testMessage(''), id: message, body, size: content.length, mailboxes });
  return message;
}

describe('a writer', () => {
  it.each([
    ['nothing', []],
    ['little', [10, 20]],
    ['the most there may be', [SPILL_BYTES]],
    ['the most in parts', [SPILL_BYTES - 1, 1]],
  ])('keeps %s in memory', async (_, sizes) => {
    const parts = sizes.map((size) => randomBytes(size));
    for (const part of parts) await writer.write(part);
    expect(await writer.finish()).toEqual({ kind: 'memory', bytes: Buffer.concat(parts) });
    expect(writer.size).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(await test.files()).toEqual([]);
  });

  it.each([
    ['one byte more', [SPILL_BYTES, 1]],
    ['much at once', [SPILL_BYTES * 2]],
    ['many parts', [100_000, 100_000, 100_000, 1, 300_000]],
    ['an empty part on the border', [SPILL_BYTES, 0, 1]],
  ])('spills %s to a file', async (_, sizes) => {
    const parts = sizes.map((size) => randomBytes(size));
    const whole = Buffer.concat(parts);
    for (const part of parts) await writer.write(part);
    expect(writer.size).toBe(whole.length);
    expect((await writer.head()).equals(whole.subarray(0, 128 * 1024))).toBe(true);
    const body = await writer.finish();
    expect(body).toEqual({ kind: 'file', path: join(test.folder, 'messages', id) });
    expect((await readFile(join(test.folder, 'messages', id))).equals(whole)).toBe(true);
  });

  it.each([
    ['before anything', []],
    ['in memory', [10]],
    ['in a file', [SPILL_BYTES, 1]],
  ])('discards %s, and may be told twice', async (_, sizes) => {
    for (const size of sizes) await writer.write(randomBytes(size));
    await writer.discard();
    await writer.discard();
    expect(await test.files()).toEqual([]);
    expect(await writer.head()).toHaveLength(0);
  });

  it('does not touch what was finished when told to discard', async () => {
    await writer.write(randomBytes(SPILL_BYTES + 1));
    const body = await writer.finish();
    await writer.discard();
    expect(await test.files()).toEqual([id]);
    await test.store.bodies.abandon(body);
    expect(await test.files()).toEqual([]);
  });

  it('never writes into a file that is there', async () => {
    await writeFile(join(test.folder, 'messages', id), 'of another');
    await expect(writer.write(randomBytes(SPILL_BYTES + 1))).rejects.toThrow('EEXIST');
    await writer.discard();
    expect(await test.files()).toEqual([id]);
  });
});

describe.each([
  ['in its row', 1000],
  ['in a file', SPILL_BYTES * 3 + 17],
])('content %s', (_, size) => {
  const content = randomBytes(size);

  it('reads as it was written, whole and in parts', async () => {
    const message = await stored(content);
    const { bodies } = test.store;
    expect((await buffer(await bodies.open(message))).equals(content)).toBe(true);
    const ranges = [
      [0, size],
      [0, 10],
      [size - 10, 10],
      [size - 10, 100],
      [size, 10],
      [size + 10, 10],
      [500, 0],
    ] as const;
    for (const [offset, length] of ranges) {
      const part = await bodies.read(message, offset, length);
      expect(part.equals(content.subarray(offset, offset + length)), `${offset}+${length}`).toBe(true);
    }
  });
});

it('rejects for a message that is gone, and for one whose file is', async () => {
  const { bodies } = test.store;
  await expect(bodies.open('NONE')).rejects.toThrow('Message NONE is gone.');
  await expect(bodies.read('NONE', 0, 1)).rejects.toThrow('Message NONE is gone.');
  const message = await stored(randomBytes(SPILL_BYTES + 1));
  await rm(join(test.folder, 'messages', message));
  await expect(bodies.open(message)).rejects.toThrow('ENOENT');
  await expect(bodies.read(message, 0, 1)).rejects.toThrow('ENOENT');
});

it('sweeps files that no message names, and nothing else', async () => {
  const kept = await stored(randomBytes(SPILL_BYTES + 1));
  await stored(Buffer.from('small'));
  await writeFile(join(test.folder, 'messages', 'stray-1'), 'x');
  await writeFile(join(test.folder, 'messages', 'stray-2'), 'x');
  await mkdir(join(test.folder, 'messages', 'folder'));
  expect(await test.store.bodies.sweep()).toEqual({ removed: 2, kept: 0 });
  expect(await test.files()).toEqual([kept, 'folder'].sort());
  expect(await test.store.bodies.sweep()).toEqual({ removed: 0, kept: 0 });
});

it('does not mind files that are gone already or can not be removed', async () => {
  await mkdir(join(test.folder, 'messages', 'folder'));
  await test.store.bodies.remove(['gone', 'folder']);
  expect(await test.files()).toEqual(['folder']);
});
