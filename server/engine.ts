/**
 * The composition root: makes the parts and connects them. What becomes of new settings is in `engine/changes.ts`.
 *
 * Start: store → settings → certificate → listeners and deliveries. Stop is the reverse: no new connections
 * and no new attempts, a moment for what is under way, then the last commits.
 */
import { AccountDesk } from './accounts.ts';
import type { Settings } from './contract/settings.ts';
import type { ListenerView, LiveView, MachineView, StatusView } from './contract/views.ts';
import { Sender } from './delivery/sender.ts';
import { type Applied, Changes } from './engine/changes.ts';
import { DiagnoseDesk } from './engine/diagnose-desk.ts';
import { Entrance } from './engine/entrance.ts';
import { listenerLog } from './engine/listener-log.ts';
import { Live } from './engine/live.ts';
import { LogFeed } from './engine/log-feed.ts';
import { Overview } from './engine/overview.ts';
import { QueueDesk } from './engine/queue-desk.ts';
import { Rates } from './engine/rates.ts';
import type { SessionDesk } from './engine/session-desk.ts';
import { tidyUp } from './engine/tidy-up.ts';
import { Traffic } from './engine/traffic.ts';
import { localAddresses } from './machine.ts';
import type { SecretBox } from './settings/secrets.ts';
import type { SettingsService, Snapshot } from './settings/service.ts';
import type { SettingsStore } from './settings/store.ts';
import type { Store } from './store/store.ts';

export interface EngineOptions {
  readonly dataFolder: string;
  readonly version: string;
  /** A partial settings object, merged before anything starts. */
  readonly settingsPatch?: unknown;
  /** Takes lines for whoever watches the process. */
  readonly log?: (line: string) => void;
  readonly settingsStore?: SettingsStore;
  readonly secrets?: SecretBox;
  /** How long transactions and deliveries under way may take when the server stops, in ms. Default: 10 s. */
  readonly graceMs?: number;
}

const GRACE_MS = 10_000;
const LOG_TRIM_MS = 3_600_000;

export class Engine {
  readonly store: Store;
  readonly logFeed: LogFeed;
  readonly accounts: AccountDesk;
  readonly queue: QueueDesk;
  readonly traffic: Traffic;
  readonly diagnose: DiagnoseDesk;
  readonly #service: SettingsService;
  readonly #name: string;
  readonly #options: EngineOptions;
  readonly #sender: Sender;
  readonly #rates = new Rates();
  readonly #overview: Overview;
  readonly #changes: Changes;
  readonly #live: Live;
  readonly #entrance: Entrance;
  #trimming: NodeJS.Timeout | undefined;
  readonly #logListeners: (listeners: readonly ListenerView[]) => void;

