/**
 * The outside of a report: multipart/report (RFC 6522). Written out by hand, since every part has a rule of its
 * own about its encoding: the status part is ASCII by definition, and a returned message must not be encoded at
 * all (RFC 2046 section 5.2.1).
 */
import { randomUUID } from 'node:crypto';
import { needsSmtpUtf8, withAsciiDomain } from '../mail/address.ts';
import { rfc5322Date } from '../mail/trace.ts';

/** A report, ready for the queue or a mailbox. */
export interface Report {
  /** The null sender, so that a report is never answered by another. */
  readonly sender: '';
  readonly recipient: string;
  readonly subject: string;
  readonly bytes: Buffer;
  /** True when `bytes` has bytes above 127: the returned message has, or the receiver's address. */
  readonly eightBit: boolean;
  /** True when the receiver of the report can only be written in UTF-8 (RFC 6531). */
  readonly smtpUtf8: boolean;
}

export interface Part {
  readonly head: readonly string[];
  readonly body: Buffer;
}

/** Whom a report is for and what it is about; `reference` is the Message-ID of the message. */
export interface ReportHead {
  readonly to: string;
  readonly subject: string;
  readonly hostname: string;
  /** In ms since 1970. */
  readonly now: number;
  readonly reference?: string | undefined;
}

/** The longest line without its CRLF (RFC 5322 section 2.1.1). */
export const MOST_IN_A_LINE = 998;

/** Puts the parts of a report together. */
export function assembleReport(head: ReportHead, parts: readonly Part[]): Report {
  const { subject, hostname, now, reference } = head;
  const recipient = withAsciiDomain(head.to);
  const boundary = `=_${randomUUID()}`;
  const body = Buffer.concat([
    ...parts.flatMap(({ head: lines, body: content }) => [
      Buffer.from(`--${boundary}\r\n${lines.join('\r\n')}\r\n\r\n`),
      content,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  const header = [
    `From: Mail Delivery <mailer-daemon@${hostname}>`,
    `To: <${clean(recipient)}>`,
    `Subject: ${subject}`,
    `Date: ${rfc5322Date(new Date(now))}`,
    `Message-ID: <${randomUUID()}@${hostname}>`,
    ...(reference ? [`In-Reply-To: ${reference}`, `References: ${reference}`] : []),
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
    // A part that is 8bit makes the whole so (RFC 2045 section 6.4).
    ...(isAscii(body) ? [] : ['Content-Transfer-Encoding: 8bit']),
  ];
  const bytes = Buffer.concat([Buffer.from(`${header.join('\r\n')}\r\n\r\n`), body]);
  const smtpUtf8 = needsSmtpUtf8(recipient);
  return { sender: '', recipient, subject, bytes, eightBit: !isAscii(bytes), smtpUtf8 };
}

/** Text for people. */
export function textPart(text: string): Part {
  return encoded('text/plain; charset=utf-8', Buffer.from(text));
}

/** As it is where that is safe in any mail, else in base64. */
export function encoded(type: string, body: Buffer): Part {
  const head = `Content-Type: ${type}`;
  if (isAscii(body) && longestLine(body) <= MOST_IN_A_LINE) return { head: [head], body };
  const lines = body.toString('base64').match(/.{1,76}/g) ?? [];
  return {
    head: [head, 'Content-Transfer-Encoding: base64'],
    body: Buffer.from(`${lines.join('\r\n')}\r\n`),
  };
}

export function isAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 128);
}

/** Bytes of the longest line. */
export function longestLine(bytes: Buffer): number {
  return bytes
    .toString('latin1')
    .split('\r\n')
    .reduce((longest, line) => Math.max(longest, line.length), 0);
}

/** Without control characters, so that nothing said by others can begin a line of its own. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}
