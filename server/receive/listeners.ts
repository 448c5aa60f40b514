/**
 * The set of listeners, and how it changes while the server runs.
 *
 * A change is prepared first: every port that is new is opened, and if one can't be, all is as it was. Only
 * then are the ports closed that nobody wants any more. Ports that stay are not touched. The one exception
 * to "open before closing": a new address that overlaps an old one on the same port (all addresses → one of
 * them) can be bound only after the old one is closed; if it then fails, the old one is opened again.
 *
 * At start a port that can't be opened doesn't stop the server: it is shown as failed and tried again.
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
  readonly accept: (socket: Socket, security: Security) => void;
  readonly portOwner: PortOwner;
  readonly retryMs?: number;
}

const RETRY_MS = 30_000;

export class Listeners {
  readonly #options: ListenersOptions;
  readonly #changed = new Signal();
  #entries: Entry[] = [];
  #retry: NodeJS.Timeout | undefined;

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  /** Calls back whenever a listener opens, closes or fails. */
  onChange(listener: () => void): () => void {
    return this.#changed.on(listener);
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
    await this.#openFailed();
    this.#retry = setInterval(() => void this.#openFailed(), this.#options.retryMs ?? RETRY_MS).unref();
  }

  /**
   * Opens what `plan` needs and doesn't have. Throws `ListenerRefused`, and then nothing has changed.
   * `commit` makes the plan the truth; `abort` takes back what was opened.
   */
  async prepare(plan: readonly PlannedListener[]): Promise<{ commit(): void; abort(): Promise<void> }> {
    const kept = (planned: PlannedListener) =>
      this.#entries.find((entry) => sameEndpoint(entry.planned, planned));
    const unwanted = this.#entries.filter(
      (entry) => !plan.some((planned) => sameEndpoint(planned, entry.planned)),
    );
    const wanted = plan.filter((planned) => !kept(planned));
    const inTheWay = unwanted.filter((entry) =>
      wanted.some((planned) => planned.port === entry.planned.port),
    );
    for (const entry of inTheWay) await this.#close(entry);
    const opened: Entry[] = [];
    const abort = async () => {
      for (const entry of opened) await this.#close(entry);
      for (const entry of inTheWay) await this.#open(entry);
    };
    for (const planned of wanted) {
      const entry: Entry = { planned, endpoint: undefined, reason: null };
      opened.push(entry);
      const error = await this.#open(entry);
      if (!error) continue;
      await abort();
      throw new ListenerRefused(planned.name, error);
    }
    const commit = () => {
      this.#entries = plan.map((planned) => {
        const entry = kept(planned) ?? (opened.find((one) => one.planned === planned) as Entry);
        entry.planned = planned;
        return entry;
      });
      for (const entry of unwanted) void this.#close(entry);
      this.#changed.emit();
    };
    return { commit, abort };
  }

  /** Stops accepting on every port. */
  async stop(): Promise<void> {
    clearInterval(this.#retry);
    for (const entry of this.#entries) await this.#close(entry);
    this.#entries = [];
    this.#changed.emit();
  }

  async #openFailed(): Promise<void> {
    const failed = this.#entries.filter((entry) => entry.reason !== null);
    if (failed.length === 0) return;
    for (const entry of failed) {
      await this.#open(entry);
      // A change of the settings may have dropped the entry while its port was being opened.
      if (!this.#entries.includes(entry)) await this.#close(entry);
    }
    this.#changed.emit();
  }

  async #open(entry: Entry): Promise<BindError | undefined> {
    if (entry.endpoint) return undefined;
    try {
      const accept = (socket: Socket) => this.#options.accept(socket, entry.planned.security);
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

function unexpected(planned: PlannedListener, error: unknown): BindError {
  return new BindError(
    'ADDRESS_NOT_AVAILABLE',
    `The ${endpointText(planned)} can't be opened: ${String(error)}.`,
  );
}
