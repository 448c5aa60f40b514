/** The tests that replace telnet, with what the engine knows: settings, listeners, and the DNS that deliveries ask. */
import type { DiagnosisView } from '../contract/diagnose.ts';
import type { Settings } from '../contract/settings.ts';
import type { ListenerView } from '../contract/views.ts';
import { createMxResolver } from '../delivery/mx.ts';
import { testIncoming } from '../diagnose/incoming.ts';
import type { NameService } from '../diagnose/names.ts';
import { testPort25 } from '../diagnose/port-25.ts';
import { portOwner } from '../diagnose/port-owner.ts';
import { testSmartHost } from '../diagnose/smart-host.ts';
import { localAddresses } from '../machine.ts';

export interface DiagnoseDeskOptions {
  /** The newest settings. */
  readonly settings: () => Settings;
  readonly listeners: () => readonly ListenerView[];
}

type Publish = (view: DiagnosisView) => void;

/** A test as it runs: the newest view of it, until it is over or nobody looks any more. */
export type Running = AsyncGenerator<DiagnosisView, void, void>;

export class DiagnoseDesk {
  readonly #options: DiagnoseDeskOptions;

  constructor(options: DiagnoseDeskOptions) {
    this.#options = options;
  }

  /** @param settings those to try, which need not be applied */
  smartHost(settings: Settings, sendTo: string | undefined, signal?: AbortSignal): Running {
    const names = namesOf(settings);
    return follow(
      (publish, over) => testSmartHost({ settings, sendTo, names, publish, signal: over }),
      signal,
    );
  }

  port25(hosts: readonly string[] | undefined, signal?: AbortSignal): Running {
    const names = namesOf(this.#options.settings());
    return follow((publish, over) => testPort25({ hosts, names, publish, signal: over }), signal);
  }

  incoming(signal?: AbortSignal): Running {
    const { settings, listeners } = this.#options;
    return follow(
      (publish, over) =>
        testIncoming({
          listeners: listeners(),
          hostname: settings().hostname,
          addresses: localAddresses().map(({ address }) => address),
          portOwner,
          platform: process.platform,
          publish,
          signal: over,
        }),
      signal,
    );
  }
}

function namesOf({ delivery }: Settings): NameService {
  const resolver = createMxResolver({ servers: delivery.dnsServers });
  return {
    resolveHost: (name) => resolver.resolveHost(name),
    resolveMail: (domain) => resolver.resolve(domain, { own: () => false }),
  };
}

/** Runs a test and hands out its newest view. Whoever leaves, or aborts `outer`, ends it, sockets and all. */
async function* follow(
  run: (publish: Publish, signal: AbortSignal) => Promise<void>,
  outer?: AbortSignal,
): Running {
  const abort = new AbortController();
  let latest: DiagnosisView | undefined;
  let isOver = false;
  let failure: unknown;
  let wake = () => {};
  const stop = () => abort.abort();
  outer?.addEventListener('abort', stop);
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
    outer?.removeEventListener('abort', stop);
    stop();
    await work;
  }
}
