import { expect, it } from 'vitest';
import { parseReply } from '../mail/reply.ts';
import { readReport } from '../testing/read-report.ts';
import { buildDigest, type DigestEntry, type DigestFacts, MOST_LISTED, rankOf } from './digest.ts';
import type { ReportKind } from './report-words.ts';

const NOW = Date.UTC(2026, 5, 2, 12);
const RECEIVED = Date.UTC(2026, 5, 2, 11);

const entry = (kind: ReportKind, address: string, more: Partial<DigestEntry> = {}): DigestEntry => ({
  kind,
  at: NOW - 60_000,
  recipient: {
    address,
    orcpt: null,
    reports: [{ hop: 'mx', host: 'mx.a.test', reply: parseReply('550 5.1.1 No such user') }],
  },
  message: { subject: 'June', receivedAt: RECEIVED, messageId: `<${address}>` },
  ...more,
});

function digest(entries: readonly DigestEntry[], more: Partial<DigestFacts> = {}) {
  const facts = {
    to: 'ann@our.test',
    entries,
    others: {},
    hostname: 'mail.our.test',
    now: NOW,
    timeZone: 'UTC',
  };
  return buildDigest({ ...facts, ...more });
}

it('has a line for each recipient, and a group for each as a report has', async () => {
  const report = digest([entry('failed', 'a@a.test'), entry('failed', 'b@a.test')]);
  expect(report).toMatchObject({ sender: '', recipient: 'ann@our.test', smtpUtf8: false, eightBit: false });
  const { subject, text, message, recipients, original } = await readReport(report.bytes);
  expect(subject).toBe('What became of your messages (2 recipients)');
  expect(text).toContain(
    'Could not be delivered:\n\n' +
      '    a@a.test: mx.a.test said: 550 5.1.1 No such user ("June" of Tue, 2 Jun 2026, 11:00 UTC)\n' +
      '    b@a.test: mx.a.test said: 550 5.1.1 No such user ("June" of Tue, 2 Jun 2026, 11:00 UTC)\n',
  );
  expect(message).toEqual({ 'reporting-mta': 'dns; mail.our.test' });
  expect(recipients).toEqual(
    ['a', 'b'].map((name) => ({
      'final-recipient': `rfc822; ${name}@a.test`,
      action: 'failed',
      status: '5.1.1',
      'remote-mta': 'dns; mx.a.test',
      'diagnostic-code': 'smtp; 550 5.1.1 No such user',
      'last-attempt-date': 'Tue, 02 Jun 2026 11:59:00 +0000',
      'x-original-message-id': `<${name}@a.test>`,
    })),
  );
  expect(original).toBeUndefined();
});

it('tells the worst first, and of each kind what there is to say', async () => {
  const kinds = ['delivered', 'relayed', 'belated', 'delayed', 'removed', 'expired', 'failed'] as const;
  const entries = kinds.map((kind) => entry(kind, `${kind}@a.test`));
  const late = entry('delayed', 'later@a.test', { retryUntil: Date.UTC(2026, 5, 6, 11) });
  const { text, recipients } = await readReport(digest([...entries, late]).bytes);
  const order = kinds.map((kind) => text.indexOf(`${kind}@a.test`));
  expect(order).toEqual(order.toSorted((one, other) => other - one));
  expect(text).toContain('No such user; tried until Sat, 6 Jun 2026, 11:00 UTC ("June" of');
  expect(text).toContain('    relayed@a.test ("June" of');
  expect(recipients.at(-1)).toMatchObject({
    action: 'delayed',
    'will-retry-until': 'Sat, 06 Jun 2026 11:00:00 +0000',
  });
  expect(kinds.toSorted((one, other) => rankOf(one) - rankOf(other))).toEqual(kinds.toReversed());
});

it('counts those for whom there was no room', async () => {
  const { subject, text } = await readReport(
    digest([entry('failed', 'a@a.test')], { others: { failed: 120, delayed: 3 } }).bytes,
  );
  expect(subject).toBe('What became of your messages (124 recipients)');
  expect(text).toContain(
    '123 more are not listed here. The mail log of this server has them all.\n\n' +
      '    120 could not be delivered\n    3 late, but still being tried\n',
  );
});

it('is of bounded size, in lines that mail allows, whatever others say', async () => {
  const said = `550 5.1.1 ${'Gibt es nicht, süß\r\nX-Evil: 1 '.repeat(60)}${'z'.repeat(2000)}`;
  const reports = [{ hop: 'mx', host: 'mx', reply: { code: 550, enhanced: '5.1.1', text: said } }] as const;
  const long = (index: number) =>
    entry('failed', `${index}-${'x'.repeat(300)}@a.test`, {
      recipient: {
        address: `${index}-${'x'.repeat(300)}@a.test`,
        orcpt: null,
        reports: [...reports, ...reports],
      },
      message: { subject: `\r\n${'ü'.repeat(500)}`, receivedAt: RECEIVED },
    });
  const { bytes, eightBit } = digest(Array.from({ length: MOST_LISTED }, (_, index) => long(index)));
  const text = bytes.toString('latin1');
  expect(eightBit).toBe(false);
  expect(bytes.length).toBeLessThan(3_000_000);
  expect(text).not.toMatch(/[^\r\n\t\x20-\x7e]|^X-Evil/m);
  for (const line of text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  expect((await readReport(bytes)).recipients).toHaveLength(MOST_LISTED);
});
