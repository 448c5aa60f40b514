/**
 * One who watches a value that changes. It is handed the newest value only: whoever is slow misses what was
 * in between, and nothing piles up for them.
 */
export class Watcher<T> implements AsyncIteratorObject<T, undefined, void> {
  readonly #ended: () => void;
  #fresh: { readonly value: T } | undefined;
  #failure: { readonly error: unknown } | undefined;
  #over = false;
  #waiting: (() => void)[] = [];

  /** @param ended called once when the watching is over, whoever ended it */
  constructor(ended: () => void) {
    this.#ended = ended;
  }

  /** Hands over a value; one that was not taken yet is replaced. */
  push(value: T): void {
    if (this.#over) return;
    this.#fresh = { value };
    this.#wake();
  }

  /** Ends it with an error. */
  fail(error: unknown): void {
    if (!this.#over) this.#failure = { error };
    this.end();
  }

  /** Ends it. A `next` that waits is answered at once, which a generator would not do. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#fresh = undefined;
    this.#ended();
    this.#wake();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (!this.#fresh && !this.#over) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const [fresh, failure] = [this.#fresh, this.#failure];
    this.#fresh = undefined;
    this.#failure = undefined;
    if (failure) throw failure.error;
    return fresh ? { done: false, value: fresh.value } : { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.end();
    return { done: true, value: undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
