/**
 * Who is about to hand in something that is to be durable. A commit costs hardly more for many than for one, so it is
 * worth waiting a moment for them.
 */

/** Nobody waits for those that were not heard from for so long. */
const SOON_MS = 20;

export class Expected {
  /** When each was heard from, those first whom it is longest ago. */
  readonly #heard = new Map<object, number>();

  /** Something of `who` is on its way. */
  add(who: object): void {
    this.#heard.delete(who);
    this.#heard.set(who, performance.now());
  }

  /** It is here, or does not come. */
  remove(who: object): void {
    this.#heard.delete(who);
  }

  /** Whether anybody is about to come. */
  get any(): boolean {
    const tooLongAgo = performance.now() - SOON_MS;
    for (const [who, at] of this.#heard) {
      if (at > tooLongAgo) return true;
      this.#heard.delete(who);
    }
    return false;
  }
}
