/** Reports that a message is late, and those that come after one. */
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { parseReply } from '../mail/reply.ts';
import { bob, facts, REFUSAL, rawParts } from '../testing/fixtures/report-facts.ts';
import { buildReport } from './report.ts';
import type { ReportedRecipient } from './report-fields.ts';

describe('a report of delay', () => {
  const outlook = {
    until: Date.UTC(2026, 5, 6, 11),
    nextAt: Date.UTC(2026, 5, 2, 16),
    rhythm: 'about every 4 hours',
  };

  it('says what happened, how often it is tried and until when', async () => {
    const recipients = [
      bob(parseReply('451 4.7.1 Greylisted'), { lastAttemptAt: Date.UTC(2026, 5, 2, 11, 30) }),
    ];
    const { bytes } = buildReport(facts({ kind: 'delayed', recipients, outlook }));
    const { text } = await PostalMime.parse(bytes);
    expect(text).toContain('is delayed. It has not reached this recipient yet:');
    expect(text).toContain('mx.a.test said: 451 4.7.1 Greylisted');
    expect(text).toContain(
      'The next attempt is made on Tue, 2 Jun 2026, 16:00 UTC. After that it is tried about every 4 hours, until Sat, 6 Jun 2026, 11:00 UTC.',
    );
    expect(rawParts(bytes)[1]).toContain(
      'Last-Attempt-Date: Tue, 02 Jun 2026 11:30:00 +0000\r\nWill-Retry-Until: Sat, 06 Jun 2026 11:00:00 +0000\r\n',
    );
  });

  it('has no permanent status, even where the SmartHost refuses our account', () => {
    const recipients = [bob(parseReply('535 5.7.8 Wrong password'))];
    const status = rawParts(buildReport(facts({ kind: 'delayed', recipients, outlook })).bytes)[1];
    expect(status).toContain('Status: 4.7.8\r\n');
    expect(status).toContain('Diagnostic-Code: smtp; 535 5.7.8 Wrong password\r\n');
  });

  it('says so of those whom nobody tried yet', async () => {
    const eve = { address: 'eve@a.test', orcpt: null, reports: [], lastAttemptAt: null };
    const report = buildReport(facts({ kind: 'delayed', recipients: [bob(REFUSAL), eve], outlook }));
    expect((await PostalMime.parse(report.bytes)).text).toContain(
      'No attempt could be made yet for eve@a.test:',
    );
    const [, , group = ''] = (rawParts(report.bytes)[1] ?? '').split('\r\n\r\n').slice(1);
    expect(group).toContain('Status: 4.4.5\r\n');
    expect(group).not.toContain('Last-Attempt-Date');
  });
});

describe('a report after one of delay', () => {
  const noticedAt = Date.UTC(2026, 5, 2, 8);
  it.each(['failed', 'expired', 'removed', 'belated'] as const)('that it %s says so', async (kind) => {
    const words = 'This follows the notice of delay that you got on Tue, 2 Jun 2026, 08:00 UTC.';
    const text = async (recipient: ReportedRecipient) =>
      (await PostalMime.parse(buildReport(facts({ kind, recipients: [recipient] })).bytes)).text;
    expect(await text(bob(REFUSAL, { noticedAt }))).toContain(words);
    expect(await text(bob(REFUSAL, { noticedAt: null }))).not.toContain('notice of delay');
  });
});
