/** What is promised of one message in one mailbox: exactly one copy, until its owner has deleted it. */
export class Copy {
  readonly account: string;
  #deletion: 'none' | 'asked' | 'acknowledged' = 'none';

  constructor(account: string) {
    this.account = account;
  }

  /** Its owner asks for its deletion; until that is acknowledged it may be there or not. */
  deleting(): void {
    if (this.#deletion === 'none') this.#deletion = 'asked';
  }

  deleted(): void {
    this.#deletion = 'acknowledged';
  }

  /** Whether a reader may still meet it. */
  get isDeletable(): boolean {
    return this.#deletion === 'none';
  }

  /** Whether it is known to have been there. */
  wasThere(found: number): boolean {
    return found > 0 || this.#deletion !== 'none';
  }

  /** @param found copies in the mailbox; @param isPromised the message was acknowledged */
  problems(found: number, isPromised: boolean): string[] {
    const where = `in the mailbox of ${this.account}`;
    if (found > 1) return [`is ${found} times ${where}`];
    if (found === 1 && this.#deletion === 'acknowledged') return [`is back ${where} after its deletion`];
    if (found === 0 && isPromised && this.#deletion === 'none') return [`is missing ${where}`];
    // What a deletion without an answer has come to is known now, and stays so.
    if (this.#deletion === 'asked') this.#deletion = found === 0 ? 'acknowledged' : 'none';
    return [];
  }
}
