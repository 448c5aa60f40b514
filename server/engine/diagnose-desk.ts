/** The tests that replace telnet, with what the engine knows: settings, listeners, and the DNS that deliveries ask. */
import type { DiagnosisView } from '../contract/diagnose.ts';
import type { Settings } from '../contract/settings.ts';
import type { ListenerView } from '../contract/views.ts';
import { createMxResolver } from '../delivery/mx.ts';
import { smartHostTarget } from '../delivery/target.ts';
import { testIncoming } from '../diagnose/incoming.ts';
import type { NameService } from '../diagnose/names.ts';
import { testPort25 } from '../diagnose/port-25.ts';
import { portOwner } from '../diagnose/port-owner.ts';
import { testSmartHost } from '../diagnose/smart-host.ts';
import { localAddresses } from '../machine.ts';
import { parseAddress } from '../mail/address.ts';
import { isLoopback, plainAddress } from '../network/addresses.ts';
import type { Arrival } from '../network/listeners.ts';
import { SettingsRefused } from '../settings/service.ts';

export interface DiagnoseDeskOptions {
  /** The newest settings. */
  readonly settings: () => Settings;
  readonly listeners: () => readonly ListenerView[];
  /** Calls back with every connection that our listeners take. Returns the end of it. */
  readonly onArrival: (callback: (arrival: Arrival) => void) => () => void;
}

type Publish = (view: DiagnosisView) => void;

/** A test as it runs: the newest view of it, until it is over or nobody looks any more. */
export type Running = AsyncGenerator<DiagnosisView, void, void>;

export class DiagnoseDesk {
  readonly #options: DiagnoseDeskOptions;
  readonly #stopping = new AbortController();

  constructor(options: DiagnoseDeskOptions) {
    this.#options = options;
  }

  /**
   * Throws `SettingsRefused` when a message could not go to `sendTo`.
   *
   * @param settings those to try, which need not be applied
   */
  smartHost(settings: Settings, sendTo = '', signal?: AbortSignal): Running {
    if (sendTo !== '' && !isPlainAddress(sendTo)) {
      const message = `“${sendTo}” is not a mail address to send a test to. Use one such as anna@example.com.`;
      throw new SettingsRefused('INVALID', [{ path: 'sendTo', message }]);
    }
    const names = namesOf(settings);
    const { maxMessageSizeMB } = settings;
    const target = smartHostTarget(settings);
    const isOwn = (address: string, port: number) => this.#isOwn(address, port);
    return this.#follow(
      (publish, over) =>
        testSmartHost({ target, maxMessageSizeMB, sendTo, names, isOwn, publish, signal: over }),
      signal,
    );
  }

  port25(hosts: readonly string[] | undefined, signal?: AbortSignal): Running {
    const names = namesOf(this.#options.settings());
    return this.#follow((publish, over) => testPort25({ hosts, names, publish, signal: over }), signal);
  }

  incoming(signal?: AbortSignal): Running {
    const { settings, listeners, onArrival } = this.#options;
    return this.#follow(async (publish, over) => {
      const arrived = new Set<string>();
      const stop = onArrival((arrival) => arrived.add(wayOf(arrival)));
      try {
        await testIncoming({
          listeners: listeners(),
          hostname: settings().hostname,
          addresses: localAddresses().map(({ address }) => address),
          hasArrived: (way) => arrived.has(wayOf(way)),
          portOwner,
          platform: process.platform,
          publish,
          signal: over,
        });
      } finally {
        stop();
      }
    }, signal);
  }

  /** Ends all tests that run. */
  stop(): void {
    this.#stopping.abort();
  }

  #follow(run: (publish: Publish, signal: AbortSignal) => Promise<void>, signal?: AbortSignal): Running {
    const outer = [this.#stopping.signal, ...(signal ? [signal] : [])];
    return follow(run, AbortSignal.any(outer));
  }

  #isOwn(address: string, port: number): boolean {
    const { listeners } = this.#options;
    if (!listeners().some((listener) => listener.port === port)) return false;
    return isLoopback(address) || localAddresses().some((local) => local.address === address);
  }
}

function namesOf({ delivery }: Settings): NameService {
  const resolver = createMxResolver({ servers: delivery.dnsServers });
  return {
    resolveHost: (name) => resolver.resolveHost(name),
    resolveMail: (domain) => resolver.resolve(domain, { own: () => false }),
  };
}

/** An address that any server takes: without letters for which it would need SMTPUTF8. */
function isPlainAddress(text: string): boolean {
  return parseAddress(text) !== undefined && /^[\x21-\x7e]+$/.test(text);
}

/** What one connection is known by at both of its ends. */
function wayOf({ from, fromPort, toPort }: Arrival): string {
  return `${plainAddress(from)} ${fromPort} ${toPort}`;
}

/** Runs a test and hands out its newest view. Whoever leaves, or aborts `outer`, ends it, sockets and all. */
async function* follow(
  run: (publish: Publish, signal: AbortSignal) => Promise<void>,
  outer: AbortSignal,
): Running {
  const abort = new AbortController();
  let latest: DiagnosisView | undefined;
  let isOver = false;
  let failure: unknown;
  let wake = () => {};
  const stop = () => abort.abort();
  if (outer.aborted) stop();
  outer.addEventListener('abort', stop);
  const work = run((view) => {
    latest = view;
    wake();
  }, abort.signal)
    .catch((error: unknown) => {
      if (!abort.signal.aborted) failure = error;
    })
    .finally(() => {
      isOver = true;
      wake();
    });
  try {
    for (;;) {
      const view = latest;
      latest = undefined;
      if (view) yield view;
      else if (isOver) break;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    if (failure) throw failure;
  } finally {
    outer.removeEventListener('abort', stop);
    stop();
    await work;
  }
}
