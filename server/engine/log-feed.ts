/**
 * New entries of the mail log for those who watch them: one reading serves all.
 *
 * Four times a second at most, and only while somebody watches and something was written, the newest entries are
 * read once and kept for a moment. Each watcher has a cursor, the id up to which they have seen everything, and
 * asks for the next batch when they are done with the last: from what is kept, or from the database when they are
 * further behind. So nobody misses an entry or gets it twice, however slow they are, and nothing piles up for them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type LogFilter, type LogNews, MOST_LOG_ROWS } from '../contract/log.ts';
import { logMatcher } from '../contract/log-match.ts';
import type { LogView } from '../contract/views.ts';
import type { MailLog } from '../store/mail-log.ts';

/** Milliseconds between two readings, and between two batches for one watcher. */
const PAUSE_MS = 250;
/** Entries kept of those that were read last. */
const KEPT = 5_000;

export class LogFeed {
  readonly #log: Pick<MailLog, 'page' | 'onWritten'>;
  readonly #watchers = new Set<object>();
  readonly #stopped = new AbortController();
  /** Who waits for entries to come. */
  #waiting: (() => void)[] = [];
  #stopListening = () => {};
  /** Resolves when it is known where "from now on" begins. */
  #ready: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #isReading = false;
  /** Something was written since the last reading began. */
  #isStale = false;
  /** The newest entries, oldest first: all those after `#before` and up to `#last`. */
  #kept: LogView[] = [];
  #before = 0;
  #last = 0;

  constructor(log: Pick<MailLog, 'page' | 'onWritten'>) {
    this.#log = log;
  }

  /** How many watch. */
  get watchers(): number {
    return this.#watchers.size;
  }

  /**
   * Entries after `since` that match, or those from now on, until `leave` is aborted, the caller returns or the
   * engine stops.
   */
  async *watch(
    filter: LogFilter,
    since: number | undefined,
    leave?: AbortSignal,
  ): AsyncGenerator<LogNews, undefined> {
    const signal = AbortSignal.any([this.#stopped.signal, ...(leave ? [leave] : [])]);
    const end = this.#enter();
    signal.addEventListener('abort', end);
    const matches = logMatcher(filter);
    try {
      await this.#ready;
      // An id that was not given yet is of a log that was put aside: all of this one is news.
      let cursor = since === undefined ? this.#last : since > this.#last ? 0 : since;
      while (!signal.aborted) {
        if (cursor >= this.#last) {
          await new Promise<void>((resolve) => this.#waiting.push(resolve));
          continue;
        }
        const { rows, seen } = await this.#after(cursor, filter, matches, signal);
        cursor = seen;
        if (rows.length === 0) continue;
        yield { rows, behind: Math.max(0, this.#last - cursor) };
        await sleep(PAUSE_MS, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', end);
      end();
    }
    return undefined;
  }

  /** Ends it for all who watch. */
  stop(): void {
    this.#stopped.abort();
  }

  /** Counts one who watches; returns what ends it. */
  #enter(): () => void {
    const watcher = {};
    this.#watchers.add(watcher);
    if (this.#watchers.size === 1) this.#begin();
    return () => {
      if (this.#watchers.delete(watcher) && this.#watchers.size === 0) this.#rest();
      this.#wake();
    };
  }

  /** The next batch after a cursor, and the id up to which it has everything. */
  async #after(
    cursor: number,
    filter: LogFilter,
    matches: (entry: LogView) => boolean,
    signal: AbortSignal,
  ): Promise<{ rows: LogView[]; seen: number }> {
    if (cursor >= this.#before) {
      const fresh = this.#kept.filter(({ id }) => id > cursor).slice(0, MOST_LOG_ROWS);
      return { rows: fresh.filter(matches), seen: fresh.at(-1)?.id ?? this.#last };
    }
    const { rows, more, last } = await this.#log.page({
      filter,
      after: cursor,
      limit: MOST_LOG_ROWS,
      signal,
    });
    return { rows: rows.reverse(), seen: more ? (rows.at(-1)?.id ?? last) : last };
  }

  /** The first one watches. */
  #begin(): void {
    this.#stopListening = this.#log.onWritten(() => this.#readSoon());
    this.#ready = this.#log.page({ filter: {}, limit: 1 }).then(({ last }) => {
      [this.#kept, this.#before, this.#last] = [[], last, last];
    });
    // Whoever watches hears of it by their own waiting.
    this.#ready.catch(() => {});
  }

  #rest(): void {
    this.#stopListening();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#kept = [];
  }

  #readSoon(): void {
    this.#isStale = true;
    if (this.#isReading || this.#timer) return;
    const pause = Math.max(0, this.#readAt + PAUSE_MS - performance.now());
    this.#timer = setTimeout(() => void this.#read(), pause).unref();
  }

  async #read(): Promise<void> {
    this.#timer = undefined;
    this.#isReading = true;
    this.#isStale = false;
    this.#readAt = performance.now();
    try {
      await this.#ready;
      while (await this.#readOn());
    } catch {
      // The log can't be read just now; the next entry that is written leads here again.
    }
    this.#isReading = false;
    if (this.#isStale && this.#watchers.size > 0) this.#readSoon();
  }

  /** Reads what is new. True when there is more of it. */
  async #readOn(): Promise<boolean> {
    const [ready, after] = [this.#ready, this.#last];
    const { rows, more, last } = await this.#log.page({ filter: {}, after, limit: MOST_LOG_ROWS });
    // Nobody watches any more, or somebody began anew meanwhile.
    if (this.#watchers.size === 0 || ready !== this.#ready) return false;
    this.#last = more ? (rows[0]?.id ?? last) : Math.max(last, after);
    this.#kept.push(...rows.reverse());
    const dropped = this.#kept.splice(0, Math.max(0, this.#kept.length - KEPT)).at(-1);
    if (dropped) this.#before = dropped.id;
    this.#wake();
    return more;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
