import { randomBytes } from 'node:crypto';
import { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewMessage } from '../mail/message.ts';
import { queuedFor, startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import { SPILL_BYTES } from './bodies.ts';
import type { Account } from './directory.ts';
import type { Settlement } from './ledger.ts';

let test: TestStore;
let anna: Account;
let ben: Account;

beforeEach(async () => {
  test = await startTestStore();
  anna = await test.addAccount('anna@example.com');
  ben = await test.addAccount('ben@example.com');
});
afterEach(() => test.stop());

const copyFor = (account: Account) => ({ accountId: account.id, recipient: account.address });
const finished = (id: string): Settlement => ({ id, kind: 'finished' });
const waits = (id: string, nextAttemptAt = 5000): Settlement => ({
  id,
  kind: 'waits',
  nextAttemptAt,
  lastAttempt: {
    at: 4000,
    reports: [{ hop: 'mx', host: 'mx.test', reply: { code: 450, enhanced: '', text: 'later' } }],
  },
});

const messageIds = async () =>
  (await test.db.selectFrom('messages').select('id').orderBy('id').execute()).map((row) => row.id);
const queueIds = async () =>
  (await test.db.selectFrom('queue').select('id').orderBy('id').execute()).map((row) => row.id);
const usedBytes = (account: Account) => test.store.accounts.usedBytes(account.id);

/** A message whose content is in a file. */
async function large(more: Partial<NewMessage>): Promise<NewMessage> {
  const message = testMessage('', more);
  const writer = test.store.bodies.writer(message.id);
  await writer.write(randomBytes(SPILL_BYTES + 1));
  return { ...message, body: await writer.finish(), size: writer.size };
}

describe('accept', () => {
  it('puts a message into its mailboxes and into the queue', async () => {
    const queued: NewMessage['queued'] = [
      { address: 'x@example.net', notify: ['FAILURE', 'DELAY'], orcpt: 'rfc822;y@example.net' },
      { address: 'z@other.example', notify: null, orcpt: null },
    ];
    const mailboxes = [copyFor(anna), copyFor(ben)];
    const envelope = { sender: 's@example.net', smtpUtf8: true, ret: 'HDRS', envid: 'E1' } as const;
    const message = testMessage('Hello', {
      envelope,
      mailboxes,
      queued,
      completion: 'Date: x\r\n',
      eightBit: true,
    });
    await test.store.ledger.accept(message);

    expect(await test.store.queue.message(message.id)).toEqual({
      id: message.id,
      sender: 's@example.net',
      smtpUtf8: true,
      eightBit: true,
      ret: 'HDRS',
      envid: 'E1',
      trace: 'Received: from test\r\n',
      completion: 'Date: x\r\n',
      size: 5,
      receivedAt: message.receivedAt,
    });
    const row = { messageId: message.id, attempts: 0, noticedAt: null };
    expect(await test.store.queue.dueOfMessage(message.id, message.receivedAt)).toEqual([
      {
        ...row,
        id: `${message.id}-1`,
        recipient: 'x@example.net',
        domain: 'example.net',
        notify: ['FAILURE', 'DELAY'],
        orcpt: 'rfc822;y@example.net',
      },
      {
        ...row,
        id: `${message.id}-2`,
        recipient: 'z@other.example',
        domain: 'other.example',
        notify: null,
        orcpt: null,
      },
    ]);
    for (const { id } of [anna, ben])
      expect((await test.store.mailboxes.list(id)).map((entry) => entry.id)).toEqual([message.id]);
  });

  it('keeps count of the bytes in each mailbox, as the mailbox gives them', async () => {
    const trace = 'Received: for <änna@example.com>\r\n';
    await test.store.ledger.accept(testMessage('12345', { trace, mailboxes: [copyFor(anna), copyFor(ben)] }));
    await Promise.all(
      [1, 2].map(() => test.store.ledger.accept(testMessage('1', { mailboxes: [copyFor(anna)] }))),
    );
    const listed = (await test.store.mailboxes.list(anna.id)).map((entry) => entry.size);
    expect(listed[0]).toBe(Buffer.byteLength(`Return-Path: <ben@example.net>\r\n${trace}12345`));
    expect(await usedBytes(anna)).toBe(listed.reduce((sum, size) => sum + size));
    expect(await usedBytes(ben)).toBe(listed[0]);
  });

  it('stores all of a message or nothing: no mailbox, no queue row, no bytes', async () => {
    const mailboxes = [copyFor(anna), { accountId: 999, recipient: 'gone@example.com' }];
    const poison = testMessage('1', { mailboxes, queued: queuedFor('x@example.net') });
    const good = testMessage('2', { mailboxes: [copyFor(anna)] });
    const results = await Promise.allSettled(
      [poison, good].map((message) => test.store.ledger.accept(message)),
    );
    expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
    expect(await messageIds()).toEqual([good.id]);
    expect(await queueIds()).toEqual([]);
    expect(await usedBytes(anna)).toBe((await test.store.mailboxes.list(anna.id))[0]?.size);
  });

  it('takes more in one turn than a statement can hold, in one transaction', async () => {
    const transactions = vi.spyOn(Kysely.prototype, 'transaction');
    const messages = Array.from({ length: 1100 }, () =>
      testMessage('x', { queued: queuedFor('a@b', 'c@d', 'e@f') }),
    );
    await Promise.all(messages.map((message) => test.store.ledger.accept(message)));
    const calls = transactions.mock.calls.length;
    transactions.mockRestore();
    expect(await test.store.queue.counts(Date.now(), 0)).toEqual({
      due: 3300,
      deferred: 0,
      held: 0,
      stuck: 0,
    });
    expect(calls).toBe(1);
  });
});

describe('settle', () => {
  it('forgets a message when its last recipient is finished', async () => {
    const message = testMessage('x', { queued: queuedFor('a@b', 'c@d') });
    await test.store.ledger.accept(message);
    await test.store.ledger.settle(message.id, [finished(`${message.id}-1`)]);
    expect([await messageIds(), await queueIds()]).toEqual([[message.id], [`${message.id}-2`]]);
    await test.store.ledger.settle(message.id, [finished(`${message.id}-2`)]);
    expect([await messageIds(), await queueIds()]).toEqual([[], []]);
  });

  it('keeps a message that is in a mailbox too, and its file', async () => {
    const message = await large({ mailboxes: [copyFor(anna)], queued: queuedFor('a@b') });
    await test.store.ledger.accept(message);
    await test.store.ledger.settle(message.id, [finished(`${message.id}-1`)]);
    expect([await messageIds(), await test.files()]).toEqual([[message.id], [message.id]]);
    await test.store.accounts.remove(anna.id);
    expect([await messageIds(), await test.files()]).toEqual([[], []]);
  });

  it('removes the file with the message', async () => {
    const message = await large({ queued: queuedFor('a@b', 'c@d') });
    await test.store.ledger.accept(message);
    await test.store.ledger.settle(message.id, [finished(`${message.id}-1`), waits(`${message.id}-2`)]);
    expect(await test.files()).toEqual([message.id]);
    await test.store.ledger.settle(message.id, [finished(`${message.id}-2`)]);
    expect(await test.files()).toEqual([]);
  });

  it('lets recipients wait: one attempt more, the reply kept', async () => {
    const message = testMessage('x', { queued: queuedFor('a@b') });
    await test.store.ledger.accept(message);
    const id = `${message.id}-1`;
    await test.store.ledger.settle(message.id, [waits(id, 5000)]);
    await test.store.ledger.settle(message.id, [waits(id, 9000)]);
    expect(await test.store.queue.list()).toEqual([
      expect.objectContaining({
        id,
        state: 'deferred',
        attempts: 2,
        nextAttemptAt: 9000,
        lastReply: 'mx.test said: 450 later',
      }),
    ]);
  });

  it('leaves on hold what was put on hold during the attempt', async () => {
    const message = testMessage('x', { queued: queuedFor('a@b', 'c@d') });
    await test.store.ledger.accept(message);
    await test.store.queue.hold([`${message.id}-1`, `${message.id}-2`]);
    await test.store.ledger.settle(message.id, [waits(`${message.id}-1`), finished(`${message.id}-2`)]);
    expect(await test.store.queue.list()).toEqual([
      expect.objectContaining({ id: `${message.id}-1`, state: 'held', attempts: 1 }),
    ]);
  });

  it('does not bring back what was removed during the attempt', async () => {
    const message = testMessage('x', { queued: queuedFor('a@b') });
    await test.store.ledger.accept(message);
    await test.store.queue.remove([`${message.id}-1`]);
    await test.store.ledger.settle(message.id, [waits(`${message.id}-1`)]);
    await test.store.ledger.settle(message.id, [finished(`${message.id}-1`)]);
    expect([await messageIds(), await queueIds()]).toEqual([[], []]);
  });

  it('commits reports with what they report, or neither', async () => {
    const message = testMessage('x', { queued: queuedFor('a@b') });
    await test.store.ledger.accept(message);
    const done = [finished(`${message.id}-1`)];
    const lost = testMessage('report', { mailboxes: [{ accountId: 999, recipient: 'x' }] });
    await expect(test.store.ledger.settle(message.id, done, { reports: [lost] })).rejects.toThrow(
      'FOREIGN KEY',
    );
    expect([await messageIds(), await queueIds()]).toEqual([[message.id], [`${message.id}-1`]]);

    const report = testMessage('report', { mailboxes: [copyFor(anna)] });
    await test.store.ledger.settle(message.id, done, { reports: [report] });
    expect([await messageIds(), await queueIds()]).toEqual([[report.id], []]);
  });

  it('is idle when all is committed', async () => {
    const message = testMessage('x', { queued: queuedFor('a@b') });
    void test.store.ledger.accept(message);
    await test.store.ledger.idle();
    expect(await messageIds()).toEqual([message.id]);
  });
});
