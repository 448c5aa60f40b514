/** What people do with the queue: they look at it and put things right. */
import type {
  QueueDomain,
  QueueFilter,
  QueueIdsInput,
  QueuePage,
  QueuePageInput,
  QueueSteered,
  QueueSteerInput,
  QueueVerb,
} from '../contract/queue.ts';
import { triesInAll } from '../contract/queue-words.ts';
import type { Settings } from '../contract/settings.ts';
import type { QueueView } from '../contract/views.ts';
import { planHops } from '../delivery/plan.ts';
import type { Sender } from '../delivery/sender.ts';
import { asciiDomain } from '../mail/address.ts';
import type { Moment } from '../store/queue-order.ts';
import type { RawMessage } from '../store/raw-message.ts';
import type { Store } from '../store/store.ts';
import { steerQueue } from './queue-steering.ts';
import { queueRowViews, queueViews } from './views.ts';

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

  /** A part of the queue, and where in it those are who are known already. */
  async page({ known, ...wanted }: QueuePageInput): Promise<QueuePage> {
    const { store, settings } = this.#options;
    const moment = this.#moment();
    const asked = { ...wanted, filter: plain(wanted.filter) };
    const { rows, counts, ...page } = await store.queuePages.page(asked, known, moment);
    return {
      ...page,
      counts: { ...counts },
      known: [...page.known],
      rows: queueRowViews(rows, settings(), moment),
      readAt: new Date(moment.now),
      hops: planHops(settings()),
      tries: triesInAll(settings().delivery),
    };
  }

  /** The ids of a part of the queue. */
  ids(wanted: QueueIdsInput): Promise<{ order: string; ids: string[] }> {
    return this.#options.store.queuePages.ids({ ...wanted, filter: plain(wanted.filter) }, this.#moment());
  }

  domains(): Promise<QueueDomain[]> {
    return this.#options.store.queuePages.domains();
  }

  /** A recipient's message as it will be sent; undefined when the recipient is not in the queue any more. */
  raw(id: string): Promise<RawMessage | undefined> {
    return this.#options.store.queuePages.raw(id);
  }

  /** Makes everything that waits due now. Returns how many recipients there were. */
  async retryAll(): Promise<number> {
    const count = await this.#options.store.queue.retry('all', Date.now());
    this.#tell('retry everything');
    return count;
  }

  /** Steers queued recipients by their ids. Returns how many there were. */
  async steer(verb: Exclude<QueueVerb, 'remove'>, ids: readonly string[]): Promise<number> {
    const { queue } = this.#options.store;
    const verbs = {
      retry: () => queue.retry(ids, Date.now()),
      hold: () => queue.hold(ids),
      release: () => queue.release(ids, Date.now()),
    };
    const count = await verbs[verb]();
    this.#tell(`${verb} ${ids.join(', ')}`);
    return count;
  }

  /** Takes recipients out of the queue without a report; those who are being sent, `busy` of them, stay. */
  async remove(ids: readonly string[]): Promise<Pick<QueueSteered, 'count' | 'busy'>> {
    const { store, sender } = this.#options;
    const parts = { store, sender, reporter: sender.reporter };
    const { count, busy } = await steerQueue({ verb: 'remove', ids, report: false }, parts);
    this.#tell(`remove ${ids.join(', ')}${busy > 0 ? `; ${busy} stayed, being sent` : ''}`);
    return { count, busy };
  }

  /** Steers any number of recipients, in small commits with room for others between them. */
  async steerMany(wanted: QueueSteerInput): Promise<QueueSteered> {
    const { store, sender } = this.#options;
    const { verb, report } = wanted;
    const ids = 'ids' in wanted ? wanted.ids : await this.#fitting(wanted);
    const steered = await steerQueue({ verb, report, ids }, { store, sender, reporter: sender.reporter });
    const told = steered.reports > 0 ? `, with ${steered.reports} reports` : '';
    this.#tell(`${verb} ${steered.count} recipients${told}`);
    return steered;
  }

  async #fitting({
    filter,
    until,
    except,
  }: Extract<QueueSteerInput, { filter: unknown }>): Promise<string[]> {
    const left = new Set(except);
    const { queuePages } = this.#options.store;
    const ids = await queuePages.matching(plain(filter), this.#moment(), until?.getTime());
    return ids.filter((id) => !left.has(id));
  }

  #moment(): Moment {
    return { now: Date.now(), sending: this.#options.sender.sending };
  }

  #tell(what: string): void {
    const { store, sender, changed } = this.#options;
    sender.wake();
    changed();
    store.log.write({ kind: 'delivery', text: `By hand: ${what}.` });
  }
}

/** The filter as the store understands it: without blanks around, and the domain as it is stored. */
function plain({ text = '', state, domain = '' }: QueueFilter): QueueFilter {
  const wanted = domain.trim();
  return { text: text.trim(), state, domain: asciiDomain(wanted) ?? wanted.toLowerCase() };
}
