import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '../contract/settings.ts';
import type { NewMessage } from '../mail/message.ts';
import { parseReply } from '../mail/reply.ts';
import type { LogEntry } from '../store/mail-log.ts';
import type { StoredMessage } from '../store/queue-rows.ts';
import { queuedFor, startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import { readReport } from '../testing/read-report.ts';
import { MOST_REPORTS } from './report-limit.ts';
import { Reporter } from './reporter.ts';
import type { DueReport } from './settle.ts';

let test: TestStore;
let reporter: Reporter;
let log: LogEntry[];
let signals: string[];

const make = () =>
  new Reporter({
    store: test.store,
    settings: () => defaultSettings('mail.our.test'),
    log: (entry) => log.push(entry),
    queued: () => signals.push('queued'),
    postponed: () => signals.push('postponed'),
  });

beforeEach(async () => {
  test = await startTestStore();
  log = [];
  signals = [];
  await test.addAccount('ann@our.test', ['sales@our.test']);
  reporter = make();
});
afterEach(() => test.stop());

const reports = [{ hop: 'mx', host: 'mx.a.test', reply: parseReply('550 5.1.1 No') }] as const;
const failed: DueReport = {
  kind: 'failed',
  recipients: [{ address: 'bob@a.test', orcpt: null, reports }],
};
const CONTENT = 'Subject: Hi\r\nMessage-ID: <1@our.test>\r\n\r\nHello\r\n';

async function queued(sender: string, more: Partial<NewMessage> = {}): Promise<StoredMessage> {
  const envelope = { sender, smtpUtf8: false, ret: 'FULL', envid: null } as const;
  const message = testMessage(CONTENT, { envelope, queued: queuedFor('bob@a.test'), ...more });
  await test.store.ledger.accept(message);
  return (await test.store.queue.message(message.id)) as StoredMessage;
}

describe('a report goes', () => {
  it.each([
    ['ann@our.test', 'ann@our.test'],
    ['Sales+June@OUR.test', 'Sales+June@our.test'],
    // Nobody has the address, and still it is one that must be answered.
    ['postmaster@our.test', 'postmaster@our.test'],
  ])('for <%s> into a mailbox', async (sender, recipient) => {
    const filing = await reporter.file(await queued(sender), [failed]);
    expect(filing.reports).toMatchObject([{ mailboxes: [{ accountId: 1, recipient }], queued: [] }]);
  });

  it('for a sender elsewhere into the queue, without asking for reports about it', async () => {
    const message = await queued('zoe@grüße.test');
    const filing = await reporter.file(message, [failed]);
    expect(filing.reports).toMatchObject([
      {
        mailboxes: [],
        queued: [{ address: 'zoe@xn--gre-6ka8l.test', notify: ['NEVER'], orcpt: null }],
        envelope: { sender: '', ret: null, envid: null },
      },
    ]);
    reporter.done(message.id, filing);
    expect(signals).toEqual(['queued']);
  });

  it('nowhere for a null sender, and for one who has no mailbox here any more', async () => {
    expect(await reporter.file(await queued(''), [failed])).toEqual({});
    expect(log).toEqual([]);
    expect(await reporter.file(await queued('gone@our.test'), [failed])).toEqual({});
    expect(log.map(({ level }) => level)).toEqual(['warning']);
    // Neither counts.
    for (let count = 0; count < MOST_REPORTS; count++) {
      const filing = await reporter.file(await queued('ann@our.test'), [failed]);
      expect(filing.reports).toHaveLength(1);
    }
  });
});

it('reports without the message when its file can not be read', async () => {
  const message = await queued('ann@our.test');
  test.store.bodies.read = () => Promise.reject(new Error('EIO'));
  const [report] = (await reporter.file(message, [failed])).reports ?? [];
  const { original, recipients } = await readReport(
    report?.body.kind === 'memory' ? report.body.bytes : Buffer.alloc(0),
  );
  expect(recipients).toHaveLength(1);
  expect(original).toMatchObject({
    type: 'text/rfc822-headers',
    text: expect.stringMatching(/^Received: from test\n\s*$/),
  });
  expect(log).toMatchObject([{ level: 'error', message: message.id, text: expect.stringContaining('EIO') }]);
});

it('takes back what can not be committed, its file too', async () => {
  const content = `Subject: x\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(3632)}`;
  const message = await queued('ann@our.test', {
    body: { kind: 'memory', bytes: Buffer.from(content) },
    size: content.length,
  });
  for (let count = 0; count < 2 * MOST_REPORTS; count++) {
    const filing = await reporter.file(message, [failed]);
    expect(filing.reports?.[0]?.body.kind).toBe('file');
    expect(await test.files()).toHaveLength(1);
    await reporter.abandon(filing);
    expect(await test.files()).toEqual([]);
  }
});

describe('beyond the limit', () => {
  it('what there is to tell waits for the digest, in the commit of what it is about', async () => {
    for (let count = 0; count < MOST_REPORTS; count++) {
      const message = await queued('ann@our.test');
      const filing = await reporter.file(message, [failed]);
      await test.store.ledger.settle(message.id, [], filing);
    }
    // Also after a restart.
    reporter = make();
    const message = await queued('Ann@our.test');
    const filing = await reporter.file(message, [failed]);
    expect(filing).toMatchObject({
      reports: [],
      postponed: [{ receiver: 'ann@our.test', sender: 'Ann@our.test' }],
    });
    expect(filing.counted).toBeUndefined();
    await test.store.ledger.settle(message.id, [{ id: `${message.id}-1`, kind: 'finished' }], filing);
    reporter.done(message.id, filing);
    expect(signals).toEqual(['postponed']);
    const { entries } = await test.store.digests.read('ann@our.test', 9);
    expect(entries.map((entry) => JSON.parse(entry))).toMatchObject([
      {
        kind: 'failed',
        recipient: { address: 'bob@a.test', reports },
        message: { subject: 'Hi', messageId: '<1@our.test>', receivedAt: message.receivedAt },
      },
    ]);
  });
});

describe('a message for a mailbox whose sender wants to hear that it is there', () => {
  const accepted = (body: NewMessage['body'], size: number) =>
    testMessage('', {
      id: 'M',
      envelope: { sender: 'ann@our.test', smtpUtf8: false, ret: 'FULL', envid: 'E1' },
      mailboxes: [{ accountId: 1, recipient: 'sales@our.test' }],
      body,
      size,
    });
  const told = [{ address: 'sales@our.test', notify: ['SUCCESS'], orcpt: 'rfc822;old@our.test' }] as const;

  async function reportIn(mailbox: number): Promise<ReturnType<typeof readReport>> {
    const [, report] = await test.store.mailboxes.list(mailbox);
    const raw = await test.store.mailboxes.raw(mailbox, report?.id ?? '');
    return readReport((await raw?.read(0, raw.total)) ?? Buffer.alloc(0));
  }

  it.each(['memory', 'file'] as const)(
    'is accepted together with the report, its content in a %s',
    async (kind) => {
      const writer = test.store.bodies.writer('M');
      await writer.write(Buffer.from(CONTENT));
      if (kind === 'file') await writer.write(randomBytes(300_000));
      await reporter.accept(accepted(await writer.finish(), writer.size), told);
      expect(await reportIn(1)).toMatchObject({
        subject: 'Your message was delivered',
        inReplyTo: '<1@our.test>',
        message: { 'original-envelope-id': 'E1' },
        recipients: [
          {
            'original-recipient': 'rfc822;old@our.test',
            'final-recipient': 'rfc822; sales@our.test',
            action: 'delivered',
            status: '2.0.0',
          },
        ],
        original: { type: 'text/rfc822-headers' },
      });
    },
  );

  it('is not accepted without it, and then it does not count', async () => {
    const { ledger } = test.store;
    const accept = ledger.accept.bind(ledger);
    ledger.accept = () => Promise.reject(new Error('disk full'));
    const body = { kind: 'memory', bytes: Buffer.from(CONTENT) } as const;
    for (let count = 0; count < 2 * MOST_REPORTS; count++)
      await expect(reporter.accept(accepted(body, CONTENT.length), told)).rejects.toThrow('disk full');
    ledger.accept = accept;
    expect(await test.store.mailboxes.list(1)).toEqual([]);
    await reporter.accept(accepted(body, CONTENT.length), told);
    expect(await test.store.mailboxes.list(1)).toHaveLength(2);
    expect(log.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^A report goes to ann@our\.test as message [0-9A-Z]{16}\.$/),
    ]);
  });
});
