/** What a report gives back of the message: all of it, or its header. */
import { describe, expect, it } from 'vitest';
import { facts, header, rawParts } from '../testing/fixtures/report-facts.ts';
import { buildReport, type ReportFacts } from './report.ts';

describe('what it gives back', () => {
  const content = Buffer.concat([header, Buffer.from('\r\nHello\r\n')]);
  const returned = (
    ret: 'FULL' | 'HDRS' | null,
    whole: Buffer | undefined,
    kind: ReportFacts['kind'] = 'failed',
  ) => {
    const message = whole === undefined ? { ret } : { ret, content: whole };
    return rawParts(buildReport(facts({ kind }, message)).bytes)[2] ?? '';
  };

  it('is the whole message for RET=FULL, else its header', () => {
    expect(returned('FULL', content)).toContain(
      'Content-Type: message/rfc822\r\n\r\nSubject: =?utf-8?Q?Caf=C3=A9?=\r\n',
    );
    expect(returned('FULL', content)).toContain('\r\n\r\nHello\r\n');
    for (const part of [returned('HDRS', content), returned(null, content), returned('FULL', undefined)]) {
      expect(part).toContain('Content-Type: text/rfc822-headers\r\n\r\nSubject: ');
      expect(part).not.toContain('Hello');
    }
  });

  it('is the header when the message is large or only late', () => {
    expect(returned('FULL', Buffer.concat([content, Buffer.alloc(256 * 1024, 'x')]))).toContain(
      'rfc822-headers',
    );
    expect(returned('FULL', content, 'delayed')).toContain('rfc822-headers');
    expect(returned('FULL', content, 'relayed')).toContain('rfc822-headers');
  });

  it('is the header when a line is longer than mail allows', () => {
    const long = Buffer.concat([content, Buffer.from(`${'x'.repeat(999)}\r\n`)]);
    expect(returned('FULL', long)).toContain('rfc822-headers');
    const just = Buffer.concat([content, Buffer.from(`${'x'.repeat(998)}\r\n`)]);
    expect(returned('FULL', just)).toContain('message/rfc822');
  });

  it('is labelled where it is not ASCII', () => {
    const eight = Buffer.concat([content, Buffer.from('Grüße\r\n')]);
    expect(returned('FULL', eight)).toContain('Content-Transfer-Encoding: 8bit\r\n\r\nSubject');
    const whole = buildReport(facts({}, { ret: 'FULL', content: eight }));
    expect(whole.eightBit).toBe(true);
    // The whole is what its parts are (RFC 2045 section 6.4).
    const outside = (bytes: Buffer) => bytes.toString('latin1').split('\r\n\r\n')[0];
    expect(outside(whole.bytes)).toMatch(/^Content-Transfer-Encoding: 8bit$/m);
    expect(outside(buildReport(facts()).bytes)).not.toContain('Content-Transfer-Encoding');
    const report = buildReport(facts({}, { header: Buffer.from('Subject: Grüße\r\n') }));
    expect(report.eightBit).toBe(false);
    expect(rawParts(report.bytes)[2]).toContain('Content-Transfer-Encoding: base64');
  });
});
