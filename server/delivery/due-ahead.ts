/**
 * Who is due next, read ahead: with a long queue, a look at its head for each attempt would cost more than all else
 * the queue has to do for it.
 *
 * What was read stays right without being read anew: whoever becomes due later comes later, by the order of the
 * queue. Only a recipient who was steered or settled meanwhile is still among them; whoever starts the attempt looks
 * at the rows of its message anyway.
 *
 * Where all who wait are for domains that have enough attempts, a look goes through the whole queue to find nobody. It
 * is not repeated before ten times as long has passed, so that a long queue for one domain leaves time for all else.
 */
import type { Queue } from '../store/queue.ts';
import type { DueRow } from '../store/queue-rows.ts';

/** Rows that are read ahead. */
const AHEAD = 100;
/** A look in vain is put off for so many times as long as it took. */
const REST = 10;

export class DueAhead {
  readonly #queue: Pick<Queue, 'due'>;
  #rows: DueRow[] = [];
  /** The domains that were left out when they were read. */
  #without = '';
  /** The last look in vain: the domains that were left out, and when it may be repeated. */
  #vain = { without: '', until: 0 };
  #isPutOff = false;

  constructor(queue: Pick<Queue, 'due'>) {
    this.#queue = queue;
  }

  /**
   * The recipient who has been due longest, without those who are taken and those of some domains; undefined when
   * there is none, or the look is put off. It is handed out once, until the queue is read anew.
   */
  async next(
    now: number,
    taken: { size(): number; has(id: string): boolean },
    exceptDomains: readonly string[],
  ): Promise<DueRow | undefined> {
    const without = exceptDomains.join(' ');
    if (without !== this.#without) this.#rows = [];
    this.#isPutOff = without !== '' && without === this.#vain.without && performance.now() < this.#vain.until;
    if (this.#isPutOff) return undefined;
    for (let isFresh = false; ; isFresh = true) {
      for (let row = this.#rows.shift(); row; row = this.#rows.shift()) if (!taken.has(row.id)) return row;
      if (isFresh) return undefined;
      const begun = performance.now();
      // All that is taken may be at the head of the queue.
      this.#rows = await this.#queue.due(now, taken.size() + AHEAD, exceptDomains);
      this.#without = without;
      const ended = performance.now();
      if (this.#rows.length === 0) this.#vain = { without, until: ended + REST * (ended - begun) };
    }
  }

  /** In how many milliseconds a look that was put off is to be made; told once, undefined when none was. */
  putOffFor(): number | undefined {
    if (!this.#isPutOff) return undefined;
    this.#isPutOff = false;
    return Math.max(0, this.#vain.until - performance.now());
  }

  /** The queue is to be read anew: somebody may be due who was handed out or passed over. */
  forget(): void {
    this.#rows = [];
    this.#vain.until = 0;
  }
}
