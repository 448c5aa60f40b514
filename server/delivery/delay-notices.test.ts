import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultSettings, type Settings } from '../contract/settings.ts';
import type { Notify } from '../mail/message.ts';
import { parseReply } from '../mail/reply.ts';
import type { LogEntry } from '../store/mail-log.ts';
import { startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import { type ReadReport, readReport } from '../testing/read-report.ts';
import { DelayNotices } from './delay-notices.ts';
import { Reporter } from './reporter.ts';
import type { Scheduler } from './scheduler.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 5, 2, 8);

let test: TestStore;
let notices: DelayNotices;
let settings: Settings;
let mayStart: boolean;
let inFlight: Set<string>;
let log: LogEntry[];

function make(): DelayNotices {
  const { store } = test;
  const parts = { store, settings: () => settings, log: (entry: LogEntry) => log.push(entry) };
  const reporter = new Reporter({ ...parts, queued: () => {}, postponed: () => {} });
  const withhold: Scheduler['withhold'] = (ids, work) => work(ids.filter((id) => !inFlight.has(id)));
  return new DelayNotices({ ...parts, reporter, scheduler: { withhold }, mayStart: () => mayStart });
}

beforeEach(async () => {
  // The store waits for the end of turns, and that goes on.
  vi.useFakeTimers({ now: START, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  test = await startTestStore();
  await test.addAccount('ann@our.test');
  settings = defaultSettings('mail.our.test');
  mayStart = true;
  inFlight = new Set();
  log = [];
  notices = make();
});
afterEach(async () => {
  await notices.stop();
  vi.useRealTimers();
  await test.stop();
});

interface Queued {
  readonly to?: readonly string[];
  readonly notify?: readonly Notify[] | null;
  readonly sender?: string;
}

/** Queues a message from ann, received now, to be tried at once. */
async function queue(
  id: string,
  { to = ['bob@a.test'], notify = null, sender = 'ann@our.test' }: Queued = {},
) {
  const queued = to.map((address) => ({ address, notify, orcpt: null }));
  const envelope = { sender, smtpUtf8: false, ret: null, envid: null };
  const content = `Subject: ${id}\r\nMessage-ID: <${id}@our.test>\r\n\r\nHi\r\n`;
  await test.store.ledger.accept(testMessage(content, { id, envelope, queued, receivedAt: Date.now() }));
}

/** An attempt at a recipient ends now, and the next one is made after so many hours. */
async function defer(id: string, hours: number, reply = '451 4.3.0 Not now'): Promise<void> {
  const reports = [{ hop: 'mx', host: 'mx.a.test', reply: parseReply(reply) } as const];
  const nextAttemptAt = Date.now() + hours * HOUR;
  await test.store.ledger.settle(id.slice(0, id.lastIndexOf('-')), [
    { id, kind: 'waits', nextAttemptAt, lastAttempt: { at: Date.now(), reports } },
  ]);
}

/** Lets time pass, with all that is done in it. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  // Commits take turns, however long those are.
  for (let turn = 0; turn < 20; turn++) {
    await test.store.ledger.idle();
    await vi.advanceTimersByTimeAsync(0);
  }
}

/** The reports in ann's mailbox, oldest first. */
async function reports(): Promise<ReadReport[]> {
  const { store } = test;
  const entries = await store.mailboxes.list(1);
  return Promise.all(
    entries.map(async ({ id }) => {
      const raw = await store.mailboxes.raw(1, id);
      return readReport((await raw?.read(0, raw.total)) ?? Buffer.alloc(0));
    }),
  );
}
const told = async () =>
  (await reports()).map(({ recipients }) => recipients.map((each) => each['final-recipient']?.split(' ')[1]));

describe('a notice', () => {
  it('comes at its time though no attempt ends then, and only once', async () => {
    notices.start();
    await queue('M');
    await defer('M-1', 12);
    await pass(4 * HOUR - MINUTE);
    expect(await told()).toEqual([]);
    await pass(2 * MINUTE);
    const [report, ...more] = await reports();
    expect(more).toEqual([]);
    expect(report).toMatchObject({
      subject: 'Your message is delayed',
      inReplyTo: '<M@our.test>',
      recipients: [
        {
          'final-recipient': 'rfc822; bob@a.test',
          action: 'delayed',
          status: '4.3.0',
          'remote-mta': 'dns; mx.a.test',
          'diagnostic-code': 'smtp; 451 4.3.0 Not now',
          'last-attempt-date': 'Tue, 02 Jun 2026 08:00:00 +0000',
          'will-retry-until': 'Sat, 06 Jun 2026 08:00:00 +0000',
        },
      ],
    });
    expect(report?.text).toContain('mx.a.test said: 451 4.3.0 Not now');
    await pass(30 * HOUR);
    await defer('M-1', 4);
    notices.attempted({ id: 'M', receivedAt: START });
    await pass(HOUR);
    expect(await told()).toHaveLength(1);
  });

  it('is known to be out in the commit of the report, also after a restart', async () => {
    notices.start();
    await queue('M');
    await defer('M-1', 12);
    await pass(4 * HOUR + MINUTE);
    expect(await told()).toHaveLength(1);
    const [row] = await test.store.queue.dueOfMessage('M', START + 99 * HOUR);
    expect(row?.noticedAt).toBeGreaterThanOrEqual(START + 4 * HOUR);
    await notices.stop();
    notices = make();
    notices.start();
    await pass(HOUR);
    expect(await told()).toHaveLength(1);
  });

  it('comes with the start when its time was before', async () => {
    await queue('M');
    await defer('M-1', 99);
    vi.setSystemTime(START + 20 * HOUR);
    notices.start();
    await pass(MINUTE);
    expect(await told()).toEqual([['bob@a.test']]);
  });

  it('tells of all late recipients of a message who may be told of', async () => {
    await queue('M', { to: ['a@a.test', 'b@b.test', 'c@c.test'] });
    await queue('N', { notify: ['SUCCESS', 'DELAY'] });
    await queue('NEVER', { notify: ['NEVER'] });
    await queue('OTHER', { notify: ['FAILURE', 'SUCCESS'] });
    await queue('NULL', { sender: '' });
    for (const id of ['M-1', 'M-2', 'M-3', 'N-1', 'NEVER-1', 'OTHER-1', 'NULL-1']) await defer(id, 12);
    notices.start();
    await pass(5 * HOUR);
    expect(await told()).toEqual([['a@a.test', 'b@b.test', 'c@c.test'], ['bob@a.test']]);
    expect((await test.store.queue.list()).filter(({ from }) => from === '')).toHaveLength(1);
  });

  it('does not come with 0 hours, and comes at once when they are lowered', async () => {
    settings = { ...settings, delivery: { ...settings.delivery, delayNoticeHours: 0 } };
    notices.start();
    await queue('M');
    await defer('M-1', 50);
    await pass(9 * HOUR);
    expect(await told()).toEqual([]);
    settings = { ...settings, delivery: { ...settings.delivery, delayNoticeHours: 1 } };
    notices.settingsChanged();
    await pass(1);
    expect(await told()).toHaveLength(1);
  });

  it('goes into the queue for a sender elsewhere, and nowhere for one who has left', async () => {
    await queue('M', { sender: 'zoe@away.test' });
    await queue('N', { sender: 'gone@our.test' });
    for (const id of ['M-1', 'N-1']) await defer(id, 12);
    notices.start();
    await pass(5 * HOUR);
    const reports = (await test.store.queue.list()).filter(({ from }) => from === '');
    expect(reports.map(({ to }) => to)).toEqual(['zoe@away.test']);
    expect(
      log.filter(({ level }) => level === 'warning').map(({ message, text }) => [message, text]),
    ).toEqual([['N', 'No report: the sender gone@our.test has no mailbox here any more.']]);
  });

  it('does not come for what is on hold, until it is released', async () => {
    notices.start();
    await queue('M');
    await test.store.queue.hold(['M-1']);
    await pass(9 * HOUR);
    expect(await told()).toEqual([]);
    await test.store.queue.release(['M-1'], Date.now() + 20 * HOUR);
    await pass(6 * MINUTE);
    expect(await told()).toHaveLength(1);
  });
});

describe('attempts come first', () => {
  it('after sleep: who is sent then gets no notice, of the others each message has one', async () => {
    const to = ['a@a.test', 'b@b.test'];
    for (const id of ['M', 'N', 'SENT']) await queue(id, { to });
    for (const id of ['M-1', 'M-2', 'N-1', 'N-2', 'SENT-1', 'SENT-2']) await defer(id, 1);
    notices.start();
    await pass(MINUTE);
    mayStart = false;
    vi.setSystemTime(START + 72 * HOUR);
    await pass(5 * MINUTE);
    mayStart = true;
    notices.wakeUp();
    await pass(MINUTE);
    expect(await told()).toEqual([]);
    await test.store.ledger.settle('SENT', [
      { id: 'SENT-1', kind: 'finished' },
      { id: 'SENT-2', kind: 'finished' },
    ]);
    notices.attempted({ id: 'SENT', receivedAt: START });
    await defer('M-1', 4);
    notices.attempted({ id: 'M', receivedAt: START });
    await pass(1);
    expect(await told()).toEqual([]);
    await defer('M-2', 4, '452 4.2.2 Full');
    notices.attempted({ id: 'M', receivedAt: START });
    await pass(1);
    expect(await told()).toEqual([to]);
    // Nobody has tried the others for a quarter of an hour.
    await pass(20 * MINUTE);
    expect(await told()).toEqual([to, to]);
    await pass(9 * HOUR);
    expect(await told()).toHaveLength(2);
  });

  it('when nothing ran while the machine slept', async () => {
    await queue('M');
    await defer('M-1', 1);
    notices.start();
    await pass(MINUTE);
    vi.setSystemTime(START + 72 * HOUR);
    notices.wakeUp();
    await pass(10 * MINUTE);
    expect(await told()).toEqual([]);
    await pass(20 * MINUTE);
    expect(await told()).toHaveLength(1);
  });

  it('when nobody said that the machine slept', async () => {
    await queue('M');
    await defer('M-1', 1);
    notices.start();
    await pass(MINUTE);
    // Timers don't run in a machine that sleeps.
    vi.setSystemTime(START + 72 * HOUR);
    await pass(10 * MINUTE);
    expect(await told()).toEqual([]);
    await pass(20 * MINUTE);
    expect(await told()).toHaveLength(1);
  });

  it('while sending is paused, and afterwards', async () => {
    await queue('M');
    await defer('M-1', 1);
    notices.start();
    mayStart = false;
    await pass(10 * HOUR);
    expect(await told()).toEqual([]);
    mayStart = true;
    await pass(10 * MINUTE);
    expect(await told()).toEqual([]);
    await defer('M-1', 1);
    notices.attempted({ id: 'M', receivedAt: START });
    await pass(1);
    expect(await told()).toHaveLength(1);
  });

  it('but one that takes too long is not waited for: who is in it is told of afterwards', async () => {
    await queue('M', { to: ['a@a.test', 'slow@b.test'] });
    await defer('M-1', 99);
    inFlight = new Set(['M-2']);
    notices.start();
    await pass(4 * HOUR + 10 * MINUTE);
    expect(await told()).toEqual([]);
    await pass(10 * MINUTE);
    expect(await told()).toEqual([['a@a.test']]);
    inFlight = new Set();
    await defer('M-2', 4);
    notices.attempted({ id: 'M', receivedAt: START });
    await pass(1);
    expect(await told()).toEqual([['a@a.test'], ['slow@b.test']]);
  });
});

it('tells a sender of many late messages in few reports, and keeps the rest for the digest', async () => {
  for (let index = 0; index < 130; index++) {
    await queue(`M${index}`, { to: [`r${index}@a.test`] });
    await defer(`M${index}-1`, 99);
  }
  notices.start();
  await pass(4 * HOUR + 10 * MINUTE);
  const single = (await told()).flat();
  expect(single).toHaveLength(20);
  const { entries } = await test.store.digests.read('ann@our.test', 1000);
  const rest = entries.map((entry) => JSON.parse(entry).recipient.address as string);
  expect(new Set([...single, ...rest]).size).toBe(130);
});
