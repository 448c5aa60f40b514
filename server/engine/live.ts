/**
 * The live view: one look at the engine serves all who watch, and nobody looks while nobody watches.
 *
 * Four times a second a look takes what memory holds; what people do is looked at without that wait. It asks
 * the database only after something has happened (or, since retries become due by themselves, every two
 * seconds), and a question that took long is not repeated soon. What it sees goes out at once if it is a change
 * of state; bytes and counters, which move all the time, at most once a second; durations never, since the
 * watcher can tell the time by itself.
 */
import type { LiveView, StatusView } from '../contract/views.ts';
import { Watcher } from './watcher.ts';

/** The part of the view that the database knows. */
export interface Stored {
  readonly queue: StatusView['queue'];
  readonly accounts: number;
}

export interface LiveSource {
  /** What is true now: what memory holds, put together with what was stored. */
  view(stored: Stored, now: number): LiveView;
  /** Asks the database. */
  ask(): Promise<Stored>;
  /** A look failed; whoever watches hears of it as well. */
  failed(error: Error): void;
}

const LOOK_MS = 250;
const COUNTERS_MS = 1_000;
const ASK_MS = 2_000;
/** The database may be busy with our questions for this part of the time. */
const ASKING_SHARE = 1 / 20;

const UNKNOWN: Stored = { queue: { due: 0, deferred: 0, held: 0, stuck: 0 }, accounts: 0 };

/** What was sent last, as text to compare with. */
interface Sent {
  /** On the clock that nobody can set back, as all times within this file. */
  readonly at: number;
  readonly state: string;
  readonly counters: string;
}

export class Live {
  readonly #source: LiveSource;
  readonly #watchers = new Set<Watcher<LiveView>>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #sent: Sent | undefined;
  #stored = UNKNOWN;
  #askedAt = Number.NEGATIVE_INFINITY;
  #askingTookMs = 0;
  /** Something has happened since the database was asked. */
  #stale = true;
  #stopped = false;

  constructor(source: LiveSource) {
    this.#source = source;
  }

  /** How many watch. */
  get watchers(): number {
    return this.#watchers.size;
  }

  /** The view at once and after changes, until `signal` is aborted, the caller returns or the engine stops. */
  watch(signal?: AbortSignal): AsyncIteratorObject<LiveView, undefined, void> {
    const leave = () => watcher.end();
    const watcher = new Watcher<LiveView>(() => {
      signal?.removeEventListener('abort', leave);
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#rest();
    });
    if (signal?.aborted || this.#stopped) {
      watcher.end();
      return watcher;
    }
    signal?.addEventListener('abort', leave);
    this.#watchers.add(watcher);
    if (this.#sent) watcher.push(this.#source.view(this.#stored, Date.now()));
    else this.#lookIn(0);
    return watcher;
  }

  /** Something has happened that the database may know of: look again without waiting for the next time. */
  changed(): void {
    this.#stale = true;
    if (this.#watchers.size > 0) this.#lookIn(LOOK_MS - this.#sinceSent());
  }

  /** Ends it for all who watch. */
  stop(): void {
    this.#stopped = true;
    for (const watcher of this.#watchers) watcher.end();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#sent = undefined;
    this.#askedAt = Number.NEGATIVE_INFINITY;
  }

  #sinceSent(): number {
    return this.#sent ? performance.now() - this.#sent.at : Number.POSITIVE_INFINITY;
  }

  #lookIn(ms: number): void {
    if (this.#looking) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), Math.max(ms, 0));
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    try {
      await this.#ask();
      this.#publish();
    } catch (error) {
      this.#source.failed(error as Error);
      for (const watcher of this.#watchers) watcher.fail(error);
    } finally {
      this.#looking = false;
      if (this.#watchers.size > 0) this.#lookIn(LOOK_MS);
    }
  }

  async #ask(): Promise<void> {
    if (stateOf(this.#source.view(this.#stored, Date.now())) !== this.#sent?.state) this.#stale = true;
    const pause = Math.max(this.#askingTookMs / ASKING_SHARE, this.#stale ? 0 : ASK_MS);
    const now = performance.now();
    if (now < this.#askedAt + pause) return;
    this.#stale = false;
    this.#askedAt = now;
    this.#stored = await this.#source.ask();
    this.#askingTookMs = performance.now() - now;
  }

  #publish(): void {
    if (this.#watchers.size === 0) return;
    const view = this.#source.view(this.#stored, Date.now());
    const [state, counters, sent] = [stateOf(view), countersOf(view), this.#sent];
    const moved = counters !== sent?.counters && this.#sinceSent() >= COUNTERS_MS;
    if (state === sent?.state && !moved) return;
    this.#sent = { at: performance.now(), state, counters };
    for (const watcher of this.#watchers) watcher.push(view);
  }
}

/** All that is no counter and no duration. */
function stateOf({
  status: { uptimeSeconds: _, ...status },
  incoming,
  perMinute: __,
  ...view
}: LiveView): string {
  const sessions = incoming.map((session) => ({ ...session, bytes: 0 }));
  return JSON.stringify({ ...view, status, sessions });
}

function countersOf({ incoming, perMinute }: LiveView): string {
  return JSON.stringify([incoming.map(({ bytes }) => bytes), perMinute]);
}
