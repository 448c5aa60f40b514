/** What is true right now, put together from the engine's parts for whoever looks. */
import type { Settings } from '../contract/settings.ts';
import type { LiveView, StatusView } from '../contract/views.ts';
import type { Sender } from '../delivery/sender.ts';
import type { Snapshot } from '../settings/service.ts';
import type { QueueCounts } from '../store/queue-counts.ts';
import type { Store } from '../store/store.ts';
import type { Entrance } from './entrance.ts';
import type { Stored } from './live.ts';
import type { Rates } from './rates.ts';
import type { Traffic } from './traffic.ts';
import { statusView, stuckAfterHours } from './views.ts';

export interface OverviewParts {
  readonly store: Store;
  readonly sender: Sender;
  readonly traffic: Traffic;
  readonly rates: Rates;
  readonly entrance: Entrance;
  /** The newest settings. */
  readonly snapshot: () => Snapshot;
}

const HOUR_MS = 3_600_000;

export class Overview {
  readonly #parts: OverviewParts;
  readonly #startedAt = Date.now();

  constructor(parts: OverviewParts) {
    this.#parts = parts;
  }

  /** Asks the database for its part. */
  async stored(): Promise<Stored> {
    const { accounts } = this.#parts.store;
    return { queue: await this.counts(), accounts: await accounts.count() };
  }

  counts(): Promise<QueueCounts> {
    const now = Date.now();
    return this.#parts.store.queue.counts(now, now - stuckAfterHours(this.#settings) * HOUR_MS);
  }

  /** @param now ms since 1970 */
  status(queue: StatusView['queue'], now: number): StatusView {
    const { sender, traffic, entrance } = this.#parts;
    const { receiver } = entrance;
    if (!receiver) throw new Error('The engine has not been started.');
    return statusView({
      settings: this.#settings,
      listeners: receiver.views,
      incoming: receiver.incoming.connections,
      outgoing: sender.running,
      paused: traffic.paused,
      queue,
      certificate: receiver.certificate,
      startedAt: this.#startedAt,
      now,
    });
  }

  view({ queue, accounts }: Stored, now: number): LiveView {
    const { snapshot, entrance, sender, rates } = this.#parts;
    return {
      status: this.status(queue, now),
      revision: snapshot().revision,
      accounts,
      incoming: entrance.sessionViews,
      blocked: entrance.blockViews,
      outgoing: sender.attempts,
      perMinute: rates.lastHour(now),
    };
  }

  get #settings(): Settings {
    return this.#parts.snapshot().settings;
  }
}
