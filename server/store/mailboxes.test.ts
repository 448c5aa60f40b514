import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewMessage } from '../mail/message.ts';
import { queuedFor, startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
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

describe('page', () => {
  const page = (more: object) => test.store.mailboxes.page(anna.id, { offset: 0, limit: 10, ...more });
  const subjects = async (more: object) => (await page(more)).rows.map(({ subject }) => subject);

  it('gives a part of the mailbox, newest first, and how many there are', async () => {
    for (const subject of ['a', 'b', 'c', 'd', 'e']) await deliver(Buffer.from(subject), 'x@y.test', subject);
    expect(await subjects({ limit: 2 })).toEqual(['e', 'd']);
    expect(await subjects({ offset: 2, limit: 2 })).toEqual(['c', 'b']);
    expect(await subjects({ offset: 4, limit: 2 })).toEqual(['a']);
    expect(await page({ offset: 9 })).toEqual({ total: 5, rows: [] });
    expect((await page({ limit: 1 })).total).toBe(5);
    expect(await test.store.mailboxes.page(999, { offset: 0, limit: 10 })).toEqual({ total: 0, rows: [] });
  });

  it.each([
    ['ben', ['Offer 100%', 'Invoice']],
    ['BEN@', ['Offer 100%', 'Invoice']],
    ['  invoice ', ['Invoice']],
    ['100%', ['Offer 100%']],
    ['%', ['Offer 100%']],
    ['_', []],
    ['\\', []],
    ["'", []],
    ['', ['Offer 100%', 'Greetings', 'Invoice']],
  ])('finds %j in sender and subject', async (search, found) => {
    await deliver(Buffer.from('1'), 'ben@example.net', 'Invoice');
    await deliver(Buffer.from('2'), 'carl@example.net', 'Greetings');
    await deliver(Buffer.from('3'), 'ben@example.org', 'Offer 100%');
    const { total } = await page({ search, limit: 1 });
    expect([total, await subjects({ search })]).toEqual([found.length, found]);
  });
});

describe('remove', () => {
  const large = Buffer.alloc(SPILL_BYTES * 2, 'x');
  const kept = async (table: 'messages' | 'mailbox') =>
    (await test.db.selectFrom(table).selectAll().execute()).length;

  async function deliverTo(accounts: readonly Account[], more: Partial<NewMessage> = {}): Promise<string> {
    const mailboxes = accounts.map(({ id, address }) => ({ accountId: id, recipient: address }));
    const message = testMessage('', { mailboxes, ...more });
    const writer = test.store.bodies.writer(message.id);
    await writer.write(large);
    await test.store.ledger.accept({ ...message, body: await writer.finish(), size: large.length });
    return message.id;
  }

  it('deletes what it is told, and the space is free again', async () => {
    const [first, second, third] = [
      await deliver(Buffer.from('1')),
      await deliver(large),
      await deliver(Buffer.from('333')),
    ];
    expect(await test.store.mailboxes.remove(anna.id, [second, first, 'NONE', first])).toBe(2);
    const left = await test.store.mailboxes.list(anna.id);
    expect(left.map(({ id }) => id)).toEqual([third]);
    expect(await test.store.accounts.usedBytes(anna.id)).toBe(left[0]?.size);
    expect(await test.files()).toEqual([]);
    expect(await kept('messages')).toBe(1);
    expect(await test.store.mailboxes.remove(anna.id, [first])).toBe(0);
    expect(await test.store.mailboxes.remove(anna.id, [])).toBe(0);
    expect(await test.store.mailboxes.remove(anna.id, [third])).toBe(1);
    expect(await test.store.accounts.usedBytes(anna.id)).toBe(0);
  });

  it('leaves a message to those who have it too, and its file until the last is gone', async () => {
    const ben = await test.addAccount('ben@example.com');
    const id = await deliverTo([anna, ben]);
    const used = await test.store.accounts.usedBytes(ben.id);
    expect(await test.store.mailboxes.remove(anna.id, [id])).toBe(1);
    expect(await test.store.mailboxes.raw(anna.id, id)).toBeUndefined();
    const raw = await test.store.mailboxes.raw(ben.id, id);
    expect((await raw?.read(0, raw.total))?.subarray(-large.length).equals(large)).toBe(true);
    expect(await test.store.accounts.usedBytes(ben.id)).toBe(used);
    expect(await test.files()).toEqual([id]);
    expect(await test.store.mailboxes.remove(ben.id, [id])).toBe(1);
    expect([await test.files(), await kept('messages')]).toEqual([[], 0]);
  });

  it('leaves a message to whoever still waits for it', async () => {
    const id = await deliverTo([anna], { queued: queuedFor('bob@remote.test') });
    expect(await test.store.mailboxes.remove(anna.id, [id])).toBe(1);
    expect([await test.files(), await kept('messages'), await kept('mailbox')]).toEqual([[id], 1, 0]);
    await test.store.ledger.settle(id, [{ id: `${id}-1`, kind: 'finished' }]);
    expect([await test.files(), await kept('messages')]).toEqual([[], 0]);
  });

  it('takes nothing from others', async () => {
    const ben = await test.addAccount('ben@example.com');
    const id = await deliver(Buffer.from('x'));
    expect(await test.store.mailboxes.remove(ben.id, [id])).toBe(0);
    expect(await test.store.mailboxes.list(anna.id)).toHaveLength(1);
  });

  it('deletes thousands at once', async () => {
    const messages = Array.from({ length: 2500 }, () =>
      testMessage('x', { mailboxes: [{ accountId: anna.id, recipient: anna.address }] }),
    );
    await Promise.all(messages.map((message) => test.store.ledger.accept(message)));
    const ids = messages.map(({ id }) => id);
    expect(await test.store.mailboxes.remove(anna.id, ids)).toBe(2500);
    expect([await kept('messages'), await kept('mailbox')]).toEqual([0, 0]);
    expect(await test.store.accounts.usedBytes(anna.id)).toBe(0);
  });

  it('does all or nothing', async () => {
    const id = await deliver(Buffer.from('x'));
    const used = await test.store.accounts.usedBytes(anna.id);
    await sql`CREATE TRIGGER no BEFORE DELETE ON messages BEGIN SELECT RAISE(ABORT, 'no'); END`.execute(
      test.db,
    );
    await expect(test.store.mailboxes.remove(anna.id, [id])).rejects.toThrow('no');
    expect(await test.store.mailboxes.list(anna.id)).toHaveLength(1);
    expect(await test.store.accounts.usedBytes(anna.id)).toBe(used);
  });
});
