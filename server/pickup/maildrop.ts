/**
 * A mailbox as one session sees it (RFC 1939 section 5): the messages that were there at the sign-in, numbered
 * from 1, and which of them are marked. What is marked goes only at the session's proper end.
 */
import type { MailboxEntry, RawMessage } from '../store/mailboxes.ts';

/** What a session needs of the stored mailboxes. */
export interface MailStore {
  list(accountId: number): Promise<MailboxEntry[]>;
  raw(accountId: number, messageId: string): Promise<RawMessage | undefined>;
  /** Removes messages durably. */
  remove(accountId: number, messageIds: readonly string[]): Promise<number>;
}

/** A message that is not marked. */
export interface Drop {
  /** Its number in this session. */
  readonly number: number;
  /** What it is called in every session (RFC 1939, UIDL). */
  readonly uid: string;
  /** Bytes as they are sent, without the dots that stuffing adds. */
  readonly size: number;
}

export class Maildrop {
  readonly #store: MailStore;
  readonly #accountId: number;
  readonly #drops: readonly Drop[];
  readonly #marked = new Set<number>();

  static async open(store: MailStore, accountId: number): Promise<Maildrop> {
    return new Maildrop(store, accountId, await store.list(accountId));
  }

  private constructor(store: MailStore, accountId: number, entries: readonly MailboxEntry[]) {
    this.#store = store;
    this.#accountId = accountId;
    this.#drops = entries.map(({ id, size }, index) => ({ number: index + 1, uid: id, size }));
  }

  /** The messages that are not marked. */
  get drops(): Drop[] {
    return this.#drops.filter(({ number }) => !this.#marked.has(number));
  }

  get size(): number {
    return this.drops.reduce((sum, { size }) => sum + size, 0);
  }

  get marked(): number {
    return this.#marked.size;
  }

  /** The message of this number, unless it is marked. */
  find(number: number): Drop | undefined {
    return this.#marked.has(number) ? undefined : this.#drops[number - 1];
  }

  mark({ number }: Drop): void {
    this.#marked.add(number);
  }

  unmarkAll(): void {
    this.#marked.clear();
  }

  /** The message's bytes; undefined when it was removed elsewhere meanwhile. */
  raw({ uid }: Drop): Promise<RawMessage | undefined> {
    return this.#store.raw(this.#accountId, uid);
  }

  /** Removes what is marked. Resolves to how many messages there were when that is durable. */
  async removeMarked(): Promise<number> {
    if (this.#marked.size === 0) return 0;
    const uids = this.#drops.filter(({ number }) => this.#marked.has(number)).map(({ uid }) => uid);
    return this.#store.remove(this.#accountId, uids);
  }
}

/** Which mailboxes a session has: one at a time (RFC 1939 section 4). */
export class MailboxLocks {
  readonly #held = new Set<number>();

  /** Takes a mailbox and returns what gives it back; undefined when another session has it. */
  take(accountId: number): (() => void) | undefined {
    if (this.#held.has(accountId)) return undefined;
    this.#held.add(accountId);
    return () => void this.#held.delete(accountId);
  }
}
