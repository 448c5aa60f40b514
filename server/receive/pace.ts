/**
 * How slow a client may be. An idle limit alone is no limit: it starts again with every byte, and the few
 * connections there are could be held by clients that send one now and then. So a whole command, and a
 * message at a speed that any line reaches, must come within a time of their own. Commands that ask for nothing,
 * such as NOOP, and those that are refused buy no more of it (connection.ts), or a client could hold its place for
 * good by one of them every few minutes.
 */
import { type FloorRule, type Mark, nextMark } from './floor.ts';

/** Limits of time, in milliseconds unless the name says otherwise. */
export interface Timing extends FloorRule {
  /** RFC 5321 section 4.5.3.2.7 asks for five minutes, for a command or between two parts of a message. */
  readonly idle: number;
  readonly handshake: number;
  /** How long a refused client may take to read why. */
  readonly refusedLinger: number;
  /** How often the pace is looked at. */
  readonly look: number;
  /** What a message must reach on the whole, after its first minutes; `floorBytesPerSecond` holds all along. */
  readonly messageBytesPerSecond: number;
}

export const TIMING: Timing = {
  idle: 300_000,
  handshake: 30_000,
  refusedLinger: 5_000,
  look: 5_000,
  messageBytesPerSecond: 1024,
  floorSpan: 300_000,
  floorBytesPerSecond: 100,
};

/** What is awaited of the client; null while the client waits for us. */
export type Awaited = 'handshake' | 'command' | { readonly messageBytes: number } | null;

/** True when the client has taken longer than it may. */
export function isTooSlow(awaited: Awaited, sinceMs: number, timing: Timing): boolean {
  if (awaited === null) return false;
  if (awaited === 'handshake') return sinceMs > timing.handshake;
  if (awaited === 'command') return sinceMs > timing.idle;
  return sinceMs > timing.idle + (awaited.messageBytes / timing.messageBytesPerSecond) * 1000;
}

/** Watches one connection until `stop`. */
export class Pace {
  readonly #timing: Timing;
  readonly #timer: NodeJS.Timeout;
  #since = Date.now();
  #mark: Mark | undefined;

  constructor(timing: Timing, connection: { awaited(): Awaited; tooSlow(): void }) {
    this.#timing = timing;
    this.#timer = setInterval(() => {
      const awaited = connection.awaited();
      if (awaited === null) this.step();
      else if (this.#isTooSlow(awaited)) connection.tooSlow();
    }, timing.look).unref();
  }

  /** The client was answered; what it sends next has a time of its own. */
  step(): void {
    this.#since = Date.now();
    this.#mark = undefined;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #isTooSlow(awaited: NonNullable<Awaited>): boolean {
    const at = Date.now();
    if (isTooSlow(awaited, at - this.#since, this.#timing)) return true;
    if (typeof awaited === 'string') return false;
    this.#mark ??= { at: this.#since, bytes: 0 };
    this.#mark = nextMark(this.#mark, { at, bytes: awaited.messageBytes }, this.#timing);
    return this.#mark === undefined;
  }
}
