/** A look at something again and again: at the time that the look before has named, and whenever it is asked for. */
export interface AlarmOptions {
  /** Returns when to look next, in ms since 1970. Looks never overlap. */
  readonly look: () => Promise<number>;
  /** A look failed; there will be another. */
  readonly failed: (error: Error) => void;
}

/** Timers can't be set beyond 24.8 days, and don't know of a clock that is put right. */
const LONGEST_MS = 3_600_000;
const AFTER_FAULT_MS = 60_000;

export class Alarm {
  readonly #options: AlarmOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #stopped = true;

  constructor(options: AlarmOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    this.ring();
  }

  /** Looks in the next turn, or once more after the look that is under way. */
  ring(): void {
    if (this.#looking) this.#again = true;
    else this.#set(0);
  }

  /** Resolves when no look is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #set(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(
      () => {
        this.#looking = this.#look();
      },
      Math.min(Math.max(ms, 0), LONGEST_MS),
    ).unref();
  }

  async #look(): Promise<void> {
    this.#again = false;
    let wait: number;
    try {
      wait = (await this.#options.look()) - Date.now();
    } catch (error) {
      this.#options.failed(error as Error);
      wait = AFTER_FAULT_MS;
    }
    this.#looking = undefined;
    this.#set(this.#again ? 0 : wait);
  }
}
