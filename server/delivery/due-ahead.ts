/**
 * Who is due next, read ahead: with a long queue, a look at its head for each attempt would cost more than all else
 * the queue has to do for it.
 *
 * What was read stays right without being read anew: whoever becomes due later comes later, by the order of the
 * queue. Only a recipient who was steered or settled meanwhile is still among them; whoever starts the attempt looks
 * at the rows of its message anyway.
 *
 * A look that found all who are due is not repeated for the end of an attempt, of which there are thousands a second,
 * but only when something has changed: `renew` says so. Whoever mail is queued for meanwhile is told of, and needs no look.
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
  /** The last look found all who were due, and nothing has changed since. */
  #foundAll = false;
  #changes = 0;

  constructor(queue: Pick<Queue, 'due'>) {
    this.#queue = queue;
  }

  /**
   * The recipient who has been due longest, without those who are taken and those of some domains; undefined when
   * there is none, or the look is put off. It is handed out once, until the queue is read anew: call `forget` or `renew`
   * for one who is not sent to.
   */
  async next(
    now: number,
    taken: { size(): number; has(id: string): boolean },
    exceptDomains: readonly string[],
  ): Promise<DueRow | undefined> {
    const without = exceptDomains.join(' ');
    if (without !== this.#without) {
      this.#rows = [];
      this.#foundAll = false;
    }
    this.#isPutOff = without !== '' && without === this.#vain.without && performance.now() < this.#vain.until;
    if (this.#isPutOff) return undefined;
    for (let isFresh = false; ; isFresh = true) {
      for (let row = this.#rows.shift(); row; row = this.#rows.shift()) if (!taken.has(row.id)) return row;
      if (isFresh || this.#foundAll) return undefined;
      const begun = performance.now();
      const changes = this.#changes;
      // All that is taken may be at the head of the queue.
      const most = taken.size() + AHEAD;
      this.#rows = await this.#queue.due(now, most, exceptDomains);
      this.#without = without;
      this.#foundAll = without === '' && this.#rows.length < most && changes === this.#changes;
      const ended = performance.now();
      if (this.#rows.length === 0) this.#vain = { without, until: ended + REST * (ended - begun) };
    }
  }

  /** Mail was queued for these, who come after all others; nothing else has changed. */
  add(rows: readonly DueRow[]): void {
    // There is no end of them in a long queue: they are read when their turn comes.
    if (this.#foundAll && this.#rows.length < AHEAD) this.#rows.push(...rows);
    else this.renew();
  }

  /** In how many milliseconds a look that was put off is to be made; told once, undefined when none was. */
  putOffFor(): number | undefined {
    if (!this.#isPutOff) return undefined;
    this.#isPutOff = false;
    return Math.max(0, this.#vain.until - performance.now());
  }

  /** Somebody more may be due: a time has come, or the queue was steered. */
  renew(): void {
    this.#changes++;
    this.#foundAll = false;
  }

  /** The queue is to be read anew: somebody may be due who was handed out or passed over. */
  forget(): void {
    this.renew();
    this.#rows = [];
    this.#vain.until = 0;
  }
}
