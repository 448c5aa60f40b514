/**
 * The sending side as the engine sees it: the scheduler, the connections, and what is done when an attempt
 * has ended.
 */
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../contract/settings.ts';
import type { AttemptView } from '../contract/views.ts';
import type { NewMessage } from '../mail/message.ts';
import type { LogEntry } from '../store/mail-log.ts';
import { dueAtOnce } from '../store/queue-rows.ts';
import type { Store } from '../store/store.ts';
import { attemptJob, attemptView } from './attempt-job.ts';
import { Attempts, type RunningAttempt } from './attempts.ts';
import { DelayNotices } from './delay-notices.ts';
import { deliver } from './deliver.ts';
import { Digests } from './digests.ts';
import { createMxResolver, type MxResolver } from './mx.ts';
import { Outcomes } from './outcomes.ts';
import type { Timeouts } from './peer.ts';
import { type ConnectionPool, createConnectionPool } from './pool.ts';
import { Reporter } from './reporter.ts';
import { type Attempt, Scheduler } from './scheduler.ts';
import { settle } from './settle.ts';

export interface SenderOptions {
  readonly store: Store;
  /** The newest settings. */
  readonly settings: () => Settings;
  /** Ports this server listens on, so that it doesn't send to itself. */
  readonly ownPorts: () => readonly number[];
  readonly log: (entry: LogEntry) => void;
  /** Whether attempts may start. After a change from no to yes, `wake` is to be called. Default: always. */
  readonly mayStart?: () => boolean;
  /** Tells that another server took a message, for one of its recipients at least. */
  readonly sent?: () => void;
  /** How long after the machine woke up an attempt may get nowhere, in ms. Default: 10 s. */
  readonly patienceMs?: number;
  /** How long other servers may take, where it differs from `TIMEOUTS`. */
  readonly timeouts?: Partial<Timeouts>;
}

const AFTER_FAULT_MS = 5_000;

export class Sender {
  readonly #options: SenderOptions;
  readonly #scheduler: Scheduler;
  readonly #pool: ConnectionPool;
  readonly #stopping = new AbortController();
  readonly #attempts: Attempts;
  readonly #notices: DelayNotices;
  readonly #digests: Digests;
  readonly #outcomes: Outcomes;
  /** Tells senders what became of their messages. */
  readonly reporter: Reporter;
  #resolver: MxResolver;
  /** Counts the changes of the route. */
  #route = 0;

