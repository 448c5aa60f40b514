/** The steps of a diagnosis as they happen, told after every change. */
import type { DiagnosisView, StepView } from '../contract/diagnose.ts';

/** What a step found. */
export interface Found<T = void> {
  readonly detail: string;
  readonly advice?: string;
  /** Default: `passed`. */
  readonly state?: 'passed' | 'warning' | 'failed' | 'skipped';
  readonly value: T;
}

/** A step that leaves nothing to go on with. */
export class StepFailed extends Error {
  override name = 'StepFailed';
  readonly advice: string;
  /** @param message what happened @param advice what to do */
  constructor(message: string, advice = '') {
    super(message);
    this.advice = advice;
  }
}

export class Steps {
  readonly #publish: (view: DiagnosisView) => void;
  readonly #signal: AbortSignal;
  readonly #steps: StepView[] = [];
  readonly #transcript: string[] = [];

  constructor(publish: (view: DiagnosisView) => void, signal: AbortSignal) {
    this.#publish = publish;
    this.#signal = signal;
  }

  /** Runs a step. Rejects with `StepFailed` when nothing can follow it. */
  async run<T>(id: string, title: string, work: () => Promise<Found<T>>): Promise<T> {
    this.#signal.throwIfAborted();
    const index = this.#steps.length;
    const began = performance.now();
    const put = (part: Partial<StepView>) => {
      this.#steps[index] = { id, title, state: 'running', ms: 0, detail: '', advice: '', ...part };
      this.#tell();
    };
    const elapsed = () => Math.round(performance.now() - began);
    put({});
    try {
      const { detail, advice = '', state = 'passed', value } = await orAborted(work(), this.#signal);
      put({ state, ms: elapsed(), detail, advice });
      return value;
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof StepFailed)) throw error;
      put({ state: 'failed', ms: elapsed(), detail: error.message, advice: error.advice });
      throw error;
    }
  }

  /** Puts down a step for which there is nothing to do. */
  skip(id: string, title: string, detail: string): void {
    this.#steps.push({ id, title, state: 'skipped', ms: 0, detail, advice: '' });
    this.#tell();
  }

  /** A line of the dialogue. */
  readonly note = (line: string): void => {
    this.#transcript.push(line);
  };

  get states(): StepView['state'][] {
    return this.#steps.map(({ state }) => state);
  }

  /** Tells what it comes to. */
  end(summary: string, offer: DiagnosisView['offer'] = null): void {
    this.#publish({ ...this.#view(), summary, offer, isOver: true });
  }

  #tell(): void {
    this.#publish(this.#view());
  }

  #view(): DiagnosisView {
    return {
      steps: [...this.#steps],
      summary: '',
      isOver: false,
      offer: null,
      transcript: [...this.#transcript],
    };
  }
}

/** The work, or the reason why it was given up: a look-up can't be called back, but need not be waited for. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave = () => {};
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
