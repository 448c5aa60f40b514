/** What people do with the queue: they look at it and put things right. */
import type { Settings } from '../contract/settings.ts';
import type { QueueView } from '../contract/views.ts';
import type { Sender } from '../delivery/sender.ts';
import type { Store } from '../store/store.ts';
import { queueViews } from './views.ts';

export type QueueVerb = 'retry' | 'hold' | 'release' | 'remove';

export interface QueueDeskOptions {
  readonly store: Store;
  readonly sender: Sender;
  /** The newest settings. */
  readonly settings: () => Settings;
  /** Tells that the queue has changed. */
  readonly changed: () => void;
}

export class QueueDesk {
  readonly #options: QueueDeskOptions;

  constructor(options: QueueDeskOptions) {
    this.#options = options;
  }

  /** The whole queue, next attempts first. */
  async list(): Promise<QueueView[]> {
    const { store, sender, settings } = this.#options;
    return queueViews(await store.queue.list(), settings(), (id) => sender.isSending(id));
  }

  /** Makes everything that waits due now. Returns how many recipients there were. */
  async retryAll(): Promise<number> {
    const count = await this.#options.store.queue.retry('all', Date.now());
    this.#tell('retry everything');
    return count;
  }

  /** Steers queued recipients by their ids. Returns how many there were. */
  async steer(verb: QueueVerb, ids: readonly string[]): Promise<number> {
    const { queue } = this.#options.store;
    const verbs = {
      retry: () => queue.retry(ids, Date.now()),
      hold: () => queue.hold(ids),
      release: () => queue.release(ids, Date.now()),
      remove: () => queue.remove(ids),
    };
    const count = await verbs[verb]();
    this.#tell(`${verb} ${ids.join(', ')}`);
    return count;
  }

  #tell(what: string): void {
    const { store, sender, changed } = this.#options;
    sender.wake();
    changed();
    store.log.write({ kind: 'delivery', text: `By hand: ${what}.` });
  }
}
