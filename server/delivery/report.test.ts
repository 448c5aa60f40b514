import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import type { Notify } from '../mail/message.ts';
import { noReply, parseReply } from '../mail/reply.ts';
import { buildReport, type ReportFacts, wantsReport } from './report.ts';

const NOW = Date.UTC(2026, 5, 2, 12);
const header = Buffer.from(
  'Subject: =?utf-8?Q?Caf=C3=A9?=\r\nMessage-ID: <one@our.test>\r\nTo: <bob@a.test>\r\n',
);

const refused = {
  address: 'bob@a.test',
  orcpt: 'rfc822;Bob@a.test',
  reports: [{ hop: 'mx', host: 'mx.a.test', reply: parseReply('550 5.1.1 No such user') }],
} as const;

function facts(
  change: Partial<ReportFacts> = {},
  message: Partial<ReportFacts['message']> = {},
): ReportFacts {
  return {
    kind: 'failed',
    message: {
      id: 'M1',
      sender: 'ann@our.test',
      envid: 'QQ314',
      ret: null,
      receivedAt: NOW - 3_600_000,
      header,
      ...message,
    },
    recipients: [refused],
    hostname: 'mail.our.test',
    now: NOW,
    ...change,
  };
}

/** The parts as they are written, since parsers hide what has to be checked. */
function rawParts(bytes: Buffer): string[] {
  const text = bytes.toString('utf8');
  const boundary = /boundary="([^"]+)"/.exec(text)?.[1] ?? 'none';
  return text.split(`--${boundary}`).slice(1, -1);
}

async function parse(bytes: Buffer) {
  return PostalMime.parse(bytes);
}

describe('a report of failure', () => {
  it('says in plain words what happened, who said so and what to do', async () => {
    const { text, from, to, subject } = await parse(buildReport(facts()).bytes);
    expect(from).toMatchObject({ name: 'Mail Delivery', address: 'mailer-daemon@mail.our.test' });
    expect(to).toMatchObject([{ address: 'ann@our.test' }]);
    expect(subject).toBe('Your message could not be delivered');
    expect(text).toContain('Your message "Café"');
    expect(text).toContain('mx.a.test said: 550 5.1.1 No such user');
    expect(text).toContain('check the address for typing mistakes');
  });

  it('goes out with the null sender to the sender, and names the message it answers', async () => {
    const report = buildReport(facts());
    expect(report).toMatchObject({ sender: '', recipient: 'ann@our.test', eightBit: false, smtpUtf8: false });
    const { headers, inReplyTo, references, messageId, date } = await parse(report.bytes);
    const field = (key: string) => headers.find((one) => one.key === key)?.value;
    expect(field('auto-submitted')).toBe('auto-replied');
    expect(field('content-type')).toContain('multipart/report; report-type=delivery-status');
    expect(inReplyTo).toBe('<one@our.test>');
    expect(references).toBe('<one@our.test>');
    expect(messageId).toMatch(/^<[^<>]+@mail\.our\.test>$/);
    expect(new Date(date ?? '').getTime()).toBe(NOW);
  });

  it('says the same to programs (RFC 3464)', () => {
    const status = rawParts(buildReport(facts()).bytes)[1] ?? '';
    expect(status).toContain('Content-Type: message/delivery-status\r\n\r\nOriginal-Envelope-Id: QQ314\r\n');
    expect(status).toContain(
      'Reporting-MTA: dns; mail.our.test\r\nArrival-Date: Tue, 02 Jun 2026 11:00:00 +0000\r\n',
    );
    expect(status).toContain(
      '\r\n\r\nOriginal-Recipient: rfc822;Bob@a.test\r\nFinal-Recipient: rfc822; bob@a.test\r\n' +
        'Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.a.test\r\n' +
        'Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n',
    );
  });

  it('shows what both hops said, and counts the last', () => {
    const reports = [
      { hop: 'mx', host: 'mx.a.test', reply: parseReply('554 5.7.1 Blocked') },
      { hop: 'smarthost', host: 'relay.test', reply: parseReply('550 5.1.2 Unknown') },
    ] as const;
    const [words = '', status = ''] = rawParts(
      buildReport(facts({ recipients: [{ ...refused, reports }] }, { header: Buffer.from('X: y\r\n') }))
        .bytes,
    );
    expect(words).toContain(
      'mx.a.test said: 554 5.7.1 Blocked\r\n    the SmartHost relay.test said: 550 5.1.2 Unknown',
    );
    expect(status).toContain('Status: 5.1.2\r\nRemote-MTA: dns; relay.test\r\n');
  });

  it('calls words of our own no SMTP reply', () => {
    const reports = [
      { hop: 'mx', host: '', reply: noReply('The domain a.test does not exist.', '5.1.2') },
    ] as const;
    const status = rawParts(buildReport(facts({ recipients: [{ ...refused, reports }] })).bytes)[1] ?? '';
    expect(status).toContain(
      'Status: 5.1.2\r\nDiagnostic-Code: x-waypost; The domain a.test does not exist.\r\n',
    );
    expect(status).not.toContain('Remote-MTA');
  });

  it('has a group for each recipient', () => {
    const other = { ...refused, address: 'eve@a.test', orcpt: null };
    const status = rawParts(buildReport(facts({ recipients: [refused, other] })).bytes)[1] ?? '';
    expect(status.match(/Final-Recipient: .*/g)).toHaveLength(2);
    expect(status).toContain('\r\n\r\nFinal-Recipient: rfc822; eve@a.test\r\n');
  });
});

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
  });

  it('is labelled where it is not ASCII', () => {
    const eight = Buffer.concat([content, Buffer.from('Grüße\r\n')]);
    expect(returned('FULL', eight)).toContain('Content-Transfer-Encoding: 8bit\r\n\r\nSubject');
    expect(buildReport(facts({}, { ret: 'FULL', content: eight })).eightBit).toBe(true);
    const report = buildReport(facts({}, { header: Buffer.from('Subject: Grüße\r\n') }));
    expect(report.eightBit).toBe(false);
    expect(rawParts(report.bytes)[2]).toContain('Content-Transfer-Encoding: base64');
  });
});

