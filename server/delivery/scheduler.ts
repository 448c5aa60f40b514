/**
 * Decides what is sent when.
 *
 * The queue in the database knows who waits and until when; this file knows what is being sent right now, in memory
 * only. A crash forgets that, so what was being sent is simply due again: at least once, never lost, no row to repair.
 *
 * `#pump` runs whenever something may have changed (mail was queued, an attempt ended, a time has come, the
 * settings changed). While a slot is free it takes the recipient who has been due longest and whose
 * destination is below its own limit, gathers the others who can share the transaction, and starts the
 * attempt. When nothing more can start it sleeps until the next recipient becomes due. So a slow or huge
 * message holds one slot and never more, and a busy destination never holds up the others. The slot is free when
 * nothing is sent any more; the outcome goes to the disk while the next attempt runs.
 */
import type { Settings } from '../contract/settings.ts';
import type { Queue } from '../store/queue.ts';
import type { DueRow, QueuedRow } from '../store/queue-rows.ts';
import { DueAhead } from './due-ahead.ts';
import type { Job } from './job.ts';
import { destinationKey, fullDestinations, planHops } from './plan.ts';
import { QueueClock } from './queue-clock.ts';

/** One attempt as the scheduler starts it; who is asked to run it opens the message and settles the outcome. */
export type Attempt = Omit<Job, 'message' | 'recipients'> & {
  readonly messageId: string;
  readonly recipients: readonly QueuedRow[];
};

export interface SchedulerOptions {
  readonly queue: Queue;
  readonly settings: () => Settings;
  /** Whether attempts may start now; what runs is not touched. */
  readonly mayStart: () => boolean;
  /**
   * Runs an attempt to its settled end. Resolves to whether all its recipients have left the queue. Must not reject.
   * @param sent to be called when nothing is sent any more and only the outcome has to be stored
   */
  readonly run: (attempt: Attempt, sent: () => void) => Promise<boolean>;
  /** A fault that is ours, such as a database that can't be read. */
  readonly failed: (error: Error) => void;
}

/** Recipients in one transaction (RFC 5321 section 4.5.3.1.8). */
const MAX_RECIPIENTS = 100;
/** Timers can't be set beyond 24.8 days; looking at the queue once an hour costs nothing. */
const LONGEST_SLEEP_MS = 3_600_000;
const AFTER_FAULT_MS = 5_000;

