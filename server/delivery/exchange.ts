/**
 * What is being asked of a peer: one exchange at a time, however its end is reported, with the step it is in and the time
 * that step may take.
 */

import { noReply } from '../mail/reply.ts';
import { fault } from './aftermath.ts';
import type { Step } from './classify.ts';
import { abortText, type ForeignError, silence } from './faults.ts';

/** As nodemailer calls back. */
export type Done<T> = (error?: ForeignError | null, value?: T) => void;

export class Exchange {
  /** Of what is asked, or was asked last. */
  step: Step = 'greeting';
  readonly #name: string;
  #timer: NodeJS.Timeout | undefined;
  #reject: ((error: ForeignError) => void) | undefined;

  /** @param name of the peer, as people know it */
  constructor(name: string) {
    this.#name = name;
  }

  get isOpen(): boolean {
    return this.#reject !== undefined;
  }

  /** Asks; rejects with what nodemailer reports, with what `fail` is told, or when `signal` is aborted. */
  async run<T>(signal: AbortSignal, start: (done: Done<T>) => void): Promise<T | undefined> {
    const abort = () => this.fail(fault(this.step, noReply(abortText(signal))));
    signal.addEventListener('abort', abort);
    try {
      return await new Promise<T | undefined>((resolve, reject) => {
        this.#reject = reject;
        if (signal.aborted) abort();
        else start((error, value) => (error ? reject(error) : resolve(value)));
      });
    } finally {
      this.#reject = undefined;
      clearTimeout(this.#timer);
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends what is being asked, if anything is. */
  fail(error: ForeignError): void {
    this.#reject?.(error);
  }

  /** Begins a step, which must end within `milliseconds`. */
  enter(step: Step, milliseconds: number): void {
    this.step = step;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.fail(fault(step, silence(this.#name, step))), milliseconds);
  }
}
