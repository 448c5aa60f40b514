/**
 * Delivery status notifications (RFC 3464): words for people, the same for programs, and the message they are
 * about. Written out by hand, since every part has a rule of its own about its encoding: the status part is
 * ASCII by definition, and a returned message must not be encoded at all (RFC 2046 section 5.2.1).
 */
import { randomUUID } from 'node:crypto';
import { displayAddress, needsSmtpUtf8, withAsciiDomain } from '../mail/address.ts';
import type { HopReport, Recipient } from '../mail/message.ts';
import { replyText, statusOf } from '../mail/reply.ts';
import { readHeader, rfc5322Date } from '../mail/trace.ts';
import { type ReportKind, reportText, SUBJECTS } from './report-words.ts';

export type { ReportKind } from './report-words.ts';

/** One recipient whom a report is about. */
export interface ReportedRecipient {
  readonly address: string;
  readonly orcpt: string | null;
  /** What the hops said, in their order; the last one counts. */
  readonly reports: readonly HopReport[];
  /** `class.subject.detail`; by default that of the last reply. */
  readonly status?: string;
}

export interface ReportFacts {
  readonly kind: ReportKind;
  readonly message: {
    readonly id: string;
    /** Not '': a null sender is never answered. */
    readonly sender: string;
    readonly envid: string | null;
    readonly ret: 'FULL' | 'HDRS' | null;
    readonly receivedAt: number;
    /** The header lines with their CRLFs, without the empty line. */
    readonly header: Buffer;
    /** The whole message; given back where RET=FULL asks for it and it is not too large. */
    readonly content?: Buffer;
  };
  readonly recipients: readonly ReportedRecipient[];
  readonly hostname: string;
  /** Times are in ms since the epoch. */
  readonly now: number;
  /** When a delayed message expires. */
  readonly retryUntil?: number;
}

/** A report, ready for the queue or a mailbox. */
export interface Report {
  /** The null sender, so that a report is never answered by another. */
  readonly sender: '';
  readonly recipient: string;
  readonly subject: string;
  readonly bytes: Buffer;
  /** True when `bytes` has bytes above 127: the returned message has, or the sender's address. */
  readonly eightBit: boolean;
  /** True when the recipient of the report can only be written in UTF-8 (RFC 6531). */
  readonly smtpUtf8: boolean;
}

/** Larger messages are never given back whole, bytes. */
const MOST_RETURNED = 256 * 1024;

/**
 * Whether the sender wants to hear of this. Without NOTIFY, of failures and delays (RFC 3461 section 4.1);
 * a null sender of nothing at all.
 */
export function wantsReport(
  sender: string,
  { notify }: Pick<Recipient, 'notify'>,
  kind: ReportKind,
): boolean {
  if (sender === '') return false;
  const condition = CONDITIONS[kind];
  return notify === null ? condition !== 'SUCCESS' : notify.includes(condition);
}

const CONDITIONS = {
  failed: 'FAILURE',
  expired: 'FAILURE',
  removed: 'FAILURE',
  delayed: 'DELAY',
  delivered: 'SUCCESS',
  relayed: 'SUCCESS',
} as const;

const ACTIONS = {
  failed: 'failed',
  expired: 'failed',
  removed: 'failed',
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'relayed',
} as const;

