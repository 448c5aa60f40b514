/**
 * Who is due next, read ahead: with a long queue, a look at its head for each attempt would cost more than all else
 * the queue has to do for it.
 *
 * What was read stays right without being read anew: whoever becomes due later comes later, by the order of the
 * queue. Only a recipient who was steered or settled meanwhile is still among them; whoever starts the attempt looks
 * at the rows of its message anyway.
 */
import type { Queue } from '../store/queue.ts';
import type { DueRow } from '../store/queue-rows.ts';

/** Rows that are read ahead. */
const AHEAD = 100;

export class DueAhead {
  readonly #queue: Pick<Queue, 'due'>;
  #rows: DueRow[] = [];
  /** The domains that were left out when they were read. */
  #without = '';

  constructor(queue: Pick<Queue, 'due'>) {
    this.#queue = queue;
  }

  /**
   * The recipient who has been due longest, without those who are taken and those of some domains; undefined when
   * there is none. It is handed out once, until the queue is read anew.
   */
  async next(
    now: number,
    taken: { size(): number; has(id: string): boolean },
    exceptDomains: readonly string[],
  ): Promise<DueRow | undefined> {
    const without = exceptDomains.join(' ');
    if (without !== this.#without) this.forget();
    for (let isFresh = false; ; isFresh = true) {
      for (let row = this.#rows.shift(); row; row = this.#rows.shift()) if (!taken.has(row.id)) return row;
      if (isFresh) return undefined;
      // All that is taken may be at the head of the queue.
      this.#rows = await this.#queue.due(now, taken.size() + AHEAD, exceptDomains);
      this.#without = without;
    }
  }

  /** The queue is to be read anew: somebody may be due who was handed out or passed over. */
  forget(): void {
    this.#rows = [];
  }
}
