/**
 * What is promised of one message for one recipient elsewhere.
 *
 * It is in the queue until its server has taken it, and taken once in the life of a process: that process has heard
 * the reply. Only where the process was killed before it had noted the reply is the recipient still in the queue at
 * the next start; then it may be, and has to be, sent once more. Held, it stays; removed, it is never sent.
 */
export type QueueState = 'due' | 'sending' | 'deferred' | 'held';

export class Errand {
  readonly address: string;
  /** Whether it has gone out at all. */
  isTaken = false;
  /** How often it was sent again because a reply was lost with its process. */
  repeated = 0;
  #takenInThisLife = false;
  /** It was taken and is not in the queue any more: whatever comes now is one too many. */
  #isSettled = false;
  #order: 'none' | 'holding' | 'held' | 'releasing' | 'removing' | 'removed' = 'none';
  /** On hold, or removed, since before this life began: there is no attempt that could have been under way then. */
  #isFast = false;

  constructor(address: string) {
    this.address = address;
  }

  /** Somebody gives an order; until it is acknowledged, both states are right. */
  steering(verb: 'hold' | 'release' | 'remove'): void {
    this.#order = ({ hold: 'holding', release: 'releasing', remove: 'removing' } as const)[verb];
    if (verb === 'release') this.#isFast = false;
  }

  /** The order was acknowledged: done, or that there was nothing to do it to. */
  steered(verb: 'hold' | 'release' | 'remove', isDone: boolean): void {
    if (verb === 'release' || !isDone) this.#order = 'none';
    else this.#order = verb === 'hold' ? 'held' : 'removed';
  }

  /** Whether it may still be in the queue, for somebody who looks for something to steer. */
  get isOpen(): boolean {
    return !this.isTaken && this.#order !== 'removed';
  }

  get isHeld(): boolean {
    return this.#order === 'held' || this.#order === 'holding';
  }

  /** Its server has taken it. */
  taken(): string[] {
    const problems: string[] = [];
    if (this.#takenInThisLife) problems.push(`was sent twice to ${this.address} by one process`);
    if (this.#isSettled) problems.push(`was sent again to ${this.address} after it was done`);
    if (this.#isFast) {
      const why = this.#order === 'removed' ? 'after its removal' : 'while on hold';
      problems.push(`was sent to ${this.address} ${why}`);
    }
    if (this.isTaken) this.repeated++;
    this.isTaken = true;
    this.#takenInThisLife = true;
    return problems;
  }

  /** Whether it is known to have been accepted. */
  wasThere(found: readonly QueueState[]): boolean {
    return found.length > 0 || this.isTaken || this.#order === 'removed' || this.#order === 'removing';
  }

  /** At a start, before anything is sent: whether its server's reply was lost with the process before. */
  isReplyLost(found: readonly QueueState[]): boolean {
    return this.#takenInThisLife && found.length > 0;
  }

  /** At a start, before anything is sent. @param found its states in the queue, one each time it is there */
  problems(found: readonly QueueState[], isPromised: boolean): string[] {
    const [state, ...more] = found;
    const whom = `for ${this.address}`;
    const problems: string[] = [];
    if (more.length > 0) problems.push(`is ${found.length} times in the queue ${whom}`);
    if (state && this.#isSettled) problems.push(`is back in the queue ${whom}`);
    if (state && this.#order === 'removed') problems.push(`is in the queue ${whom} after its removal`);
    if (state && this.#order === 'held' && state !== 'held') problems.push(`is no longer on hold ${whom}`);
    const mayBeGone = this.isTaken || this.#order === 'removing' || this.#order === 'removed';
    if (!state && isPromised && !mayBeGone) problems.push(`is lost ${whom}`);
    this.#begin(state);
    return problems;
  }

  /** After the queue had time to run: nothing waits any more but what is on hold. */
  openProblems(found: readonly QueueState[], isPromised: boolean): string[] {
    if (!isPromised || this.#order === 'removed' || this.#order === 'removing') return [];
    if (this.isHeld) return [];
    if (found.length > 0) return [`still waits for ${this.address} (${found[0]})`];
    return this.isTaken ? [] : [`was never sent to ${this.address}`];
  }

  /** A new life begins with what is true now; orders without an answer have come to something. */
  #begin(state: QueueState | undefined): void {
    this.#takenInThisLife = false;
    if (!state && this.isTaken) this.#isSettled = true;
    if (this.#order === 'removing' && !state) this.#order = 'removed';
    const isOpen = this.#order === 'removing' || this.#order === 'holding' || this.#order === 'releasing';
    if (isOpen) this.#order = state === 'held' ? 'held' : 'none';
    this.#isFast = this.#order === 'held' || this.#order === 'removed';
  }
}
