/**
 * What is being asked of a peer: one exchange at a time, however its end is reported, with the step it is in and the time
 * that step may take.
 */

import { noReply } from '../mail/reply.ts';
import { fault } from './aftermath.ts';
import type { Step } from './classify.ts';
import { abortText, type ForeignError, silence } from './faults.ts';
import type { OthersWait } from './peer.ts';

/** As nodemailer calls back. */
export type Done<T> = (error?: ForeignError | null, value?: T) => void;

/** How many times in `giveWay` is looked whether others wait. */
const LOOKS = 4;

export interface ExchangeOptions {
  /** The peer, as people know it. */
  readonly name: string;
  readonly othersWait: OthersWait;
  /** From then on a step ends when others wait, in ms after its begin. */
  readonly giveWay: number;
}

export class Exchange {
  /** Of what is asked, or was asked last. */
  step: Step = 'greeting';
  readonly #options: ExchangeOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #reject: ((error: ForeignError) => void) | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
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
      this.endWait();
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends what is being asked, if anything is. */
  fail(error: ForeignError): void {
    this.#reject?.(error);
  }

  /** Begins a step, which must end within `milliseconds`, and sooner when others wait. */
  enter(step: Step, milliseconds: number): void {
    this.step = step;
    this.awaitReply();
    const { name } = this.#options;
    this.#timer = setTimeout(() => this.fail(fault(step, silence(name, step))), milliseconds);
  }

  /**
   * A reply is awaited, for as long as nobody else waits. RFC 5321 section 4.5.3.2 asks for minutes of patience; a few
   * peers that say nothing would hold up all other mail with it.
   */
  awaitReply(): void {
    this.endWait();
    let looks = 0;
    const looking = setInterval(() => {
      if (++looks >= LOOKS) void this.#giveWay(looking);
    }, this.#options.giveWay / LOOKS);
    this.#looking = looking;
  }

  /** What was awaited is here. */
  endWait(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  async #giveWay(looking: NodeJS.Timeout): Promise<void> {
    const wait = await this.#options.othersWait();
    // It may have answered meanwhile.
    if (wait && this.#looking === looking) this.fail(timeOut());
  }
}

/** As nodemailer says it. */
function timeOut(): ForeignError {
  return Object.assign(new Error('No reply'), { code: 'ETIMEDOUT' });
}