  constructor(options: SenderOptions) {
    const { store, settings, mayStart = () => true } = options;
    this.#options = options;
    this.#pool = createConnectionPool({
      limit: settings().outgoing.maxConnections,
      timeouts: options.timeouts,
      othersWait: () => this.#scheduler.othersWait(),
    });
    this.#attempts = new Attempts(options.patienceMs);
    this.#resolver = createMxResolver({ servers: settings().delivery.dnsServers });
    this.#scheduler = new Scheduler({
      queue: store.queue,
      settings,
      mayStart,
      run: (attempt, sent) => this.#run(attempt, sent),
      failed: (error) => this.#log('error', '', `The queue can't be read: ${error.message}`),
    });
    const parts = { store, settings, log: options.log };
    this.reporter = new Reporter({
      ...parts,
      queued: () => this.#scheduler.wake(),
      postponed: () => this.#digests.look(),
    });
    this.#digests = new Digests({ ...parts, reporter: this.reporter });
    this.#notices = new DelayNotices({
      ...parts,
      reporter: this.reporter,
      scheduler: this.#scheduler,
      mayStart,
    });
    this.#outcomes = new Outcomes({
      ...parts,
      reporter: this.reporter,
      stopping: this.#stopping.signal,
      attempted: (message) => this.#notices.attempted(message),
    });
  }

  /** Attempts that run now. */
  get running(): number {
    return this.#scheduler.running;
  }

  /** The attempts that run now, oldest first. */
  get attempts(): AttemptView[] {
    return this.#attempts.views;
  }

  isSending(id: string): boolean {
    return this.#scheduler.isSending(id);
  }

  /** Ids of the queued recipients who are being sent right now. */
  get sending(): ReadonlySet<string> {
    return this.#scheduler.sending;
  }

  /** Keeps attempts from taking recipients while `work` is done about those whom no attempt has. */
  withhold<T>(ids: readonly string[], work: (free: string[]) => Promise<T>): Promise<T> {
    return this.#scheduler.withhold(ids, work);
  }

  start(): void {
    this.#scheduler.start();
    this.#digests.start();
    this.#notices.start();
  }

  /** A message was accepted that is to be sent. */
  queued(message: NewMessage): void {
    this.#scheduler.queued(dueAtOnce(message));
  }

  /** Looks at the queue again: somebody steered it. */
  wake(): void {
    this.#scheduler.wake();
  }

  /** The machine goes to sleep: keeps no connections; what ends without a verdict from now on was no attempt. */
  sleep(): void {
    this.#pool.setKeeping(false);
    this.#attempts.sleep();
  }

  /** The machine is awake again: cuts what hangs since then and looks at the queue. */
  wakeUp(): void {
    this.#pool.setKeeping(true);
    this.#attempts.wakeUp();
    this.#scheduler.wake();
    this.#notices.wakeUp();
    this.#digests.look();
  }

  /** Follows new settings; whatever waits because of the old route becomes due. */
  async settingsChanged(routeChanged: boolean): Promise<void> {
    const { outgoing, delivery } = this.#options.settings();
    this.#pool.setLimit(outgoing.maxConnections);
    if (routeChanged) {
      this.#route++;
      this.#resolver = createMxResolver({ servers: delivery.dnsServers });
      await this.#options.store.queue.retry('all', Date.now());
    }
    this.#scheduler.wake();
    this.#notices.settingsChanged();
  }

  /** Starts nothing more; attempts under way get `graceMs` to finish, then are cut and stay due. */
  async stop(graceMs: number): Promise<void> {
    const cut = setTimeout(() => this.#stopping.abort(), graceMs);
    await Promise.all([this.#scheduler.stop(), this.#notices.stop(), this.#digests.stop()]);
    clearTimeout(cut);
    this.#attempts.stop();
    this.#stopping.abort();
    await this.#pool.stop();
  }

  /** Runs one attempt to its settled end, and tells whether its recipients have left the queue; never rejects. */
  async #run(attempt: Attempt, sent: () => void): Promise<boolean> {
    const { store, settings } = this.#options;
    const route = this.#route;
    let running: RunningAttempt | undefined;
    try {
      const message = await store.queue.message(attempt.messageId);
      if (!message) return false;
      const own = this.#attempts.begin(attemptView(attempt, message), this.#stopping.signal);
      running = own;
      const result = await deliver(
        attemptJob(attempt, message, store.bodies, () => own.moved()),
        {
          resolver: this.#resolver,
          pool: this.#pool,
          isOwn: (address, port) => this.#isOwn(address, port),
          signal: own.signal,
          mayBeTaken: (may) => own.setMayBeTaken(may),
          log: (entry) => this.#options.log({ kind: 'delivery', ...entry }),
          transcript: (transcript) => store.log.writeTranscript(transcript),
        },
      );
      this.#attempts.end(own);
      sent();
      const settled = settle({
        message,
        recipients: attempt.recipients,
        result: this.#stopping.signal.aborted || !own.counts ? withoutDeferred(result) : result,
        settings: settings(),
        now: Date.now(),
        routeChanged: route !== this.#route,
      });
      await this.#outcomes.store(message, settled);
      if ([...result.values()].some(({ kind }) => kind === 'delivered')) this.#options.sent?.();
      const finished = settled.settlements.filter(({ kind }) => kind === 'finished');
      return finished.length === attempt.recipients.length;
    } catch (error) {
      this.#log('error', attempt.messageId, `The attempt broke off: ${(error as Error).message}`);
      // Without a pause the same rows would be due again in the same moment.
      await sleep(AFTER_FAULT_MS, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => {});
      return false;
    } finally {
      if (running) this.#attempts.end(running);
    }
  }

  #isOwn(address: string, port: number): boolean {
    if (!this.#options.ownPorts().includes(port)) return false;
    const own = Object.values(networkInterfaces()).flatMap((list) => list?.map((one) => one.address) ?? []);
    return own.includes(address) || address.startsWith('127.') || address === '::1';
  }

  #log(level: LogEntry['level'], message: string, text: string): void {
    this.#options.log({ kind: 'delivery', level: level ?? 'info', message, text });
  }
}

/** What was cut by the stop, or by the machine's sleep, counts as no attempt: the recipients stay as they were. */
function withoutDeferred(result: Awaited<ReturnType<typeof deliver>>): Awaited<ReturnType<typeof deliver>> {
  return new Map([...result].filter(([, outcome]) => outcome.kind !== 'deferred'));
}