export class Scheduler {
  readonly #options: SchedulerOptions;
  /** Attempts that send, and where to. */
  readonly #running = new Map<symbol, string>();
  /** Attempts that have not ended: those that send, and those whose outcome is being stored. */
  readonly #unsettled = new Set<Promise<void>>();
  readonly #inFlight = new Set<string>();
  /** Withheld from new attempts for a moment, by id. */
  readonly #withheld = new Set<string>();
  /** Both together. */
  readonly #taken = {
    has: (id: string) => this.#inFlight.has(id) || this.#withheld.has(id),
    size: () => this.#inFlight.size + this.#withheld.size,
  };
  readonly #dueAhead: DueAhead;
  readonly #clock: QueueClock;
  #timer: NodeJS.Timeout | undefined;
  #pumping: Promise<void> | undefined;
  #again = false;
  /** The next recipient may become due at another time than the timer is set to. */
  #asksTime = true;
  #stopped = true;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#dueAhead = new DueAhead(options.queue);
    this.#clock = new QueueClock(options.queue, options.settings);
  }

  /** Attempts that run now: none only when every outcome is stored, and no more than may send. */
  get running(): number {
    const { maxConnections } = this.#options.settings().outgoing;
    return Math.max(this.#running.size, Math.min(this.#unsettled.size, maxConnections));
  }

  /** Whether somebody is due, at a destination without an attempt, who waits only for one of those to end. */
  async othersWait(): Promise<boolean> {
    const { queue, settings, mayStart } = this.#options;
    // What goes to the SmartHost first has no other destination.
    if (!mayStart() || !this.#isFull(settings()) || planHops(settings())[0] === 'smarthost') return false;
    try {
      const due = await queue.due(Date.now(), this.#taken.size() + 1, [...new Set(this.#running.values())]);
      return due.some(({ id }) => !this.#taken.has(id));
    } catch (error) {
      this.#options.failed(error as Error);
      return false;
    }
  }

  /** Whether this queued recipient is being sent right now. */
  isSending(id: string): boolean {
    return this.#inFlight.has(id);
  }

  /** Ids of the queued recipients who are being sent right now. */
  get sending(): ReadonlySet<string> {
    return this.#inFlight;
  }

  /**
   * Keeps attempts from taking recipients while something is done about them. Those whom nobody has are handed
   * to `work`; the others are being sent, or withheld already.
   */
  async withhold<T>(ids: readonly string[], work: (free: string[]) => Promise<T>): Promise<T> {
    const free = [...new Set(ids)].filter((id) => !this.#taken.has(id));
    for (const id of free) this.#withheld.add(id);
    try {
      return await work(free);
    } finally {
      for (const id of free) this.#withheld.delete(id);
      this.#dueAhead.forget();
      this.wake();
    }
  }

  start(): void {
    this.#stopped = false;
    this.wake();
  }

  /** Looks at the queue again, now. */
  wake(): void {
    this.#renew();
    this.#startMore();
  }

  /** Mail was queued for these. */
  queued(recipients: readonly DueRow[]): void {
    this.#dueAhead.add(recipients);
    this.#startMore();
  }

  /** Starts nothing more. Resolves when no attempt runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#pumping;
    await Promise.all(this.#unsettled);
  }

  /** Nothing that is known of the queue is to be relied on. */
  #renew(): void {
    this.#dueAhead.renew();
    this.#asksTime = true;
  }

  #startMore(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
      // Somebody may have called between the last look and here.
      if (this.#again) this.#startMore();
    });
  }

  async #pump(): Promise<void> {
    try {
      if (await this.#clock.heed()) this.#renew();
      while (this.#again && !this.#stopped) {
        this.#again = false;
        while (!this.#stopped && (await this.#startNext()));
      }
      await this.#sleepUntilDue();
    } catch (error) {
      this.#options.failed(error as Error);
      this.#renew();
      this.#wakeIn(AFTER_FAULT_MS);
    }
  }

  async #startNext(): Promise<boolean> {
    const { mayStart } = this.#options;
    const settings = this.#options.settings();
    if (!mayStart() || this.#isFull(settings)) return false;
    const attempt = await this.#nextAttempt(settings);
    // Asked again: whoever has forbidden it in the meantime was told that none starts any more.
    if (!attempt || !mayStart()) return false;
    const ids = attempt.recipients.map((recipient) => recipient.id);
    // Somebody has just begun to do something about one of them: look again, without that one.
    if (ids.some((id) => this.#withheld.has(id))) return true;
    for (const id of ids) this.#inFlight.add(id);
    const slot = Symbol();
    this.#running.set(slot, destinationKey(attempt.hops, attempt.domain));
    const sent = () => {
      if (this.#running.delete(slot)) this.#startMore();
    };
    const run = this.#options.run(attempt, sent).then((haveLeft) => {
      for (const id of ids) this.#inFlight.delete(id);
      this.#running.delete(slot);
      this.#unsettled.delete(run);
      if (!haveLeft) this.#renew();
      this.#startMore();
    });
    this.#unsettled.add(run);
    return true;
  }

  #isFull({ outgoing: { maxConnections } }: Settings): boolean {
    // What can't be stored, as on a full disk, would be sent again after a crash: it must not become ever more.
    return this.#running.size >= maxConnections || this.#unsettled.size >= 2 * maxConnections;
  }

  async #nextAttempt(settings: Settings): Promise<Attempt | undefined> {
    const { queue } = this.#options;
    const hops = planHops(settings);
    const full = fullDestinations([...this.#running.values()], settings);
    const together = hops[0] === 'smarthost';
    if (together && full.includes(destinationKey(hops, ''))) return undefined;
    const now = Date.now();
    for (;;) {
      const first = await this.#dueAhead.next(now, this.#taken, together ? [] : full);
      if (!first) return undefined;
      const domain = together ? '' : first.domain;
      const rows = await queue.dueOfMessage(first.messageId, now, together ? undefined : domain);
      const recipients = rows.filter((row) => !this.#taken.has(row.id)).slice(0, MAX_RECIPIENTS);
      // Somebody may have held or removed it between the two looks, or the clock was put back a little.
      if (recipients.length === 0) this.#asksTime = true;
      else return { messageId: first.messageId, recipients, domain, hops, settings };
    }
  }

  async #sleepUntilDue(): Promise<void> {
    // The end of an attempt wakes it as well.
    if (this.#stopped || !this.#options.mayStart() || this.#isFull(this.#options.settings())) return;
    const putOff = this.#dueAhead.putOffFor();
    if (putOff !== undefined) {
      this.#asksTime = true;
      return this.#wakeIn(putOff);
    }
    if (!this.#asksTime) return;
    this.#asksTime = false;
    clearTimeout(this.#timer);
    const at = await this.#options.queue.nextAttemptAt(Date.now());
    this.#wakeIn(at === undefined ? LONGEST_SLEEP_MS : at - Date.now());
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(ms, 1), LONGEST_SLEEP_MS));
    this.#timer.unref();
  }
}
