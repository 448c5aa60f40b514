/**
 * One durable commit for everything that finished within one turn of the event loop.
 *
 * A commit costs one fsync, whether it holds one message or fifty. So changes are not written when they
 * arrive: they wait for the end of the turn, are laid together, and go to disk in one transaction. Each
 * caller's promise resolves after that COMMIT and not before, which is what makes `250` a promise.
 *
 * Where several come at a time, it pays to wait a little longer than the turn: half of what the last commit
 * took costs each of them little and lets the others come along. Whoever is alone never waits.
 *
 * If the common transaction fails, nothing of it is on disk; each change is then written by itself, so that
 * one that can't be stored takes no other with it.
 */
import type { Db, Tx } from './schema.ts';

/** Writes one batch within the given transaction. */
export type BatchWriter<Change, Result> = (tx: Tx, batch: readonly Change[]) => Promise<readonly Result[]>;

interface Waiting<Change, Result> {
  readonly change: Change;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_PATIENCE_MS = 5;

/** Collects changes and commits them in batches, in the order they came. */
export class GroupCommit<Change, Result> {
  readonly #db: Db;
  readonly #write: BatchWriter<Change, Result>;
  #waiting: Waiting<Change, Result>[] = [];
  #running: Promise<void> | undefined;
  /** How long the next batch may wait for others to join. */
  #patienceMs = 0;

  constructor(db: Db, write: BatchWriter<Change, Result>) {
    this.#db = db;
    this.#write = write;
  }

  /** Resolves when `change` is durable; rejects when it could not be stored, and then nothing of it is. */
  submit(change: Change): Promise<Result> {
    const result = new Promise<Result>((resolve, reject) => this.#waiting.push({ change, resolve, reject }));
    this.#running ??= this.#run();
    return result;
  }

  /** Resolves when everything submitted so far is settled. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const until = performance.now() + this.#patienceMs;
      do await new Promise((endOfTurn) => setImmediate(endOfTurn));
      while (performance.now() < until);
      const batch = this.#waiting;
      this.#waiting = [];
      const start = performance.now();
      await this.#commit(batch);
      const took = performance.now() - start;
      this.#patienceMs = batch.length > 1 ? Math.min(took / 2, MOST_PATIENCE_MS) : 0;
    }
    this.#running = undefined;
  }

  async #commit(batch: readonly Waiting<Change, Result>[]): Promise<void> {
    try {
      const results = await this.#transact(batch);
      for (const [index, entry] of batch.entries()) entry.resolve(results[index] as Result);
    } catch (error) {
      const [only, ...others] = batch;
      if (only && others.length === 0) only.reject(error);
      else for (const entry of batch) await this.#commit([entry]);
    }
  }

  #transact(batch: readonly Waiting<Change, Result>[]): Promise<readonly Result[]> {
    const changes = batch.map((entry) => entry.change);
    return this.#db.transaction().execute((tx) => this.#write(tx, changes));
  }
}