/** Builds the report about recipients who share one fate. */
export function buildReport(facts: ReportFacts): Report {
  const { kind, message, hostname, now } = facts;
  const recipient = withAsciiDomain(message.sender);
  const subject = SUBJECTS[kind];
  const boundary = `=_${randomUUID()}`;
  const reference = messageIdOf(message.header);
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
  ];
  const parts = [wordsPart(facts), statusPart(facts), originalPart(facts)];
  const bytes = Buffer.concat([
    Buffer.from(`${header.join('\r\n')}\r\n\r\n`),
    ...parts.flatMap(({ head, body }) => [
      Buffer.from(`--${boundary}\r\n${head.join('\r\n')}\r\n\r\n`),
      body,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  const eightBit = !isAscii(bytes);
  return { sender: '', recipient, subject, bytes, eightBit, smtpUtf8: needsSmtpUtf8(recipient) };
}

interface Part {
  readonly head: readonly string[];
  readonly body: Buffer;
}

function wordsPart(facts: ReportFacts): Part {
  const { kind, message, recipients, hostname, retryUntil } = facts;
  const text = reportText({
    kind,
    hostname,
    subject: readHeader(message.header).subject,
    receivedAt: message.receivedAt,
    ...(retryUntil === undefined ? {} : { retryUntil }),
    recipients: recipients.map((each) => ({
      address: displayAddress(each.address),
      status: statusFor(each, kind),
      reports: each.reports,
    })),
  });
  return encoded('text/plain; charset=utf-8', Buffer.from(text));
}

function statusPart({ kind, message, recipients, hostname, now, retryUntil }: ReportFacts): Part {
  const groups = [
    [
      ...(message.envid ? [`Original-Envelope-Id: ${ascii(message.envid)}`] : []),
      `Reporting-MTA: dns; ${hostname}`,
      `Arrival-Date: ${rfc5322Date(new Date(message.receivedAt))}`,
    ],
    ...recipients.map((each) => {
      const answer = each.reports.findLast(({ reply }) => reply.code !== 0);
      const last = each.reports.at(-1);
      return [
        ...(each.orcpt ? [`Original-Recipient: ${ascii(each.orcpt)}`] : []),
        `Final-Recipient: ${typedAddress(each.address)}`,
        `Action: ${ACTIONS[kind]}`,
        `Status: ${statusFor(each, kind)}`,
        ...(answer?.host ? [`Remote-MTA: dns; ${ascii(answer.host)}`] : []),
        ...(answer ? [`Diagnostic-Code: smtp; ${ascii(replyText(answer.reply))}`] : []),
        ...(!answer && last ? [`Diagnostic-Code: x-waypost; ${ascii(last.reply.text)}`] : []),
        `Last-Attempt-Date: ${rfc5322Date(new Date(now))}`,
        ...(kind === 'delayed' && retryUntil !== undefined
          ? [`Will-Retry-Until: ${rfc5322Date(new Date(retryUntil))}`]
          : []),
      ];
    }),
  ];
  const text = groups.map((fields) => `${fields.map(folded).join('\r\n')}\r\n`).join('\r\n');
  return { head: ['Content-Type: message/delivery-status'], body: Buffer.from(text) };
}

function originalPart({ kind, message: { header, content, ret } }: ReportFacts): Part {
  const isFailure = ACTIONS[kind] === 'failed';
  if (ret === 'FULL' && isFailure && content !== undefined && content.length <= MOST_RETURNED) {
    const head = ['Content-Type: message/rfc822'];
    return { head: isAscii(content) ? head : [...head, 'Content-Transfer-Encoding: 8bit'], body: content };
  }
  return encoded('text/rfc822-headers', header);
}

/** As it is where that is safe in any mail, else in base64. */
function encoded(type: string, body: Buffer): Part {
  const head = `Content-Type: ${type}`;
  if (isAscii(body) && longestLine(body) <= 998) return { head: [head], body };
  const lines = body.toString('base64').match(/.{1,76}/g) ?? [];
  return {
    head: [head, 'Content-Transfer-Encoding: base64'],
    body: Buffer.from(`${lines.join('\r\n')}\r\n`),
  };
}

/** When time ran out, that is the reason (RFC 3463: 4.4.7), whatever was said last. */
function statusFor({ status, reports }: ReportedRecipient, kind: ReportKind): string {
  if (status !== undefined) return status;
  if (kind === 'expired') return '4.4.7';
  const reply = reports.at(-1)?.reply;
  if (kind === 'delivered' || kind === 'relayed')
    return reply?.enhanced.startsWith('2.') ? reply.enhanced : '2.0.0';
  return reply ? statusOf(reply, kind === 'failed') : kind === 'failed' ? '5.0.0' : '4.0.0';
}

/** An address with its type; what is not ASCII in the encoding of RFC 6533 section 3. */
function typedAddress(address: string): string {
  const plain = clean(withAsciiDomain(address));
  const safe = plain.replace(
    /[^\x20-\x7e]/gu,
    (char) => `\\x{${char.codePointAt(0)?.toString(16).toUpperCase()}}`,
  );
  return plain === safe ? `rfc822; ${plain}` : `utf-8; ${safe}`;
}

function messageIdOf(header: Buffer): string | undefined {
  const text = header.toString('latin1').replace(/\r\n(?=[ \t])/g, '');
  return /^message-id:[ \t]*(<[!-;=?-~]{1,900}>)/im.exec(text)?.[1];
}

/** Without control characters, so that nothing said by others can begin a line of its own. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}

function ascii(text: string): string {
  return clean(text).replace(/[^\x20-\x7e]/gu, '?');
}

/** A field of at most 76 characters a line where it has spaces to fold at (RFC 5322 section 2.2.3). */
function folded(field: string): string {
  return field
    .slice(0, 2000)
    .replace(/(.{1,75})(?:\s+|$)/g, '$1\r\n ')
    .trimEnd();
}

function isAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 128);
}

function longestLine(bytes: Buffer): number {
  return bytes
    .toString('latin1')
    .split('\r\n')
    .reduce((longest, line) => Math.max(longest, line.length), 0);
}
