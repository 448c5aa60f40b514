import { describe, expect, it } from 'vitest';
import { oneLine, readHead, readMessage } from './read-message.ts';

const bytesOf = (...lines: string[]): ArrayBuffer => {
  const { buffer } = new TextEncoder().encode(lines.join('\r\n'));
  return buffer;
};

const PIXEL = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const MIXED = [
  'Return-Path: <anna@example.com>',
  'From: =?utf-8?q?Anna_=C3=84rger?= <anna@example.com>',
  'To: Ben <ben@example.net>, carl@example.net',
  'Cc: Team: dora@example.net, emil@example.net;',
  'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
  'Date: Sun, 22 Nov 2026 14:03:00 +0100',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=m',
  '',
  '--m',
  'Content-Type: multipart/related; boundary=r',
  '',
  '--r',
  'Content-Type: multipart/alternative; boundary=a',
  '',
  '--a',
  'Content-Type: text/plain; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Sch=F6nen Tag',
  '--a',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>Schönen Tag</p><img src="cid:pixel@x">',
  '--a--',
  '--r',
  'Content-Type: image/gif',
  'Content-ID: <pixel@x>',
  'Content-Transfer-Encoding: base64',
  '',
  PIXEL,
  '--r',
  'Content-Type: image/svg+xml',
  'Content-ID: <drawing@x>',
  '',
  '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '--r--',
  '--m',
  'Content-Type: text/plain; name="../notes.txt"',
  'Content-Disposition: attachment; filename="../notes.txt"',
  '',
  'Notes',
  '--m',
  'Content-Type: message/rfc822',
  '',
  'Subject: within',
  '',
  '<b>inner</b>',
  '--m--',
  '',
];

it('reads a message of many parts', async () => {
  const { attachments, images, ...letter } = await readMessage(bytesOf(...MIXED));
  expect(letter).toEqual({
    subject: 'Grüße',
    from: 'Anna Ärger <anna@example.com>',
    to: 'Ben <ben@example.net>, carl@example.net',
    cc: 'Team: dora@example.net, emil@example.net',
    date: new Date('2026-11-22T13:03:00Z'),
    text: expect.stringContaining('Schönen Tag'),
    html: expect.stringContaining('cid:pixel@x'),
  });
  expect(attachments.map(({ name, type, contentId }) => [name, type, contentId])).toEqual([
    [null, 'image/gif', 'pixel@x'],
    [null, 'image/svg+xml', 'drawing@x'],
    ['../notes.txt', 'text/plain', ''],
    [null, 'message/rfc822', ''],
  ]);
  // A drawing may be saved, but is never shown within HTML.
  expect([...images]).toEqual([['pixel@x', `data:image/gif;base64,${PIXEL}`]]);
});

it('shows a message within a message as an attachment, never as a part of it', async () => {
  const { text, html } = await readMessage(bytesOf(...MIXED));
  expect(text + html).not.toContain('inner');
});

describe('messages that are hardly any', () => {
  it.each([
    ['nothing', []],
    ['no head', ['', 'text']],
    ['no body', ['Subject: x']],
    ['no date', ['Date: the day before', '', 'x']],
  ])('%s', async (_, lines) => {
    const letter = await readMessage(bytesOf(...lines));
    expect([letter.from, letter.date, letter.attachments]).toEqual(['', undefined, []]);
  });

  it('nested without end is refused rather than taken apart', async () => {
    const nested = Array.from({ length: 300 }, (_, depth) => [
      `Content-Type: multipart/mixed; boundary=b${depth}`,
      '',
      `--b${depth}`,
    ]).flat();
    await expect(readMessage(bytesOf(...nested, '', 'x'))).rejects.toThrow();
  });
});

describe('the head of a large message', () => {
  it('is all that is read', async () => {
    const letter = await readHead(bytesOf('Subject: large', 'From: a@b.test', '', 'x'.repeat(100_000)));
    expect(letter).toMatchObject({ subject: 'large', from: 'a@b.test', text: '', html: '', attachments: [] });
  });

  it('may be all there is', async () => {
    expect(await readHead(bytesOf('Subject: large'))).toMatchObject({ subject: 'large', text: '' });
    expect(await readHead(new TextEncoder().encode('Subject: large\n\nbody').buffer)).toMatchObject({
      subject: 'large',
      text: '',
    });
  });
});

it.each([
  ['a\r\n b\tc', 'a b c'],
  ['x\u202egnp.exe', 'xgnp.exe'],
  ['\u2066evil\u2069\u200f', 'evil'],
  ['\0\u0007', ''],
])('%j on one line', (text, line) => {
  expect(oneLine(text)).toBe(line);
});
