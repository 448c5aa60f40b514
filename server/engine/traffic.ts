/**
 * What keeps mail from moving although it could: a person's pause, for each direction by itself, and the sleep
 * of the machine. They don't know of each other: mail is sent when there is neither.
 */
import type { Direction, PausedView } from '../contract/views.ts';

export interface TrafficOptions {
  /** Looks at the queue again. */
  readonly wake: () => void;
  /** The machine goes to sleep with what is being sent just now. */
  readonly sleep: () => void;
  /** The machine is awake again. */
  readonly wakeUp: () => void;
  /** Takes a sentence for the log. */
  readonly say: (text: string) => void;
  /** Tells whoever watches. */
  readonly changed: () => void;
}

const NAMES: Readonly<Record<Direction, string>> = { incoming: 'Receiving', outgoing: 'Sending' };

export class Traffic {
  readonly #options: TrafficOptions;
  #paused: PausedView = { incoming: false, outgoing: false };
  #isAsleep = false;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  get paused(): PausedView {
    return this.#paused;
  }

  get maySend(): boolean {
    return !this.#paused.outgoing && !this.#isAsleep;
  }

  /**
   * Lasts until it is resumed or Waypost starts again. What is under way finishes; doing it again changes nothing.
   * Returns what is paused now.
   */
  pause(direction: Direction): PausedView {
    return this.#set(direction, true);
  }

  resume(direction: Direction): PausedView {
    return this.#set(direction, false);
  }

  /** Until `wakeUp` nothing more is sent, and what is cut off by it counts as no attempt. */
  sleep(): void {
    if (this.#isAsleep) return;
    this.#isAsleep = true;
    this.#options.sleep();
    this.#options.say('The machine goes to sleep: nothing is sent until it wakes up.');
  }

  wakeUp(): void {
    if (!this.#isAsleep) return;
    this.#isAsleep = false;
    this.#options.wakeUp();
    this.#options.say('The machine is awake again.');
  }

  #set(direction: Direction, isPaused: boolean): PausedView {
    if (this.#paused[direction] === isPaused) return this.#paused;
    this.#paused = { ...this.#paused, [direction]: isPaused };
    this.#options.say(`${NAMES[direction]} was ${isPaused ? 'paused' : 'resumed'} by hand.`);
    this.#options.changed();
    if (direction === 'outgoing' && this.maySend) this.#options.wake();
    return this.#paused;
  }
}
