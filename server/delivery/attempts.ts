/**
 * The attempts that run now, and what the sleep of the machine does to them.
 *
 * Nobody tells a sleeping machine that its connections are gone, so after waking an attempt may hang on one until
 * a time-out of minutes. Therefore an attempt that the sleep has caught gets a short while to show that its peer is
 * still there; one that gets nowhere is cut, and so gives its slot back. That was no attempt at anything: its
 * recipients stay as they were. The exception is a message that is out as a whole, with only the reply missing. The
 * peer may have taken it, so it is waited for, and what comes to nothing then waits its turn: late rather than twice.
 */
import type { AttemptView } from '../contract/views.ts';

/** How long after waking an attempt may get nowhere, in ms. */
const PATIENCE_MS = 10_000;

/** One attempt under way. */
export class RunningAttempt {
  readonly view: AttemptView;
  /** Cuts the attempt. */
  readonly signal: AbortSignal;
  readonly #cut = new AbortController();
  #isCaught = false;
  #mayBeTaken = false;
  /** What is sent of the message goes on. */
  #moves = false;

  /** @param stopping cuts it too */
  constructor(view: AttemptView, stopping: AbortSignal) {
    this.view = view;
    this.signal = AbortSignal.any([this.#cut.signal, stopping]);
  }

  /** Whether the machine went to sleep while it ran. */
  get isCaught(): boolean {
    return this.#isCaught;
  }

  /** Whether it was an attempt at all, should nothing come of it. */
  get counts(): boolean {
    return !this.#isCaught || this.#mayBeTaken;
  }

  /** A part of the message was asked for, to be sent. */
  moved(): void {
    this.#moves = true;
  }

  /** Whether the peer has got the whole message and has not said what becomes of it. */
  setMayBeTaken(may: boolean): void {
    this.#mayBeTaken = may;
  }

  /** The machine goes to sleep. */
  sleep(): void {
    this.#isCaught = true;
  }

  /** Begins the time in which it has to move if the sleep has caught it. */
  expectMove(): void {
    this.#moves = false;
  }

  cutIfStuck(): void {
    if (!this.#isCaught || this.#moves || this.#mayBeTaken) return;
    this.#cut.abort(new Error('The attempt was given up: the machine slept, and the connection is dead.'));
  }
}

/** All attempts under way, oldest first. */
export class Attempts {
  readonly #running = new Set<RunningAttempt>();
  readonly #patienceMs: number;
  #looking: NodeJS.Timeout | undefined;
  #isAsleep = false;

  constructor(patienceMs = PATIENCE_MS) {
    this.#patienceMs = patienceMs;
  }

  get views(): AttemptView[] {
    return [...this.#running].map(({ view }) => view);
  }

  begin(view: AttemptView, stopping: AbortSignal): RunningAttempt {
    const attempt = new RunningAttempt(view, stopping);
    // It was chosen just before.
    if (this.#isAsleep) attempt.sleep();
    this.#running.add(attempt);
    return attempt;
  }

  end(attempt: RunningAttempt): void {
    this.#running.delete(attempt);
  }

  sleep(): void {
    this.#isAsleep = true;
    this.stop();
    for (const attempt of this.#running) attempt.sleep();
  }

  wakeUp(): void {
    this.#isAsleep = false;
    this.stop();
    for (const attempt of this.#running) attempt.expectMove();
    this.#looking = setInterval(() => {
      for (const attempt of this.#running) attempt.cutIfStuck();
      for (const attempt of this.#running) attempt.expectMove();
      if (![...this.#running].some(({ isCaught }) => isCaught)) this.stop();
    }, this.#patienceMs).unref();
  }

  /** Looks after them no longer. */
  stop(): void {
    clearInterval(this.#looking);
  }
}
