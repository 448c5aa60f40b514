/** What the scheduler hands to a delivery, and what it gets back. */
import type { Readable } from 'node:stream';
import type { Settings } from '../contract/settings.ts';
import type { Envelope, Hop, Outcome, Recipient } from '../mail/message.ts';

/** One queued recipient of a job. */
export interface QueuedRecipient extends Recipient {
  readonly id: string;
  /** Attempts made before this one. */
  readonly attempts: number;
}

/** The message of a job: its envelope without recipients, and where its bytes come from. */
export interface QueuedMessage extends Omit<Envelope, 'recipients'> {
  readonly id: string;
  readonly receivedAt: number;
  /** Bytes that will be sent: head and content. */
  readonly size: number;
  /** True when the content has bytes above 127. */
  readonly eightBit: boolean;
  /** Our trace lines, sent in front of the stored content. Default: none. */
  readonly head?: Buffer;
  /** Opens the stored content, anew for each hop; rejects when it can't be read. */
  open(): Readable | Promise<Readable>;
  /** Called when a part of it is asked for. */
  moved?(): void;
}

/** One message for recipients who share a destination: at most 100, all of one domain or all by the SmartHost. */
export interface Job {
  readonly message: QueuedMessage;
  readonly recipients: readonly QueuedRecipient[];
  /** The recipients' domain in ASCII, or '' when the first hop is the SmartHost. */
  readonly domain: string;
  readonly hops: readonly Hop[];
  /** The snapshot the job runs under. */
  readonly settings: Settings;
}

/** The outcome for each recipient, by its id; every recipient of the job has one. */
export type JobResult = ReadonlyMap<string, Outcome>;