  constructor(store: Store, service: SettingsService, name: string, options: EngineOptions) {
    this.store = store;
    this.logFeed = new LogFeed(store.log);
    this.accounts = new AccountDesk(store, () => this.#live.changed());
    this.#service = service;
    this.#name = name;
    this.#logListeners = listenerLog((entry) => store.log.write(entry));
    this.#options = options;
    this.#sender = new Sender({
      store,
      settings: () => service.current.settings,
      ownPorts: () => this.listeners.map((listener) => listener.port),
      log: (entry) => store.log.write(entry),
      sent: () => this.#rates.sent(Date.now()),
      mayStart: () => this.traffic.maySend,
    });
    this.queue = new QueueDesk({
      store,
      sender: this.#sender,
      settings: () => service.current.settings,
      changed: () => this.#live.changed(),
    });
    this.diagnose = new DiagnoseDesk({
      settings: () => service.current.settings,
      listeners: () => this.listeners,
      onArrival: (callback) => this.#entrance.receiver?.onArrival(callback) ?? (() => {}),
    });
    this.traffic = new Traffic({
      wake: () => this.#sender.wake(),
      sleep: () => this.#sender.sleep(),
      wakeUp: () => this.#sender.wakeUp(),
      say: (text) => this.#say(text),
      changed: () => this.#live.changed(),
    });
    this.#entrance = new Entrance({
      store,
      dataFolder: options.dataFolder,
      settings: () => service.current.settings,
      paused: () => this.traffic.paused.incoming,
      acceptReporting: (message, recipients) => this.#sender.reporter.accept(message, recipients),
      queued: (message) => this.#sender.queued(message),
      accepted: () => this.#rates.received(Date.now()),
      changed: () => this.#live.changed(),
    });
    const overview = new Overview({
      store,
      sender: this.#sender,
      traffic: this.traffic,
      rates: this.#rates,
      entrance: this.#entrance,
      snapshot: () => service.current,
    });
    this.#overview = overview;
    this.#changes = new Changes({
      service,
      entrance: this.#entrance,
      sender: this.#sender,
      overview,
      trimLog: () => void this.#trimLog(),
      say: (text) => this.#say(text),
      changed: () => this.#live.changed(),
    });
    this.#live = new Live({
      ask: () => overview.stored(),
      view: (stored, now) => overview.view(stored, now),
      failed: (error) => this.#say(`The live view broke off: ${error.message}`, 'warning'),
    });
  }

  async start(): Promise<void> {
    await tidyUp(this.#service, this.store, (text, level) => this.#say(text, level));
    // Damage that shows before anything runs ends the start; from now on mail goes on as far as it can.
    this.store.onDamage((sentence) => this.#say(sentence, 'error'));
    const receiver = await this.#entrance.create();
    receiver.onListenersChange(() => {
      this.#logListeners(this.listeners);
      this.#live.changed();
    });
    await receiver.start();
    this.#sender.start();
    this.#trimming = setInterval(() => void this.#trimLog(), LOG_TRIM_MS).unref();
    await this.#trimLog();
    this.#say(`Waypost ${this.#options.version} started.`);
  }

  get settings(): Snapshot {
    return this.#service.current;
  }

  get sessions(): SessionDesk {
    return this.#entrance.sessions;
  }

  get listeners(): ListenerView[] {
    return this.#entrance.receiver?.views ?? [];
  }

  /** Calls back whenever a listener opens, closes or fails. */
  onListeners(callback: () => void): () => void {
    return this.#entrance.receiver?.onListenersChange(callback) ?? (() => {});
  }

  async status(): Promise<StatusView> {
    return this.#overview.status(await this.#overview.counts(), Date.now());
  }

  /** The truth, at once and after changes, until `signal` is aborted, the caller returns or the engine stops. */
  watch(signal?: AbortSignal): AsyncIteratorObject<LiveView, undefined, void> {
    return this.#live.watch(signal);
  }

  machine(): MachineView {
    const { version } = this.#options;
    const { protection } = this.#service;
    const { platform } = process;
    return { version, platform, name: this.#name, addresses: localAddresses(), secrets: protection };
  }

  /** The settings that `patch` would lead to. Throws `SettingsRefused`. */
  merge(patch: unknown): Settings {
    return this.#service.merge(patch);
  }

  /** What applying `patch` would do, in words. Throws `SettingsRefused` for values that are not valid. */
  preview(patch: unknown): Promise<string[]> {
    return this.#changes.preview(patch);
  }

  /** Applies settings; resolves when it is true. Throws `SettingsRefused`, and then nothing has changed. */
  apply(patch: unknown, revision?: number): Promise<Applied> {
    return this.#changes.apply(patch, revision);
  }

  /** Takes back the last apply. Throws `NothingToUndo` or `SettingsRefused`, and then nothing has changed. */
  undo(revision: number): Promise<Applied> {
    return this.#changes.undo(revision);
  }

  /** The machine goes to sleep: nothing is sent until it wakes up. */
  sleep(): void {
    this.traffic.sleep();
  }

  wakeUp(): void {
    this.traffic.wakeUp();
  }

  /** Stops: lets what is under way finish, 10 s at most, commits, closes. */
  async stop(): Promise<void> {
    clearInterval(this.#trimming);
    this.#live.stop();
    this.logFeed.stop();
    this.diagnose.stop();
    const { graceMs = GRACE_MS } = this.#options;
    await Promise.all([this.#entrance.receiver?.stop(graceMs), this.#sender.stop(graceMs)]);
    this.#say('Waypost stopped.');
    await this.store.close();
  }

  async #trimLog(): Promise<void> {
    const { keepDays, maxMB } = this.settings.settings.log;
    await this.store.log
      .trim(keepDays, maxMB)
      .catch((error: Error) => this.#say(`The log can't be trimmed: ${error.message}`));
  }

  #say(text: string, level: 'info' | 'warning' | 'error' = 'info'): void {
    this.store.log.write({ kind: 'server', level, text });
    this.#options.log?.(text);
  }
}
