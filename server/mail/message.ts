/** What a message is on its way through Waypost, from the commit that accepts it to its last outcome. */
import type { SmtpReply } from './reply.ts';
import { newSortedId } from './sorted-id.ts';

/** When the sender wants a report about a recipient (RFC 3461 section 4.1). */
export type Notify = 'NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY';

/** One recipient of an envelope. */
export interface Recipient {
  readonly address: string;
  /** Null where the client did not say: failures and delays are reported. */
  readonly notify: readonly Notify[] | null;
  /** The original recipient as given, `type;address` (RFC 3461 section 4.2). */
  readonly orcpt: string | null;
}

/** The envelope of a message, as MAIL and RCPT gave it. */
export interface Envelope {
  /** The reverse-path; '' is the null sender, which is never answered. */
  readonly sender: string;
  readonly recipients: readonly Recipient[];
  /** True when MAIL said SMTPUTF8 (RFC 6531). */
  readonly smtpUtf8: boolean;
  /** How much of the message a report gives back (RFC 3461 section 4.3). */
  readonly ret: 'FULL' | 'HDRS' | null;
  /** The sender's own id of the message (RFC 3461 section 4.4). */
  readonly envid: string | null;
}

/** Content held in memory, or in a file that is already on disk and named by its path. */
export type Body =
  | { readonly kind: 'memory'; readonly bytes: Buffer }
  | { readonly kind: 'file'; readonly path: string };

/** A message that is complete and may now be committed. */
export interface NewMessage {
  readonly id: string;
  readonly envelope: Omit<Envelope, 'recipients'>;
  /** Header lines of our own that go in front of the content: the Received line. */
  readonly trace: string;
  /** Date and Message-ID lines that a message from our own user lacks; only relayed copies carry them. */
  readonly completion: string;
  readonly body: Body;
  /** Bytes of the content, without `trace`. */
  readonly size: number;
  /** True when the content has bytes above 127. */
  readonly eightBit: boolean;
  readonly subject: string;
  readonly receivedAt: number;
  /** Mailboxes that get a copy in this very commit. */
  readonly mailboxes: readonly { readonly accountId: number; readonly recipient: string }[];
  /** Recipients elsewhere, for the queue. */
  readonly queued: readonly Recipient[];
}

/** One way towards a recipient. */
export type Hop = 'mx' | 'smarthost';

/** What one hop said or did about one recipient. `reply` is what people and reports get to see. */
export interface HopReport {
  readonly hop: Hop;
  /** The host that answered or should have, '' when no host was reached. */
  readonly host: string;
  readonly reply: SmtpReply;
  /** The host offers DSN: it knows which reports are wanted, and sends those of success itself (RFC 3461 5.2). */
  readonly dsn?: boolean;
}

/** How an attempt ended for one recipient. The reports are in the order the hops were tried. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly reports: readonly HopReport[] }
  | { readonly kind: 'deferred'; readonly reports: readonly HopReport[] }
  | { readonly kind: 'failed'; readonly reports: readonly HopReport[] };

/** States of a queued recipient. `sending` lives in memory only: after a crash such a recipient is due. */
export type QueueState = 'due' | 'sending' | 'deferred' | 'held';

/** A new message id. */
export function newMessageId(now?: number): string {
  return newSortedId(now);
}
