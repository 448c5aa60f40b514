import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import { SPILL_BYTES } from './bodies.ts';
import type { Account } from './directory.ts';

let test: TestStore;
let anna: Account;

beforeEach(async () => {
  test = await startTestStore();
  anna = await test.addAccount('anna@example.com');
});
afterEach(() => test.stop());

async function deliver(content: Buffer, sender = 'ben@example.net', subject = 'Test'): Promise<string> {
  const message = testMessage('', {
    envelope: { sender, smtpUtf8: false, ret: null, envid: null },
    trace: 'Received: from tëst\r\n',
    subject,
    mailboxes: [{ accountId: anna.id, recipient: anna.address }],
  });
  const writer = test.store.bodies.writer(message.id);
  await writer.write(content);
  await test.store.ledger.accept({ ...message, body: await writer.finish(), size: content.length });
  return message.id;
}

it('lists the messages of an account, oldest first', async () => {
  const first = await deliver(Buffer.from('one'), 'ben@example.net', 'First');
  const second = await deliver(Buffer.from('two'), '', 'Second');
  const receivedAt = Date.UTC(2026, 0);
  expect(await test.store.mailboxes.list(anna.id)).toEqual([
    { id: first, from: 'ben@example.net', subject: 'First', size: 57, receivedAt },
    { id: second, from: '', subject: 'Second', size: 42, receivedAt },
  ]);
  expect(await test.store.mailboxes.list(999)).toEqual([]);
});

describe.each([
  ['a small message', 100],
  ['a message in a file', SPILL_BYTES * 2],
])('%s', (_, size) => {
  const content = randomBytes(size);

  it('reads as Return-Path, trace and content, in parts of any size', async () => {
    const id = await deliver(content);
    const raw = await test.store.mailboxes.raw(anna.id, id);
    if (!raw) throw new Error('not there');
    const head = Buffer.from('Return-Path: <ben@example.net>\r\nReceived: from tëst\r\n');
    const whole = Buffer.concat([head, content]);
    expect(raw.total).toBe(whole.length);
    for (const length of [7, head.length, head.length + 1, 64 * 1024, whole.length, whole.length + 1]) {
      const parts: Buffer[] = [];
      for (let offset = 0; offset < Math.min(whole.length, 300); offset += length)
        parts.push(await raw.read(offset, length));
      const read = Buffer.concat(parts);
      expect(read.equals(whole.subarray(0, read.length)), `parts of ${length}`).toBe(true);
      expect(read.length).toBeGreaterThanOrEqual(Math.min(whole.length, length));
    }
    expect((await raw.read(whole.length - 5, 100)).equals(whole.subarray(-5))).toBe(true);
    expect(await raw.read(whole.length, 100)).toHaveLength(0);
    expect(await raw.read(whole.length + 100, 100)).toHaveLength(0);
  });
});

it('shows no one the message of another', async () => {
  const ben = await test.addAccount('ben@example.com');
  const id = await deliver(Buffer.from('x'));
  expect(await test.store.mailboxes.raw(ben.id, id)).toBeUndefined();
  expect(await test.store.mailboxes.raw(anna.id, 'NONE')).toBeUndefined();
});
