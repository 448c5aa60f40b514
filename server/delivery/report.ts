/**
 * Delivery status notifications (RFC 3464): words for people, the same for programs, and the message they are
 * about.
 */
import { displayAddress } from '../mail/address.ts';
import type { Recipient } from '../mail/message.ts';
import { readHeader } from '../mail/trace.ts';
import {
  ACTIONS,
  ascii,
  dateText,
  type ReportedRecipient,
  recipientFields,
  statusFor,
  statusPart,
} from './report-fields.ts';
import {
  assembleReport,
  encoded,
  isAscii,
  longestLine,
  MOST_IN_A_LINE,
  type Part,
  type Report,
  textPart,
} from './report-mime.ts';
import { type Outlook, type ReportKind, reportText, SUBJECTS } from './report-words.ts';

export interface ReportFacts {
  readonly kind: ReportKind;
  readonly message: {
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
  /** What comes next for a delayed message. */
  readonly outlook?: Outlook | undefined;
  /** Of the times that people read. Default: the system's. */
  readonly timeZone?: string | undefined;
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
  // Whoever was told of the delay is told of its end.
  belated: 'DELAY',
  delivered: 'SUCCESS',
  relayed: 'SUCCESS',
} as const;

/** Builds the report about recipients who share one fate. */
export function buildReport(facts: ReportFacts): Report {
  const { kind, message, hostname, now } = facts;
  const reference = messageIdOf(message.header);
  const head = { to: message.sender, subject: SUBJECTS[kind], hostname, now, reference };
  return assembleReport(head, [textPart(words(facts)), status(facts), original(facts)]);
}

/** The Message-ID in a header, with its angle brackets. */
export function messageIdOf(header: Buffer): string | undefined {
  const text = header.toString('latin1').replace(/\r\n(?=[ \t])/g, '');
  return /^message-id:[ \t]*(<[!-;=?-~]{1,900}>)/im.exec(text)?.[1];
}

function words({ message, recipients, ...facts }: ReportFacts): string {
  return reportText({
    ...facts,
    subject: readHeader(message.header).subject,
    receivedAt: message.receivedAt,
    recipients: recipients.map((each) => ({
      ...each,
      address: displayAddress(each.address),
      status: statusFor(each, facts.kind),
    })),
  });
}

function status({ kind, message, recipients, hostname, now, outlook }: ReportFacts): Part {
  const about = [
    ...(message.envid ? [`Original-Envelope-Id: ${ascii(message.envid)}`] : []),
    `Reporting-MTA: dns; ${hostname}`,
    `Arrival-Date: ${dateText(message.receivedAt)}`,
  ];
  const times = { at: now, retryUntil: outlook?.until };
  return statusPart([about, ...recipients.map((each) => recipientFields(kind, each, times))]);
}

/** RET is about failures only (RFC 3461 section 4.3). */
function original({ kind, message: { header, content, ret } }: ReportFacts): Part {
  const isWanted = ret === 'FULL' && ACTIONS[kind] === 'failed';
  if (isWanted && content !== undefined && mayBeReturned(content)) {
    const head = ['Content-Type: message/rfc822'];
    return { head: isAscii(content) ? head : [...head, 'Content-Transfer-Encoding: 8bit'], body: content };
  }
  return encoded('text/rfc822-headers', header);
}

/** What is not too large, and can go through any server as it is. */
function mayBeReturned(content: Buffer): boolean {
  return content.length <= MOST_RETURNED && longestLine(content) <= MOST_IN_A_LINE;
}
