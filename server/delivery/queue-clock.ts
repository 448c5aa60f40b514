/**
 * What the system's clock does to the queue.
 *
 * Times are stored by it, and it may be put back: then whoever waits would wait so much longer. So it is compared with
 * the one that only counts up, and the times are put back with it; at the start, when nothing is known of before,
 * whoever waits longer than any schedule lets him is due.
 */
import type { Settings } from '../contract/settings.ts';
import type { Queue } from '../store/queue.ts';
import { longestWaitMs } from './retry.ts';

/** The two clocks drift apart a little by themselves. */
const JUMP_MS = 10_000;

export class QueueClock {
  readonly #queue: Pick<Queue, 'bringForward' | 'shift'>;
  readonly #settings: () => Settings;
  /** By how much the system's clock is ahead of the other, in ms; undefined before the first look. */
  #ahead: number | undefined;

  constructor(queue: Pick<Queue, 'bringForward' | 'shift'>, settings: () => Settings) {
    this.#queue = queue;
    this.#settings = settings;
  }

  /** Looks at both clocks. Resolves to whether others may be due now, and at other times, than was known. */
  async heed(): Promise<boolean> {
    const now = Date.now();
    const ahead = now - performance.now();
    const putBack = Math.round((this.#ahead ?? ahead) - ahead);
    if (this.#ahead === undefined) await this.#queue.bringForward(now, now + longestWaitMs(this.#settings()));
    else if (putBack >= JUMP_MS) await this.#queue.shift(now, putBack);
    else if (putBack > -JUMP_MS) return false;
    this.#ahead = ahead;
    return true;
  }
}
