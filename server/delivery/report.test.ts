/** What a report says, to people and to programs, and who wants one. */
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import type { Notify } from '../mail/message.ts';
import { noReply, parseReply } from '../mail/reply.ts';
import { bob, facts, NOW, OK, REFUSAL, rawParts, refused } from '../testing/fixtures/report-facts.ts';
import { buildReport, wantsReport } from './report.ts';

describe('a report of failure', () => {
  it('says in plain words what happened, who said so and what to do', async () => {
    const { text, from, to, subject } = await PostalMime.parse(buildReport(facts()).bytes);
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
    const { headers, inReplyTo, references, messageId, date } = await PostalMime.parse(report.bytes);
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

describe('the other kinds', () => {
  it.each([
    ['expired', 'failed', '4.4.7', 'Nothing more will be tried.'],
    ['removed', 'failed', '4.4.2', 'was removed by the administrator of this server'],
    ['delayed', 'delayed', '4.4.2', 'You need not do anything, and please do not send it again'],
    ['delivered', 'delivered', '2.1.5', 'was delivered to the mailbox of'],
    ['relayed', 'relayed', '2.1.5', 'sends no reports'],
    ['belated', 'relayed', '2.1.5', 'It did go out after all, on Tue, 2 Jun 2026, 12:00 UTC, to:'],
  ] as const)('%s', async (kind, action, status, words) => {
    const isGood = action === 'delivered' || action === 'relayed';
    const recipients = [bob(isGood ? OK : REFUSAL)];
    const outlook = { until: Date.UTC(2026, 5, 6, 11), rhythm: 'about every 4 hours' };
    const { bytes } = buildReport(facts({ kind, recipients, outlook }));
    expect(rawParts(bytes)[1]).toContain(`Action: ${action}\r\nStatus: ${status}\r\n`);
    expect(rawParts(bytes)[1]?.includes('Will-Retry-Until: Sat, 06 Jun 2026 11:00:00 +0000')).toBe(
      kind === 'delayed',
    );
    expect((await PostalMime.parse(bytes)).text).toContain(words);
  });
});

it('says how often it was tried in vain, and for how long', async () => {
  const recipients = [bob(REFUSAL, { attempts: 3 }), bob(REFUSAL, { attempts: 31 })];
  const { bytes } = buildReport(facts({ kind: 'expired', recipients }, { receivedAt: NOW - 96 * 3_600_000 }));
  expect((await PostalMime.parse(bytes)).text).toContain(
    'It was tried 31 times within 4 days. The last attempt, on Tue, 2 Jun 2026, 12:00 UTC, ended as said above.',
  );
});

it('says the times of its reader', async () => {
  const { bytes } = buildReport(facts({ timeZone: 'America/New_York' }));
  expect((await PostalMime.parse(bytes)).text).toContain('of Tue, 2 Jun 2026, 07:00 GMT-4');
});

it('is ASCII with CRLF everywhere, whatever the peer says', () => {
  const reply = { code: 550, enhanced: '5.1.1', text: `Kein Jürgen\r\nX-Evil: 1 ${'y'.repeat(1000)}` };
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
  ['ann@our.test', null, 'belated', true],
  ['ann@our.test', ['SUCCESS', 'DELAY'], 'belated', true],
  ['', ['SUCCESS'], 'delivered', false],
] as const)('from <%s> with NOTIFY %j, %s: %s', (sender, notify, kind, wanted) => {
  expect(wantsReport(sender, { notify: notify as readonly Notify[] | null }, kind)).toBe(wanted);
});
