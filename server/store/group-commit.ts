/**
 * One durable commit for everything that finished within one turn of the event loop.
 *
 * A commit costs one fsync, whether it holds one message or fifty. So changes are not written when they
 * arrive: they wait for the end of the turn, for those that are about to come, and while the disk takes the ones
 * before, are laid together, and go to disk in one transaction. Each caller's promise resolves when the disk has it
 * and not before, which is what makes `250` a promise.
 *
 * If the common transaction fails, nothing of it is on disk; each change is then written by itself, so that
 * one that can't be stored takes no other with it.
 */
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { Unconfirmed } from './disk-press.ts';
import type { Expected } from './expected.ts';

/** Writes a batch in one transaction; resolves when that is durable, to a result for each change. */
export type BatchWriter<Change, Result> = (batch: readonly Change[]) => Promise<readonly Result[]>;

interface Waiting<Change, Result> {
  readonly change: Change;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** How long a commit waits for those that are about to come, which is about what it takes itself. */
const MOST_WAIT_MS = 3;

/** Collects changes and commits them in batches, in the order they came. */
export class GroupCommit<Change, Result> {
  readonly #write: BatchWriter<Change, Result>;
  readonly #expected: Expected | undefined;
  #waiting: Waiting<Change, Result>[] = [];
  #running: Promise<void> | undefined;
  /** Called when somebody came, while a commit waits for them. */
  #came: (() => void) | undefined;

  /** @param expected who is about to come; without it, or while nobody is, a commit waits for the end of the turn only */
  constructor(write: BatchWriter<Change, Result>, expected?: Expected) {
    this.#write = write;
    this.#expected = expected;
  }

  /**
   * Resolves when `change` is durable. Rejects with `Unconfirmed` when it is stored and may not be durable; else
   * nothing of it is stored.
   */
  submit(change: Change): Promise<Result> {
    const result = new Promise<Result>((resolve, reject) => this.#waiting.push({ change, resolve, reject }));
    this.#came?.();
    this.#running ??= this.#run();
    return result;
  }

  /** Resolves when everything submitted so far is settled. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather();
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#commit(batch);
    }
    this.#running = undefined;
  }

  async #gather(): Promise<void> {
    const until = performance.now() + MOST_WAIT_MS;
    for (;;) {
      await endOfTurn();
      const left = until - performance.now();
      if (left <= 0 || !this.#expected?.any) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#came = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#came = undefined;
    }
  }

  async #commit(batch: readonly Waiting<Change, Result>[]): Promise<void> {
    try {
      const results = await this.#write(batch.map(({ change }) => change));
      for (const [index, entry] of batch.entries()) entry.resolve(results[index] as Result);
    } catch (error) {
      // Written again, it would be there twice.
      if (batch.length === 1 || error instanceof Unconfirmed) for (const entry of batch) entry.reject(error);
      else for (const entry of batch) await this.#commit([entry]);
    }
  }
}
