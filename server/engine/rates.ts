/** Messages per minute over the last hour: what the small chart of the window shows. */
import type { MinuteView } from '../contract/views.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;

interface Slot {
  /** Which minute it counts, in minutes since 1970. */
  minute: number;
  received: number;
  sent: number;
}

/** Counts in a ring of 60 slots; a slot whose minute has passed counts as empty. Times are ms since 1970. */
export class Rates {
  readonly #ring: Slot[] = Array.from({ length: MINUTES }, () => ({ minute: -1, received: 0, sent: 0 }));

  /** A message was accepted. */
  received(now: number): void {
    this.#slot(now).received++;
  }

  /** A message was handed over to another server. */
  sent(now: number): void {
    this.#slot(now).sent++;
  }

  /** The last 60 minutes, oldest first; the last entry is the minute of `now`. */
  lastHour(now: number): MinuteView[] {
    const current = minuteOf(now);
    return Array.from({ length: MINUTES }, (_, index) => {
      const minute = current - (MINUTES - 1) + index;
      const slot = this.#ring[minute % MINUTES];
      const { received, sent } = slot?.minute === minute ? slot : { received: 0, sent: 0 };
      return { at: new Date(minute * MINUTE_MS), received, sent };
    });
  }

  #slot(now: number): Slot {
    const minute = minuteOf(now);
    const found = this.#ring[minute % MINUTES];
    if (found?.minute === minute) return found;
    const fresh = { minute, received: 0, sent: 0 };
    this.#ring[minute % MINUTES] = fresh;
    return fresh;
  }
}

function minuteOf(now: number): number {
  return Math.floor(now / MINUTE_MS);
}
