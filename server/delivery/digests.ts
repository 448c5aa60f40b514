/** Writes the digests when they are due. A clock that was put right while one was waiting does not keep it. */
import type { Settings } from '../contract/settings.ts';
import type { LogEntry } from '../store/mail-log.ts';
import type { Store } from '../store/store.ts';
import { Alarm } from './alarm.ts';
import { buildDigest, type DigestEntry, type DigestFacts, MOST_LISTED } from './digest.ts';
import { HOUR_MS } from './report-limit.ts';
import { receiverFor, reportMessage } from './report-message.ts';
import { counted, type Reporter } from './reporter.ts';

export interface DigestsOptions {
  readonly store: Store;
  /** The newest settings. */
  readonly settings: () => Settings;
  readonly reporter: Reporter;
  readonly log: (entry: LogEntry) => void;
}

export class Digests {
  readonly #options: DigestsOptions;
  readonly #alarm: Alarm;

  constructor(options: DigestsOptions) {
    this.#options = options;
    this.#alarm = new Alarm({
      look: () => this.#look(),
      failed: (error) => this.#say('error', `A digest can't be written yet: ${error.message}`),
    });
  }

  start(): void {
    this.#alarm.start();
  }

  /** Looks at what is due. */
  look(): void {
    this.#alarm.ring();
  }

  stop(): Promise<void> {
    return this.#alarm.stop();
  }

  async #look(): Promise<number> {
    const { digests } = this.#options.store;
    const now = Date.now();
    for (const { receiver, sender } of await digests.due(now, now + HOUR_MS))
      await this.#write(receiver, sender);
    return (await digests.nextDueAt()) ?? now + HOUR_MS;
  }

  async #write(receiver: string, sender: string): Promise<void> {
    const { store, settings, reporter } = this.#options;
    const now = Date.now();
    const limit = await reporter.limit();
    limit.digest(receiver, now);
    const { entries, others, lastEntry } = await store.digests.read(receiver, MOST_LISTED);
    const digested = { receiver, lastEntry, nextAt: now + HOUR_MS };
    const to = await receiverFor(sender, store.accounts);
    if (!to || entries.length === 0) {
      await store.ledger.settle('', [], { digested });
      if (!to) this.#say('warning', `No digest: the sender ${sender} has no mailbox here any more.`);
      return;
    }
    const digest = buildDigest({
      to: sender,
      entries: entries.map((entry) => JSON.parse(entry) as DigestEntry),
      others: others as DigestFacts['others'],
      hostname: settings().hostname,
      now,
    });
    const message = await reportMessage(digest, to, store.bodies);
    const filing = { reports: [message], counted: counted([receiver], now), digested };
    await store.ledger.settle('', [], filing);
    reporter.done(message.id, filing);
  }

  #say(level: 'warning' | 'error', text: string): void {
    this.#options.log({ kind: 'delivery', level, text });
  }
}
