/**
 * The set of listeners, and how it changes while the server runs.
 *
 * A change is prepared first: every port that is new is opened, and if one can't be, all is as it was. Only
 * then are the ports closed that nobody wants any more. Ports that stay are not touched. The one exception
 * to "open before closing": a new address that overlaps an old one on the same port (all addresses → one of
 * them) can be bound only after the old one is closed; if it then fails, the old one is opened again.
 *
 * At start a port that can't be opened doesn't stop the server: it is shown as failed and tried again, but
 * never while a change is under way, whose ports it could take.
 */
import type { Socket } from 'node:net';
import {
  endpointText,
  type ListenerName,
  type PlannedListener,
  sameEndpoint,
} from '../contract/listeners.ts';
import type { ListenerView } from '../contract/views.ts';
import { Signal } from '../events.ts';
import { BindError, type Endpoint, openEndpoint, type PortOwner } from './endpoint.ts';

export type Security = PlannedListener['security'];

/** A listener could not be opened; `listener` and `error` say which and why. */
export class ListenerRefused extends Error {
  override name = 'ListenerRefused';
  readonly listener: ListenerName;
  readonly error: BindError;
  constructor(listener: ListenerName, error: BindError) {
    super(error.message);
    this.listener = listener;
    this.error = error;
  }
}

interface Entry {
  planned: PlannedListener;
  endpoint: Endpoint | undefined;
  /** Why the port is not open; null while it is. */
  reason: string | null;
}

export interface ListenersOptions {
  /** Takes a new connection; `security` is what its listener has at that moment. */
  readonly accept: (socket: Socket, security: Security, name: ListenerName) => void;
  readonly portOwner: PortOwner;
  /** How often a port that failed is tried again. */
  readonly retryMs: number;
}

/** A connection that a listener took: both its ends, as they are known to whoever connected. */
export interface Arrival {
  readonly from: string;
  readonly fromPort: number;
  readonly toPort: number;
}

/** A change whose new ports are open. One of the two must be called. */
export interface PreparedListeners {
  commit(): void;
  abort(): Promise<void>;
}

export class Listeners {
  readonly #options: ListenersOptions;
  readonly #changed = new Signal();
  readonly #watchers = new Set<(arrival: Arrival) => void>();
  #entries: Entry[] = [];
  #retry: NodeJS.Timeout | undefined;
  #retrying: Promise<void> = Promise.resolve();
  #changing = false;
  #stopped = false;

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  /** Calls back whenever a listener opens, closes or fails. */
  onChange(listener: () => void): () => void {
    return this.#changed.on(listener);
  }

  /** Calls back with every connection that is taken. Returns the end of it. */
  onArrival(watcher: (arrival: Arrival) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  views(): ListenerView[] {
    return this.#entries.map(({ planned, reason }) => ({
      ...planned,
      state: reason === null ? 'listening' : 'failed',
      reason,
    }));
  }

  /** Opens the planned listeners. One that can't be opened is left as failed and tried again. */
  async start(plan: readonly PlannedListener[]): Promise<void> {
    this.#entries = plan.map((planned) => ({ planned, endpoint: undefined, reason: 'Opening.' }));
    this.#retry = setInterval(() => void this.#openFailed(), this.#options.retryMs).unref();
    await this.#openFailed();
  }

  /**
   * Opens what `plan` needs and doesn't have. Throws `ListenerRefused`, and then nothing has changed.
   * `commit` makes the plan the truth; `abort` takes back what was opened. Changes come one at a time.
   */
  async prepare(plan: readonly PlannedListener[]): Promise<PreparedListeners> {
    this.#changing = true;
    await this.#retrying;
    const kept = (planned: PlannedListener) =>
      this.#entries.find((entry) => sameEndpoint(entry.planned, planned));
    const entries = plan.map(
      (planned) => kept(planned) ?? { planned, endpoint: undefined, reason: 'Opening.' },
    );
    const unwanted = this.#entries.filter((entry) => !entries.includes(entry));
    const opened = entries.filter((entry) => !this.#entries.includes(entry));
    const inTheWay = unwanted.filter((old) => opened.some((entry) => overlap(old.planned, entry.planned)));
    const abort = async () => {
      for (const entry of opened) await this.#close(entry);
      for (const entry of inTheWay) await this.#open(entry);
      this.#changing = false;
      // An old port could not be had again.
      if (inTheWay.some((entry) => entry.reason !== null)) this.#changed.emit();
    };
    const commit = () => {
      this.#changing = false;
      // Stopped in the meantime: nothing must be left open.
      if (this.#stopped) for (const entry of opened) void this.#close(entry);
      if (this.#stopped) return;
      for (const [index, entry] of entries.entries()) entry.planned = plan[index] ?? entry.planned;
      this.#entries = entries;
      for (const entry of unwanted) void this.#close(entry);
      this.#changed.emit();
      void this.#openFailed();
    };
    for (const entry of inTheWay) await this.#close(entry);
    for (const entry of opened) {
      const error = await this.#open(entry);
      if (!error) continue;
      await abort();
      throw new ListenerRefused(entry.planned.name, error);
    }
    return { commit, abort };
  }

  /** Stops accepting on every port. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#retry);
    await this.#retrying;
    for (const entry of this.#entries) await this.#close(entry);
    this.#entries = [];
    this.#changed.emit();
  }

  #openFailed(): Promise<void> {
    this.#retrying = this.#retrying.then(async () => {
      const failed = this.#entries.filter((entry) => entry.reason !== null);
      if (failed.length === 0 || this.#changing || this.#stopped) return;
      const reasons = failed.map((entry) => entry.reason);
      for (const entry of failed) await this.#open(entry);
      if (failed.some((entry, index) => entry.reason !== reasons[index])) this.#changed.emit();
    });
    return this.#retrying;
  }

  async #open(entry: Entry): Promise<BindError | undefined> {
    if (entry.endpoint || this.#stopped) return undefined;
    try {
      const accept = (socket: Socket) => {
        const { remoteAddress: from = '', remotePort: fromPort = 0, localPort: toPort = 0 } = socket;
        for (const watcher of this.#watchers) watcher({ from, fromPort, toPort });
        this.#options.accept(socket, entry.planned.security, entry.planned.name);
      };
      entry.endpoint = await openEndpoint(entry.planned, accept, this.#options.portOwner);
      entry.reason = null;
      return undefined;
    } catch (error) {
      const bindError = error instanceof BindError ? error : unexpected(entry.planned, error);
      entry.reason = bindError.message;
      return bindError;
    }
  }

  async #close(entry: Entry): Promise<void> {
    const { endpoint } = entry;
    entry.endpoint = undefined;
    await endpoint?.close();
  }
}

/** True when the old port must be closed before the new one can be opened: one of them is all addresses. */
function overlap(old: PlannedListener, wanted: PlannedListener): boolean {
  const all = ['', '::', '0.0.0.0'];
  return old.port === wanted.port && (all.includes(old.address) || all.includes(wanted.address));
}

function unexpected(planned: PlannedListener, error: unknown): BindError {
  return new BindError(
    'ADDRESS_NOT_AVAILABLE',
    `${endpointText(planned)} can't be opened: ${String(error)}.`,
  );
}