describe('the other kinds', () => {
  it.each([
    ['expired', 'failed', '4.4.7', 'nothing more will be tried'],
    [
      'delayed',
      'delayed',
      '4.4.2',
      'You need not do anything: it will be tried again until Sat, 06 Jun 2026',
    ],
    ['delivered', 'delivered', '2.1.5', 'was delivered to'],
    ['relayed', 'relayed', '2.1.5', 'sends no reports'],
  ] as const)('%s', async (kind, action, status, words) => {
    const reply =
      action === 'delivered' || action === 'relayed'
        ? parseReply('250 2.1.5 Ok')
        : noReply('mx.a.test did not answer.');
    const recipients = [{ ...refused, reports: [{ hop: 'mx', host: 'mx.a.test', reply } as const] }];
    const retryUntil = Date.UTC(2026, 5, 6, 11);
    const { bytes } = buildReport(facts({ kind, recipients, retryUntil }));
    expect(rawParts(bytes)[1]).toContain(`Action: ${action}\r\nStatus: ${status}\r\n`);
    expect(rawParts(bytes)[1]?.includes('Will-Retry-Until: Sat, 06 Jun 2026 11:00:00 +0000')).toBe(
      kind === 'delayed',
    );
    expect((await parse(bytes)).text).toContain(words);
  });
});

it('is ASCII with CRLF everywhere, whatever the peer says', () => {
  const reply = { code: 550, enhanced: '5.1.1', text: 'Kein Nutzer namens Jürgen\r\nX-Evil: 1' };
  const orcpt = 'rfc822;bob@a.test\r\nX-Evil: 2';
  const recipients = [
    { ...refused, address: 'jürgen@grüße.test', orcpt, reports: [{ hop: 'mx', host: 'mx', reply } as const] },
  ];
  const { bytes } = buildReport(facts({ recipients }, { envid: 'a\r\nX-Evil: 3' }));
  const text = bytes.toString('latin1');
  expect(text).not.toMatch(/[^\r\n\t\x20-\x7e]/);
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(text).not.toMatch(/^X-Evil/m);
  expect(text).toContain('Final-Recipient: utf-8; j\\x{FC}rgen@xn--gre-6ka8l.test\r\n');
  for (const line of text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
});

it.each([
  ['', null, 'failed', false],
  ['', ['FAILURE'], 'failed', false],
  ['ann@our.test', null, 'failed', true],
  ['ann@our.test', null, 'expired', true],
  ['ann@our.test', null, 'delayed', true],
  ['ann@our.test', null, 'delivered', false],
  ['ann@our.test', null, 'relayed', false],
  ['ann@our.test', ['NEVER'], 'failed', false],
  ['ann@our.test', ['DELAY'], 'failed', false],
  ['ann@our.test', ['DELAY'], 'delayed', true],
  ['ann@our.test', ['FAILURE'], 'expired', true],
  ['ann@our.test', ['FAILURE'], 'delayed', false],
  ['ann@our.test', ['SUCCESS', 'FAILURE'], 'relayed', true],
] as const)('from <%s> with NOTIFY %j, %s: %s', (sender, notify, kind, wanted) => {
  expect(wantsReport(sender, { notify: notify as readonly Notify[] | null }, kind)).toBe(wanted);
});
