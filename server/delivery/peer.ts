/** What a connection to a peer offers to those who deliver over it. Nothing here knows how it is done. */
import type { Readable } from 'node:stream';
import type { Notify } from '../mail/message.ts';
import type { Recording } from '../mail/transcript.ts';
import type { Happening } from './classify.ts';
import type { Target } from './target.ts';

/** The longest each step may take, in ms (RFC 5321 section 4.5.3.2). */
export interface Timeouts {
  readonly connect: number;
  /** Greeting, EHLO and AUTH, each; after that the longest silence at MAIL, RCPT and while sending. */
  readonly command: number;
  /** How long a peer that opens no session is waited for while mail for others waits for its place. */
  readonly giveWay: number;
  readonly handshake: number;
  /** From the final dot to the reply. */
  readonly afterData: number;
  /** From QUIT until the connection is cut. */
  readonly quit: number;
}

export const TIMEOUTS: Timeouts = {
  connect: 30_000,
  command: 5 * 60_000,
  giveWay: 60_000,
  handshake: 60_000,
  afterData: 10 * 60_000,
  quit: 1500,
};

/** Whether mail for others waits for the place that a connection takes. Must not reject. */
export type OthersWait = () => Promise<boolean>;

export interface OpeningOptions {
  readonly timeouts: Timeouts;
  readonly othersWait: OthersWait;
  /** Where it is recorded. */
  readonly recording?: Recording | undefined;
}

/** What the peer's EHLO told. */
export interface PeerFacts {
  /** Keywords in upper case. */
  readonly extensions: ReadonlySet<string>;
  /** The most bytes it takes (RFC 1870); 0 = it doesn't say. */
  readonly maxSize: number;
  readonly encrypted: boolean;
}

/** One message on its way over a connection. Parameters the peer doesn't offer are left out. */
export interface Transaction {
  readonly sender: string;
  /** Addresses as they are to be sent, no two alike. */
  readonly recipients: readonly {
    readonly address: string;
    readonly notify: readonly Notify[] | null;
    readonly orcpt: string | null;
  }[];
  /** Bytes of the content, as announced with SIZE. */
  readonly size: number;
  readonly eightBit: boolean;
  readonly utf8: boolean;
  readonly ret: 'FULL' | 'HDRS' | null;
  readonly envid: string | null;
  readonly content: Readable;
}

/** How a transaction ended. */
export interface Sent {
  /** One for each recipient, in their order. */
  readonly happenings: readonly Happening[];
  /** True when the connection was lost before the peer answered at all: it had left while we were idle. */
  readonly unanswered: boolean;
}

/** A connection that has been greeted, encrypted and signed in as its target demands. */
export interface Connection {
  readonly target: Target;
  readonly facts: PeerFacts;
  /** Transactions begun on it so far. */
  readonly transactions: number;
  /** True while another transaction may be begun on it. */
  readonly usable: boolean;
  /** Resolves when the socket has really closed. Never rejects. */
  readonly closed: Promise<void>;
  /**
   * Sends one message. Whatever the peer does becomes a happening; rejects with `ContentError` when the
   * content can't be read, and with the signal's reason never: an abort is a happening too. `sentAll` is called
   * when the whole message is out, and only the reply to it missing.
   */
  send(transaction: Transaction, signal: AbortSignal, sentAll?: () => void): Promise<Sent>;
  /** What is said from now on is recorded there. */
  record(recording: Recording | undefined): void;
  /** Says QUIT where that is possible and closes; cut after `Timeouts.quit`. Resolves like `closed`. */
  quit(): Promise<void>;
  /** Cuts the connection at once. */
  destroy(): void;
}

/** A peer's doing, or its silence. */
export class PeerFault extends Error {
  readonly happening: Happening;

  constructor(happening: Happening) {
    super(happening.reply.text);
    this.happening = happening;
  }
}

/** The stored content could not be read, or is shorter than it should be. */
export class ContentError extends Error {}
