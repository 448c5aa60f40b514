import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../contract/settings.ts';
import type { HopReport, Notify, Outcome } from '../mail/message.ts';
import { parseReply } from '../mail/reply.ts';
import type { QueuedRow, StoredMessage } from '../store/queue-rows.ts';
import { type SettleFacts, settle } from './settle.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const settings = defaultSettings('mail.test');

const message: StoredMessage = {
  id: 'M',
  sender: 'ann@our.test',
  smtpUtf8: false,
  eightBit: false,
  ret: null,
  envid: null,
  trace: '',
  completion: '',
  size: 1,
  receivedAt: NOW - HOUR,
};

const row = (more: Partial<QueuedRow> = {}): QueuedRow => ({
  id: 'M-1',
  messageId: 'M',
  recipient: 'bob@a.test',
  domain: 'a.test',
  notify: null,
  orcpt: 'rfc822;Bob@a.test',
  attempts: 3,
  noticedAt: null,
  ...more,
});

const said = (reply: string, dsn = false): HopReport => {
  return { hop: 'mx', host: 'mx.a.test', reply: parseReply(reply), ...(dsn ? { dsn } : {}) };
};
const OK: Outcome = { kind: 'delivered', reports: [said('250 Ok')] };
const OK_DSN: Outcome = { kind: 'delivered', reports: [said('250 Ok', true)] };
const NO: Outcome = { kind: 'failed', reports: [said('550 No')] };
const LATER: Outcome = { kind: 'deferred', reports: [said('451 Later')] };

function settled(outcome: Outcome, of: Partial<QueuedRow> = {}, change: Partial<SettleFacts> = {}) {
  const recipients = [row(of)];
  const result = new Map([['M-1', outcome]]);
  return settle({ message, recipients, result, settings, now: NOW, routeChanged: false, ...change });
}

const S: Notify[] = ['SUCCESS'];
const SD: Notify[] = ['SUCCESS', 'DELAY'];
const F: Notify[] = ['FAILURE'];
const NEVER: Notify[] = ['NEVER'];
const TOLD = NOW - HOUR;

describe('what is reported of a delivery', () => {
  it.each([
    ['nothing without a request', OK, null, null, undefined],
    ['nothing without a request, by a server with DSN', OK_DSN, null, null, undefined],
    ['what was asked for', OK, S, null, 'relayed'],
    ['nothing where the next server reports itself', OK_DSN, S, null, undefined],
    ['nothing with NEVER', OK, NEVER, null, undefined],
    ['nothing where only failures are asked for', OK, F, null, undefined],
    ['that it went after all', OK, null, TOLD, 'belated'],
    ['that it went after all, to a server with DSN too, which was not asked', OK_DSN, null, TOLD, 'belated'],
    ['both in one', OK, SD, TOLD, 'belated'],
    ['nothing twice: the next server reports itself', OK_DSN, SD, TOLD, undefined],
  ] as const)('%s', (_, outcome, notify, noticedAt, expected) => {
    const { reports, settlements } = settled(outcome, { notify, noticedAt });
    expect(reports.map(({ kind }) => kind)).toEqual(expected ? [expected] : []);
    expect(settlements).toEqual([{ id: 'M-1', kind: 'finished' }]);
  });
});

describe('what is reported of a failure', () => {
  const expired = { message: { ...message, receivedAt: NOW - 96 * HOUR } };
  it.each([
    ['failed', NO, null, {}, 'failed'],
    ['failed, asked for', NO, F, {}, 'failed'],
    ['failed, only success is asked for', NO, S, {}, undefined],
    ['failed, NEVER', NO, NEVER, {}, undefined],
    ['expired', LATER, null, expired, 'expired'],
    ['expired, NEVER', LATER, NEVER, expired, undefined],
    ['deferred', LATER, null, {}, undefined],
  ] as const)('%s', (_, outcome, notify, change, expected) => {
    expect(settled(outcome, { notify }, change).reports.map(({ kind }) => kind)).toEqual(
      expected ? [expected] : [],
    );
  });

  it('tells what the hops said, how often it was tried, and what was told before', () => {
    const [report] = settled(NO, { noticedAt: TOLD }).reports;
    expect(report?.recipients).toEqual([
      {
        address: 'bob@a.test',
        orcpt: 'rfc822;Bob@a.test',
        reports: NO.reports,
        attempts: 4,
        noticedAt: TOLD,
      },
    ]);
  });

  it('is dropped with a name where there is nobody to tell', () => {
    const nobody = { ...message, sender: '' };
    expect(settled(NO, {}, { message: nobody })).toMatchObject({ reports: [], dropped: ['bob@a.test'] });
    expect(settled(OK, { notify: S }, { message: nobody })).toMatchObject({ reports: [], dropped: [] });
    expect(settled(LATER, {}, { message: nobody })).toMatchObject({ reports: [], dropped: [] });
  });
});

it('keeps of an attempt that deferred when it was and what the hops said', () => {
  expect(settled(LATER).settlements).toEqual([
    {
      id: 'M-1',
      kind: 'waits',
      nextAttemptAt: NOW + 20 * 60_000,
      lastAttempt: { at: NOW, reports: LATER.reports },
    },
  ]);
});

it('is due at once, and does not expire, where the route has changed meanwhile', () => {
  const old = { ...message, receivedAt: NOW - 99 * HOUR };
  const { settlements, reports } = settled(LATER, {}, { message: old, routeChanged: true });
  expect([settlements[0], reports]).toMatchObject([{ kind: 'waits', nextAttemptAt: NOW }, []]);
});

it('gathers who shares a fate in one report, and leaves out whose attempt broke off', () => {
  const recipients = ['M-1', 'M-2', 'M-3', 'M-4'].map((id) => row({ id, recipient: `${id}@a.test` }));
  const result = new Map<string, Outcome>([
    ['M-1', NO],
    ['M-3', NO],
    ['M-4', OK],
  ]);
  const all = settle({ message, recipients, result, settings, now: NOW, routeChanged: false });
  expect(all.reports.map((report) => report.recipients.map(({ address }) => address))).toEqual([
    ['M-1@a.test', 'M-3@a.test'],
  ]);
  expect(all.settlements.map(({ id }) => id)).toEqual(['M-1', 'M-3', 'M-4']);
});
