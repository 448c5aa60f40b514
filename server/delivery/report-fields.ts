/** What a report says to programs: the fields of RFC 3464, in ASCII whatever others have said. Pure. */
import { withAsciiDomain } from '../mail/address.ts';
import type { HopReport } from '../mail/message.ts';
import { replyText, statusOf } from '../mail/reply.ts';
import { rfc5322Date } from '../mail/trace.ts';
import { clean, type Part } from './report-mime.ts';
import type { ReportKind } from './report-words.ts';

/** One recipient whom a report is about. Times are in ms since 1970. */
export interface ReportedRecipient {
  readonly address: string;
  readonly orcpt: string | null;
  /** What the hops said in the last attempt, in their order; the last one counts. */
  readonly reports: readonly HopReport[];
  /** `class.subject.detail`; by default that of the last reply. */
  readonly status?: string;
  /** When that attempt ended; null when there was none. Default: when the report is written. */
  readonly lastAttemptAt?: number | null;
  /** How many attempts there were; 0 when that does not matter. */
  readonly attempts?: number;
  /** When the sender was told that it is late; null when that was not done. */
  readonly noticedAt?: number | null;
}

type Action = 'failed' | 'delayed' | 'delivered' | 'relayed';

/**
 * That another server took the message is `relayed` (RFC 3464 section 2.3.3): only the one that put it into a
 * mailbox can say `delivered`.
 */
export const ACTIONS: Readonly<Record<ReportKind, Action>> = {
  failed: 'failed',
  expired: 'failed',
  removed: 'failed',
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'relayed',
  belated: 'relayed',
};

/** The part with these groups of fields, the one about the message first. */
export function statusPart(groups: readonly (readonly string[])[]): Part {
  const text = groups.map((fields) => `${fields.map(folded).join('\r\n')}\r\n`).join('\r\n');
  return { head: ['Content-Type: message/delivery-status'], body: Buffer.from(text) };
}

/** The fields about one recipient. @param times `at`: of the report; `retryUntil`: when it expires */
export function recipientFields(
  kind: ReportKind,
  recipient: ReportedRecipient,
  { at, retryUntil }: { readonly at: number; readonly retryUntil?: number | undefined },
): string[] {
  const { address, orcpt, reports, lastAttemptAt = at } = recipient;
  const answer = reports.findLast(({ reply }) => reply.code !== 0);
  const last = reports.at(-1);
  return [
    ...(orcpt ? [`Original-Recipient: ${ascii(orcpt)}`] : []),
    `Final-Recipient: ${typedAddress(address)}`,
    `Action: ${ACTIONS[kind]}`,
    `Status: ${statusFor(recipient, kind)}`,
    ...(answer?.host ? [`Remote-MTA: dns; ${ascii(answer.host)}`] : []),
    ...(answer ? [`Diagnostic-Code: smtp; ${ascii(replyText(answer.reply))}`] : []),
    ...(!answer && last ? [`Diagnostic-Code: x-waypost; ${ascii(last.reply.text)}`] : []),
    ...(lastAttemptAt === null ? [] : [`Last-Attempt-Date: ${dateText(lastAttemptAt)}`]),
    ...(kind === 'delayed' && retryUntil !== undefined ? [`Will-Retry-Until: ${dateText(retryUntil)}`] : []),
  ];
}

/** When time ran out, that is the reason (RFC 3463: 4.4.7), whatever was said last. */
export function statusFor({ status, reports }: ReportedRecipient, kind: ReportKind): string {
  if (status !== undefined) return status;
  if (kind === 'expired') return '4.4.7';
  const reply = reports.at(-1)?.reply;
  const action = ACTIONS[kind];
  if (action === 'delivered' || action === 'relayed')
    return reply?.enhanced.startsWith('2.') ? reply.enhanced : '2.0.0';
  if (action === 'failed') return reply ? statusOf(reply, true) : '5.0.0';
  // Not tried yet: there is more mail than can be sent (RFC 3463 section 3.5).
  if (!reply) return '4.4.5';
  // What waits is not final, even where it waits for an account to be put right that was refused.
  return statusOf(reply, false).replace(/^5/, '4');
}

/** A date as these fields write it. @param at ms since 1970 */
export function dateText(at: number): string {
  return rfc5322Date(new Date(at));
}

/** In one line of ASCII. */
export function ascii(text: string): string {
  return clean(text).replace(/[^\x20-\x7e]/gu, '?');
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

/** A field of at most 76 characters a line where it has spaces to fold at (RFC 5322 section 2.2.3). */
function folded(field: string): string {
  return field
    .slice(0, 2000)
    .replace(/\S{900}(?=\S)/g, '$& ')
    .replace(/(.{1,75})(?:\s+|$)/g, '$1\r\n ')
    .trimEnd();
}
