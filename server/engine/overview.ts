/** What is true right now, put together from the engine's parts for whoever looks. */
import type { Settings } from '../contract/settings.ts';
import type { LiveView, StatusView } from '../contract/views.ts';
import type { Sender } from '../delivery/sender.ts';
import type { Snapshot } from '../settings/service.ts';
import { isDamaged } from '../store/database.ts';
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
  /** What the database told last: a damaged one may tell no more, which is just what a status has to say. */
  #last: Stored = { queue: { due: 0, deferred: 0, held: 0, stuck: 0 }, accounts: 0 };

  constructor(parts: OverviewParts) {
    this.#parts = parts;
  }

  /** Asks the database for its part. */
  async stored(): Promise<Stored> {
    const queue = await this.counts();
    const { accounts } = this.#parts.store;
    this.#last = { queue, accounts: await accounts.count().catch(orIfDamaged(this.#last.accounts)) };
    return this.#last;
  }

  async counts(): Promise<QueueCounts> {
    const now = Date.now();
    const stuckBefore = now - stuckAfterHours(this.#settings) * HOUR_MS;
    const { queue } = this.#parts.store;
    const counts = await queue.counts(now, stuckBefore).catch(orIfDamaged(this.#last.queue));
    this.#last = { ...this.#last, queue: counts };
    return counts;
  }

  /** @param now ms since 1970 */
  status(queue: StatusView['queue'], now: number): StatusView {
    const { sender, traffic, entrance, store } = this.#parts;
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
      storage: store.troubles,
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

/** What to go on with where a question met damage; any other error stays one. */
function orIfDamaged<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (isDamaged(error)) return instead;
    throw error;
  };
}
