/**
 * Tells senders that their messages are late, once for each recipient, by the rules of `delay-rules.ts`.
 *
 * It looks every few minutes, whether an attempt happens to end or not, since the next one may be hours away. A
 * look reads an index that holds only those of whom nobody was told yet, so it costs next to nothing however long
 * the queue. Where the attempts at a message come first, it is looked at again when they have ended.
 */
import type { Settings } from '../contract/settings.ts';
import type { LateMessage, LateRow } from '../store/late-recipients.ts';
import type { LogEntry } from '../store/mail-log.ts';
import type { Store } from '../store/store.ts';
import { Alarm } from './alarm.ts';
import { type DelayFacts, delayNotice, isNoticeDue, lateRange } from './delay-rules.ts';
import type { Reporter } from './reporter.ts';
import type { Scheduler } from './scheduler.ts';

export interface DelayNoticesOptions {
  readonly store: Store;
  readonly scheduler: Pick<Scheduler, 'withhold'>;
  readonly reporter: Reporter;
  /** The newest settings. */
  readonly settings: () => Settings;
  /** Whether attempts may start. */
  readonly mayStart: () => boolean;
  readonly log: (entry: LogEntry) => void;
}

/** A message received after a look is not late before the next one, since an hour is the shortest delay. */
const LOOK_EVERY_MS = 5 * 60_000;
const LOOK_WHILE_PAUSED_MS = 60_000;
/** Whoever looks so much later than planned was not running in the meantime: the machine slept. */
const OVERSLEPT_MS = 2 * 60_000;
/** Messages whose notices share a commit; each may have a report of 256 KiB. */
const AT_A_TIME = 50;

export class DelayNotices {
  readonly #options: DelayNoticesOptions;
  readonly #alarm: Alarm;
  /** Messages an attempt at which has just ended. */
  readonly #attempted = new Map<string, LateMessage>();
  /** Since when attempts can be made without a break; undefined while they can't. */
  #since: number | undefined;
  #nextLook = 0;
  #stopped = false;

  constructor(options: DelayNoticesOptions) {
    this.#options = options;
    this.#alarm = new Alarm({
      look: () => this.#look(),
      failed: (error) => {
        const text = `Notices of delay can't be written yet: ${error.message}`;
        options.log({ kind: 'delivery', level: 'error', text });
      },
    });
  }

  start(): void {
    this.#stopped = false;
    this.#alarm.start();
  }

  /** Resolves when no notice is being written any more. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.#alarm.stop();
  }

  /** Looks anew, because the settings have changed. */
  settingsChanged(): void {
    this.#nextLook = 0;
    this.#alarm.ring();
  }

  /** The machine is awake again. */
  wakeUp(): void {
    this.#since = undefined;
    this.settingsChanged();
  }

  /** An attempt at a message has ended. */
  attempted({ id, receivedAt }: LateMessage): void {
    const range = lateRange({ now: Date.now(), since: 0, settings: this.#options.settings() });
    if (!range || receivedAt > range.until) return;
    this.#attempted.set(id, { id, receivedAt });
    this.#alarm.ring();
  }

  async #look(): Promise<number> {
    const now = Date.now();
    if (!this.#options.mayStart()) {
      this.#since = undefined;
      this.#attempted.clear();
      return now + LOOK_WHILE_PAUSED_MS;
    }
    if (this.#nextLook > 0 && now > this.#nextLook + OVERSLEPT_MS) this.#since = undefined;
    this.#since ??= now;
    const attempted = [...this.#attempted.values()];
    this.#attempted.clear();
    await this.#tell(attempted);
    if (now < this.#nextLook) return this.#nextLook;
    await this.#tellAll();
    this.#nextLook = await this.#planNext();
    return this.#nextLook;
  }

  /** Everybody of whom there is something to tell. */
  async #tellAll(): Promise<void> {
    const { lateRecipients } = this.#options.store;
    const { now, ...facts } = this.#facts();
    const range = lateRange({ now, ...facts });
    if (!range) return;
    let after: LateMessage = { id: '', receivedAt: range.after };
    for (;;) {
      const { until, impatientUntil } = range;
      const wanted = { receivedUntil: until, now, dueUntil: impatientUntil, after, limit: AT_A_TIME };
      const late = await lateRecipients.messages(wanted);
      await this.#tell(late);
      const last = late.at(-1);
      if (!last || late.length < AT_A_TIME || this.#stopped || !this.#options.mayStart()) return;
      after = last;
    }
  }

  async #planNext(): Promise<number> {
    const facts = this.#facts();
    const range = lateRange(facts);
    const next = range && (await this.#options.store.lateRecipients.nextReceivedAt(range.until));
    const inTime = range && next !== undefined ? facts.now + (next - range.until) : Number.POSITIVE_INFINITY;
    return Math.min(inTime, facts.now + LOOK_EVERY_MS);
  }

  /** Those of the messages whose time has come, all in one turn so that they share a commit. */
  async #tell(messages: readonly LateMessage[]): Promise<void> {
    await Promise.all(messages.map((message) => this.#tellOf(message)));
  }

  async #tellOf({ id, receivedAt }: LateMessage): Promise<void> {
    const { store, scheduler } = this.#options;
    const rows = await store.lateRecipients.ofMessage(id);
    if (!isNoticeDue(receivedAt, rows, this.#facts())) return;
    const ids = rows.map((row) => row.id);
    // No attempt may take up what the notice changes, and who is in one is told of later, if at all.
    await scheduler.withhold(ids, async (free) => {
      const now = new Set(free);
      await this.#write(
        id,
        (await store.lateRecipients.ofMessage(id)).filter((row) => now.has(row.id)),
      );
    });
  }

  async #write(id: string, rows: readonly LateRow[]): Promise<void> {
    const { store, reporter } = this.#options;
    const message = await store.queue.message(id);
    if (!message || rows.length === 0) return;
    const { now, settings } = this.#facts();
    const filing = await reporter.file(message, [delayNotice(message.receivedAt, rows, { now, settings })]);
    const noticed = rows.map((row) => ({ id: row.id, kind: 'noticed', at: now }) as const);
    await store.ledger.settle(id, noticed, filing);
    reporter.done(id, filing);
  }

  #facts(): DelayFacts {
    const now = Date.now();
    return { now, since: this.#since ?? now, settings: this.#options.settings() };
  }
}
