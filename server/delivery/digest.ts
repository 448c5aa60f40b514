/**
 * One report instead of a storm: what became of many recipients of many messages, a line for each. The part for
 * programs has a group for each recipient; as it is about several messages, the first group names none, and each
 * recipient's tells the Message-ID (an extension field, RFC 3464 section 2.4). No message is given back.
 */
import { displayAddress } from '../mail/address.ts';
import { oneLine } from '../mail/one-line.ts';
import { ascii, type ReportedRecipient, recipientFields, statusPart } from './report-fields.ts';
import { assembleReport, type Report, textPart } from './report-mime.ts';
import { timeText } from './report-times.ts';
import { hopText, type ReportKind } from './report-words.ts';

/** What there is to tell of one recipient. Times are in ms since 1970. */
export interface DigestEntry {
  readonly kind: ReportKind;
  /** When it happened. */
  readonly at: number;
  readonly recipient: ReportedRecipient;
  /** When a delayed message expires. */
  readonly retryUntil?: number | undefined;
  readonly message: {
    /** '' when it has none. */
    readonly subject: string;
    readonly receivedAt: number;
    /** With its angle brackets. */
    readonly messageId?: string | undefined;
  };
}

export interface DigestFacts {
  readonly to: string;
  readonly entries: readonly DigestEntry[];
  /** How many more there are that are not listed. */
  readonly others: Readonly<Partial<Record<ReportKind, number>>>;
  readonly hostname: string;
  readonly now: number;
  /** Of the times that people read. Default: the system's. */
  readonly timeZone?: string | undefined;
}

/** So many recipients are listed in one digest, at most. */
export const MOST_LISTED = 1000;

/** The kinds in the order in which they are told; the first ones matter most where there is not room for all. */
const KINDS: readonly ReportKind[] = [
  'failed',
  'expired',
  'removed',
  'delayed',
  'belated',
  'relayed',
  'delivered',
];

const FATES: Readonly<Record<ReportKind, string>> = {
  failed: 'could not be delivered',
  expired: 'could not be delivered in time',
  removed: 'removed by the administrator of this server',
  delayed: 'late, but still being tried',
  belated: 'late, but gone out after all',
  relayed: 'passed on to the next mail server (you asked to be told)',
  delivered: 'delivered to the mailbox (you asked to be told)',
};

/** The place of a kind among those of a digest, from 0. */
export function rankOf(kind: ReportKind): number {
  return KINDS.indexOf(kind);
}

/** Builds the digest. */
export function buildDigest(facts: DigestFacts): Report {
  const { to, entries, hostname, now } = facts;
  const count = entries.length + total(facts.others);
  const subject = `What became of your messages (${count} recipients)`;
  const status = statusPart([
    [`Reporting-MTA: dns; ${hostname}`],
    ...entries.map(({ kind, at, recipient, retryUntil, message }) => [
      ...recipientFields(kind, short(recipient), { at, retryUntil }),
      ...(message.messageId ? [`X-Original-Message-ID: ${ascii(message.messageId)}`] : []),
    ]),
  ]);
  return assembleReport({ to, subject, hostname, now }, [textPart(digestText(facts)), status]);
}

function digestText(facts: DigestFacts): string {
  const { entries, others, hostname, timeZone } = facts;
  const lists = KINDS.map((kind) => ({ kind, of: entries.filter((entry) => entry.kind === kind) }));
  const parts = [
    `This is the mail server ${hostname}.`,
    'There was more to report to you within an hour than you would want to get one by one. So this report tells of all the rest, a line for each recipient.',
    ...lists
      .filter(({ of }) => of.length > 0)
      .map(({ kind, of }) =>
        [`${capitalised(FATES[kind])}:\n`, ...of.map((one) => entryText(one, timeZone))].join('\n'),
      ),
    ...othersText(others),
  ];
  return `${parts.join('\n\n').replace(/\n/g, '\r\n')}\r\n`;
}

function entryText({ kind, recipient, retryUntil, message }: DigestEntry, timeZone: string | undefined) {
  const { address, reports } = recipient;
  // A good end needs no words of the other server.
  const isGood = kind === 'delivered' || kind === 'relayed' || kind === 'belated';
  const said = isGood ? '' : reports.map((report) => oneLine(hopText(report), MOST_SAID)).join(' Then: ');
  const until = retryUntil === undefined ? '' : `tried until ${timeText(retryUntil, timeZone)}`;
  const why = [said, until].filter((part) => part !== '').join('; ');
  const subject = message.subject === '' ? 'message' : `"${oneLine(message.subject, MOST_OF_SUBJECT)}"`;
  const about = `(${subject} of ${timeText(message.receivedAt, timeZone)})`;
  return `    ${displayAddress(address)}${why === '' ? '' : `: ${why}`} ${about}`;
}

function othersText(others: DigestFacts['others']): string[] {
  if (total(others) === 0) return [];
  const lines = KINDS.filter((kind) => others[kind]).map((kind) => `    ${others[kind]} ${FATES[kind]}`);
  return [
    `${total(others)} more are not listed here. The mail log of this server has them all.\n\n${lines.join('\n')}`,
  ];
}

/** Characters of a hop's words, and of a subject, in a line of a digest. */
const MOST_SAID = 200;
const MOST_OF_SUBJECT = 60;

/** With no more of what was said than a line takes. */
function short(recipient: ReportedRecipient): ReportedRecipient {
  const reports = recipient.reports.map((report) => ({
    ...report,
    reply: { ...report.reply, text: oneLine(report.reply.text, MOST_SAID) },
  }));
  return { ...recipient, reports };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function total(others: DigestFacts['others']): number {
  return Object.values(others).reduce((sum, count) => sum + count, 0);
}
