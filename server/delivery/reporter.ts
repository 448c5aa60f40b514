/**
 * Tells senders what became of their messages: each report goes out by itself, or, where there are too many for
 * one sender, into a digest.
 *
 * What is to be reported is first laid out as a filing, which the ledger commits together with what it is about;
 * then the filing is `done`. So there is no report of what did not happen, and none is missing of what did.
 */
import type { Settings } from '../contract/settings.ts';
import type { NewMessage, Recipient } from '../mail/message.ts';
import { headerOf, readHeader } from '../mail/trace.ts';
import { SPILL_BYTES } from '../store/bodies.ts';
import type { PostponedReport, ReportFiling } from '../store/filing.ts';
import type { LogEntry } from '../store/mail-log.ts';
import type { StoredMessage } from '../store/queue-rows.ts';
import type { Store } from '../store/store.ts';
import { type DigestEntry, rankOf } from './digest.ts';
import { buildReport, messageIdOf, type ReportFacts } from './report.ts';
import { HOUR_MS, ReportLimit } from './report-limit.ts';
import { type Receiver, receiverFor, reportMessage } from './report-message.ts';
import type { DueReport } from './settle.ts';

export interface ReporterOptions {
  readonly store: Store;
  /** The newest settings. */
  readonly settings: () => Settings;
  readonly log: (entry: LogEntry) => void;
  /** Tells that a report was queued. */
  readonly queued: () => void;
  /** Tells that something waits for a digest. */
  readonly postponed: () => void;
}

/** What reports need to know of a message. */
type About = Pick<
  StoredMessage,
  'id' | 'sender' | 'ret' | 'envid' | 'receivedAt' | 'trace' | 'completion' | 'size'
>;

export class Reporter {
  readonly #options: ReporterOptions;
  #limit: Promise<ReportLimit> | undefined;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** What is to be committed so that the sender hears of this. Call `done` when it is. */
  async file(message: About, due: readonly DueReport[]): Promise<ReportFiling> {
    if (due.length === 0 || message.sender === '') return {};
    return this.#file(message, due, await this.#original(message));
  }

  /** A filing can't be committed, and there will be another. Never rejects. */
  async abandon({ reports = [], counted }: ReportFiling): Promise<void> {
    const limit = await this.#limit?.catch(() => undefined);
    for (const receiver of counted?.receivers ?? []) limit?.giveBack(receiver);
    await Promise.allSettled(reports.map(({ body }) => this.#options.store.bodies.abandon(body)));
  }

  /** A filing is committed; `message` is the id of the message it is about. */
  done(message: string, { reports = [], postponed = [] }: ReportFiling): void {
    const { log, queued } = this.#options;
    const say = (text: string) => log({ kind: 'delivery', level: 'info', message, text });
    for (const report of reports) {
      const to = report.queued[0]?.address ?? report.mailboxes[0]?.recipient;
      say(`A report goes to ${to} as message ${report.id}.`);
    }
    const [first] = postponed;
    if (first) {
      const whom = postponed.length === 1 ? '1 recipient' : `${postponed.length} recipients`;
      say(`${first.sender} gets many reports: what there is to tell of ${whom} goes into the next digest.`);
      this.#options.postponed();
    }
    if (reports.some((report) => report.queued.length > 0)) queued();
  }

  /** Accepts a message whose sender wants to hear that it is in these recipients' mailboxes, in one commit. */
  async accept(message: NewMessage, recipients: readonly Recipient[]): Promise<void> {
    const { ledger, bodies } = this.#options.store;
    const { id, envelope, trace, completion, size, receivedAt, body } = message;
    const about = { ...envelope, id, trace, completion, size, receivedAt };
    const original = await bodies.head(body);
    const delivered = recipients.map(({ address, orcpt }) => ({ address, orcpt, reports: [] }));
    const filing = await this.#file(about, [{ kind: 'delivered', recipients: delivered }], original);
    try {
      await ledger.accept(message, filing);
    } catch (error) {
      await this.abandon(filing);
      throw error;
    }
    this.done(id, filing);
  }

  /** The reports of the last hour. */
  limit(): Promise<ReportLimit> {
    this.#limit ??= this.#options.store.digests
      .recent(Date.now() - HOUR_MS)
      .then(({ sent, collecting }) => new ReportLimit(sent, collecting));
    // A read that failed is no answer to keep.
    this.#limit.catch(() => {
      this.#limit = undefined;
    });
    return this.#limit;
  }

  async #file(message: About, due: readonly DueReport[], original: Buffer): Promise<ReportFiling> {
    const { store, log } = this.#options;
    const receiver = await receiverFor(message.sender, store.accounts);
    if (!receiver) {
      const text = `No report: the sender ${message.sender} has no mailbox here any more.`;
      log({ kind: 'delivery', level: 'warning', message: message.id, text });
      return {};
    }
    const limit = await this.limit();
    const now = Date.now();
    const header = Buffer.concat([ours(message), headerOf(original)]);
    const reports: NewMessage[] = [];
    const postponed: PostponedReport[] = [];
    for (const each of due) {
      if (limit.take(receiver.key, now)) {
        const report = buildReport(this.#facts(message, each, header, original, now));
        reports.push(await reportMessage(report, receiver, store.bodies));
      } else postponed.push(...postpone(message, each, header, receiver, now));
    }
    const receivers = reports.map(() => receiver.key);
    return { reports, postponed, ...(reports.length > 0 ? { counted: counted(receivers, now) } : {}) };
  }

  #facts(message: About, due: DueReport, header: Buffer, original: Buffer, now: number): ReportFacts {
    const { hostname } = this.#options.settings();
    const content = Buffer.concat([ours(message), original]);
    const whole = original.length === message.size ? { content } : {};
    return { ...due, message: { ...message, header, ...whole }, hostname, now };
  }

  /** The beginning of the content. A report without it is better than none. */
  async #original({ id }: About): Promise<Buffer> {
    const { store, log } = this.#options;
    try {
      return await store.bodies.read(id, 0, SPILL_BYTES);
    } catch (error) {
      const text = `The message can't be read for its report: ${(error as Error).message}`;
      log({ kind: 'delivery', level: 'error', message: id, text });
      return Buffer.alloc(0);
    }
  }
}

/** That these receivers get reports now. */
export function counted(receivers: readonly string[], now: number): NonNullable<ReportFiling['counted']> {
  return { receivers, at: now, forget: now - HOUR_MS };
}

function ours({ trace, completion }: About): Buffer {
  return Buffer.from(trace + completion);
}

function postpone(
  message: About,
  { kind, recipients, outlook }: DueReport,
  header: Buffer,
  { key }: Receiver,
  now: number,
): PostponedReport[] {
  const { subject } = readHeader(header);
  const about = { subject, receivedAt: message.receivedAt, messageId: messageIdOf(header) };
  return recipients.map((recipient) => {
    const entry: DigestEntry = { kind, at: now, recipient, message: about, retryUntil: outlook?.until };
    return {
      receiver: key,
      sender: message.sender,
      dueAt: now + HOUR_MS,
      about: `${message.id} ${recipient.address}`,
      rank: rankOf(kind),
      kind,
      entry: JSON.stringify(entry),
    };
  });
}
