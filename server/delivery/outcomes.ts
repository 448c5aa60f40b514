/**
 * Stores how attempts ended.
 *
 * An attempt's settlement goes to disk in one commit with the reports it causes. If that commit fails (a full
 * disk), the recipients stay claimed and it is tried again: sending the message twice would be worse.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReportFiling } from '../store/filing.ts';
import type { LogEntry } from '../store/mail-log.ts';
import type { StoredMessage } from '../store/queue-rows.ts';
import type { Store } from '../store/store.ts';
import type { Reporter } from './reporter.ts';
import type { Settled } from './settle.ts';

export interface OutcomesOptions {
  readonly store: Store;
  readonly reporter: Reporter;
  readonly log: (entry: LogEntry) => void;
  /** Aborted when what can't be stored is to be given up. */
  readonly stopping: AbortSignal;
  /** Tells that the outcome of an attempt is stored. */
  readonly attempted: (message: StoredMessage) => void;
}

const RETRY_MS = 5_000;

export class Outcomes {
  readonly #options: OutcomesOptions;

  constructor(options: OutcomesOptions) {
    this.#options = options;
  }

  /** Resolves when it is on disk, or given up since this is to stop. */
  async store(message: StoredMessage, { settlements, reports, dropped }: Settled): Promise<void> {
    const { reporter, log, attempted } = this.#options;
    const filing = await this.#write(message, settlements, reports);
    if (!filing) return;
    reporter.done(message.id, filing);
    for (const address of dropped) {
      const text = `Nobody can be told that it does not reach ${address}: it came without a sender, as reports do.`;
      log({ kind: 'delivery', level: 'warning', message: message.id, address, text });
    }
    attempted(message);
  }

  async #write(
    message: StoredMessage,
    settlements: Settled['settlements'],
    reports: Settled['reports'],
  ): Promise<ReportFiling | undefined> {
    const { store, reporter, log, stopping } = this.#options;
    for (;;) {
      let filing: ReportFiling = {};
      try {
        // Anew each time: the sender's account may have gone in the meantime.
        filing = await reporter.file(message, reports);
        await store.ledger.settle(message.id, settlements, filing);
        return filing;
      } catch (error) {
        const text = `The outcome can't be stored yet: ${(error as Error).message}`;
        log({ kind: 'delivery', level: 'error', message: message.id, text });
        await reporter.abandon(filing);
        if (stopping.aborted) return undefined;
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}
