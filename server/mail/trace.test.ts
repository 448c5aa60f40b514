import { describe, expect, it } from 'vitest';
import { headerOf, type Reception, readHeader, receivedLine, returnPath, rfc5322Date } from './trace.ts';

const RECEPTION: Reception = {
  helo: 'client.example.com',
  remoteAddress: '192.0.2.1',
  by: 'mail.example.org',
  protocol: 'ESMTPS',
  id: '0123456789ABCDEF',
  at: new Date(Date.UTC(2026, 2, 1, 4, 5, 6)),
};

describe('receivedLine', () => {
  it('says from whom, by whom, how and when', () => {
    expect(receivedLine({ ...RECEPTION, recipient: 'anna@example.org' })).toBe(
      'Received: from client.example.com ([192.0.2.1])\r\n' +
        '\tby mail.example.org (Waypost) with ESMTPS id 0123456789ABCDEF\r\n' +
        '\tfor <anna@example.org>;\r\n' +
        '\tSun, 01 Mar 2026 04:05:06 +0000\r\n',
    );
  });

  it('names no recipient unless told, and IPv6 as RFC 5321 wants it', () => {
    const line = receivedLine({ ...RECEPTION, remoteAddress: '2001:db8::1' });
    expect(line).toContain('([IPv6:2001:db8::1])');
    expect(line).not.toContain('for <');
  });

  it.each([
    ['x\r\nX-Evil: 1', 'xX-Evil:1'],
    ['x (by evil) <a@b>; \\', 'xbyevila@b'],
    ['[192.0.2.9]', '[192.0.2.9]'],
    ['\u0000\u001b[31m', '[31m'],
    ['münchen', 'mnchen'],
    ['', 'unknown'],
    ['()', 'unknown'],
  ])('takes from the name %j only what can stand there', (helo, name) => {
    const line = receivedLine({ ...RECEPTION, helo });
    expect(line.startsWith(`Received: from ${name} ([192.0.2.1])\r\n\tby `)).toBe(true);
    expect(line.split('\r\n')).toHaveLength(4);
  });

  it('lets no address end its line', () => {
    const line = receivedLine({ ...RECEPTION, recipient: 'a@b\r\nX-Evil: 1' });
    expect(line.split('\r\n').filter((part) => !/^(\t|Received: |$)/.test(part))).toEqual([]);
    expect(returnPath('a@b\r\nX-Evil: 1')).toBe('Return-Path: <a@b X-Evil: 1>\r\n');
    expect(returnPath('')).toBe('Return-Path: <>\r\n');
  });

  it('writes days of one digit with two', () => {
    expect(rfc5322Date(new Date(0))).toBe('Thu, 01 Jan 1970 00:00:00 +0000');
  });
});

describe('readHeader', () => {
  const subjectOf = (raw: string | Buffer) =>
    readHeader(Buffer.concat([Buffer.from('Subject: '), Buffer.from(raw), Buffer.from('\r\n\r\nbody')]))
      .subject;

  it('counts what it is asked for, in any case and folded', () => {
    const header =
      'Received: from a\r\n by b\r\nRECEIVED : from c\r\nX-Received: no\r\nDate: today\r\nmessage-ID:<1@x>\r\n' +
      'Subject: a\r\n\tlong\r\n one\r\n\r\nReceived: in the body\r\n';
    expect(readHeader(Buffer.from(header))).toEqual({
      receivedCount: 2,
      subject: 'a long one',
      hasDate: true,
      hasMessageId: true,
    });
  });

  it.each([
    ['=?utf-8?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
    ['=?UTF-8?b?R3LDvMOfZQ==?=', 'Grüße'],
    ['=?iso-8859-1?q?Gr=FC=DFe?=', 'Grüße'],
    ['=?iso-8859-15?Q?5_=A4?=', '5 €'],
    ['=?windows-1252?Q?=80?=', '€'],
    ['=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=', '日本'],
    ['=?gb18030?B?1tDOxA==?=', '中文'],
    ['=?koi8-r?B?8NLJ18XU?=', 'Привет'],
    ['=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
    ['Re: =?utf-8?Q?a?= =?utf-8?Q?b?= c', 'Re: ab c'],
    ['=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=', 'ab'],
    ['=?utf-8?Q?a_b=5F?=', 'a b_'],
    ['=?x-unknown?Q?a?=', '=?x-unknown?Q?a?='],
    ['=?utf-8?X?a?=', '=?utf-8?X?a?='],
    ['=?utf-8?Q?open', '=?utf-8?Q?open'],
    ['plain ünicode', 'plain ünicode'],
    ['=?utf-8?Q?a=0D=0AX-Evil:_1=1B[31m?=', 'a X-Evil: 1 [31m'],
    ['', ''],
  ])('reads the subject %j as %j', (raw, subject) => {
    expect(subjectOf(raw)).toBe(subject);
  });

  it('reads bytes that are no UTF-8 as Latin-1', () => {
    expect(subjectOf(Buffer.from('Gr\u00fc\u00dfe', 'latin1'))).toBe('Grüße');
  });

  it('keeps a bounded part of an endless subject, in no time', () => {
    const started = performance.now();
    expect(subjectOf('x'.repeat(250_000))).toBe(`${'x'.repeat(500)}…`);
    expect(subjectOf('=?utf-8?Q?x?= '.repeat(15_000)).length).toBeLessThanOrEqual(501);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it.each([
    ['no header at all', 'Hello,\r\nthis is text: really\r\n'],
    ['an empty header', '\r\nSubject: in the body\r\n'],
    ['nothing', ''],
    ['a line that is no field in front', 'no field\r\nSubject: below it\r\n\r\n'],
  ])('finds nothing in %s', (_, content) => {
    expect(readHeader(Buffer.from(content))).toEqual({
      receivedCount: 0,
      subject: '',
      hasDate: false,
      hasMessageId: false,
    });
  });

  it('reads a message that is all header, and one of binary rubbish', () => {
    expect(readHeader(Buffer.from('Subject: only this')).subject).toBe('only this');
    const rubbish = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7919) & 255));
    expect(readHeader(rubbish).receivedCount).toBe(0);
  });
});

it.each([
  ['A: 1\r\nB: 2\r\n\r\nbody\r\n\r\nmore', 'A: 1\r\nB: 2\r\n'],
  ['A: 1\r\n\r\n', 'A: 1\r\n'],
  ['A: 1\r\n', 'A: 1\r\n'],
  ['\r\nbody', ''],
  ['', ''],
])('the header of %j is %j', (content, header) => {
  expect(headerOf(Buffer.from(content)).toString()).toBe(header);
});
