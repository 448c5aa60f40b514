/**
 * Addresses that may not connect for a while: those that tried passwords, and those that a person has blocked.
 *
 * Three wrong sign-ins within 30 minutes block an address for 60. This machine and trusted networks are never
 * blocked, since the people there would be locked out by one device with an old password; their wrong sign-ins are
 * only answered more and more slowly. All of it is forgotten when Waypost ends.
 */
import { hostKey } from '../network/addresses.ts';

/** Why an address is blocked. */
export type BlockReason = 'sign-in' | 'by hand';

export interface Block {
  /** The address that was seen; for IPv6 all of its network of 64 bits is blocked. */
  readonly address: string;
  readonly reason: BlockReason;
  /** In ms since 1970. */
  readonly since: number;
  readonly until: number;
}

/** The outcome of a wrong sign-in. */
export interface Failed {
  /** Milliseconds to wait before it is answered. */
  readonly delayMs: number;
  /** It was one too many. */
  readonly blocked: boolean;
}

const MINUTE = 60_000;
/** So many wrong sign-ins … */
const MOST_WRONG = 3;
/** … within so long block for so long. */
const WITHIN_MS = 30 * MINUTE;
const BLOCK_MS = 60 * MINUTE;
/** Hosts that are remembered; the one that failed longest ago is forgotten first. */
const MOST_HOSTS = 10_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8_000;

export class Blocks {
  readonly #isTrusted: (address: string) => boolean;
  readonly #now: () => number;
  readonly #changed: () => void;
  readonly #blocks = new Map<string, Block>();
  /** The times of the wrong sign-ins of each host, oldest first; the host that failed last is last. */
  readonly #wrong = new Map<string, number[]>();

  /** @param changed called when an address was blocked or unblocked */
  constructor(isTrusted: (address: string) => boolean, changed: () => void, now: () => number = Date.now) {
    this.#isTrusted = isTrusted;
    this.#changed = changed;
    this.#now = now;
  }

  /** The block that holds for an address now. */
  find(address: string): Block | undefined {
    const key = hostKey(address);
    const block = this.#blocks.get(key);
    if (!block || block.until > this.#now()) return block;
    this.#blocks.delete(key);
    return undefined;
  }

  /** The blocks that hold now, the newest first. */
  get all(): Block[] {
    const now = this.#now();
    return [...this.#blocks.values()]
      .filter(({ until }) => until > now)
      .sort((one, two) => two.since - one.since);
  }

  /** Somebody gave a wrong password. */
  wrongSignIn(address: string): Failed {
    const now = this.#now();
    const key = hostKey(address);
    const times = [...(this.#wrong.get(key) ?? []).filter((at) => now - at < WITHIN_MS), now];
    this.#wrong.delete(key);
    // Of a host that goes on for ever, only so many matter.
    this.#wrong.set(key, times.slice(-10));
    this.#forgetOldest();
    if (this.#isTrusted(address)) {
      return {
        delayMs: Math.min(FIRST_DELAY_MS * 2 ** (times.length - 1), LONGEST_DELAY_MS),
        blocked: false,
      };
    }
    if (times.length < MOST_WRONG) return { delayMs: FIRST_DELAY_MS, blocked: false };
    this.#wrong.delete(key);
    this.#put(address, 'sign-in');
    return { delayMs: FIRST_DELAY_MS, blocked: true };
  }

  /** Somebody signed in: the address is used by people who know their password. */
  rightSignIn(address: string): void {
    this.#wrong.delete(hostKey(address));
  }

  /** Blocks an address for an hour by a person's decision, trusted or not. */
  block(address: string): void {
    this.#put(address, 'by hand');
  }

  /** Lets an address in again. Returns whether it was blocked. */
  unblock(address: string): boolean {
    const key = hostKey(address);
    this.#wrong.delete(key);
    const wasBlocked = this.find(address) !== undefined;
    this.#blocks.delete(key);
    if (wasBlocked) this.#changed();
    return wasBlocked;
  }

  #put(address: string, reason: BlockReason): void {
    const now = this.#now();
    for (const [key, { until }] of this.#blocks) if (until <= now) this.#blocks.delete(key);
    this.#blocks.set(hostKey(address), { address, reason, since: now, until: now + BLOCK_MS });
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > MOST_HOSTS && oldest !== undefined) this.#blocks.delete(oldest);
    this.#changed();
  }

  #forgetOldest(): void {
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size > MOST_HOSTS && oldest !== undefined) this.#wrong.delete(oldest);
  }
}
