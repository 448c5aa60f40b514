/** An engine without a wire, for tests of what talks to it: real rules, settings in memory. */
import { ORPCError } from '@orpc/client';
import {
  defaultSettings,
  nest,
  SETTING_PATHS,
  type Settings,
  settingSpec,
  valueAt,
} from '../../server/contract/settings.ts';
import { type Issue, mergeSettings } from '../../server/contract/validate.ts';
import type { LiveView, MachineView } from '../../server/contract/views.ts';
import { type Client, type Connection, ConnectionLost, type Link } from '../client.ts';
import { createStore, type Writable } from '../ui/store.ts';

export interface FakeEngine {
  readonly connection: Connection & { readonly link: Writable<Link> };
  readonly live: Writable<LiveView | undefined>;
  /** Every patch that was applied or refused, as it arrived. */
  readonly patches: unknown[];
  readonly previews: unknown[];
  readonly accounts: { address: string; password: string }[];
  /** The settings in force, secrets included. */
  settings(): Settings;
  /** Another window applies something. @param told whether this window hears of it */
  applyElsewhere(patch: object, told?: boolean): void;
  /** The stored password of the SmartHost can't be read here. */
  forgetPassword(): void;
  /** The next apply or undo is refused with this. */
  refuseNext(code: string, issues: readonly Issue[]): void;
  /** Keeps the next apply waiting. Returns its end, which may be the loss of the connection. */
  holdNext(): (outcome?: 'lost before' | 'lost after') => void;
  lose(): void;
  comeBack(): void;
}

export function createFakeEngine(): FakeEngine {
  const link = createStore<Link>({ state: 'connected' });
  const live = createStore<LiveView | undefined>(undefined);
  const patches: unknown[] = [];
  const previews: unknown[] = [];
  const accounts: FakeEngine['accounts'] = [];
  let state = { settings: defaultSettings('mail.example.com'), revision: 1 };
  let previous: Settings | undefined;
  let unreadable: string[] = [];
  let refusal: Error | undefined;
  let held: Promise<string | undefined> | undefined;

  const shown = () => ({
    revision: state.revision,
    unreadable,
    canUndo: previous !== undefined,
    settings: hidden(state.settings, unreadable),
  });
  const publish = () => live.set(liveOf(state.revision));
  const reach = () => {
    if (link.get().state === 'lost') throw new ConnectionLost();
  };
  const put = (settings: Settings) => {
    previous = state.settings;
    state = { settings, revision: state.revision + 1 };
  };
  const merged = (patch: unknown) => {
    const result = mergeSettings(state.settings, patch);
    if (!result.ok) throw refused('INVALID', { issues: result.issues });
    return result.settings;
  };
  const settings = {
    get: async () => {
      reach();
      return shown();
    },
    preview: async ({ patch }: { patch: unknown }) => {
      previews.push(patch);
      merged(patch);
      return { sentences: [`Would change ${JSON.stringify(patch)}.`] };
    },
    apply: async ({ patch, revision }: { patch: unknown; revision?: number }) => {
      reach();
      patches.push(patch);
      const outcome = await held;
      held = undefined;
      if (outcome === 'lost before') throw new ConnectionLost();
      if (revision !== undefined && revision !== state.revision) {
        const issues = [{ path: '', message: 'Changed elsewhere meanwhile.' }];
        throw refused('STALE', { issues, current: shown() });
      }
      if (refusal) throw take();
      put(merged(patch));
      if (outcome === 'lost after') throw new ConnectionLost();
      publish();
      return { ...shown(), sentences: ['It is so.'] };
    },
    undo: async () => {
      if (refusal) throw take();
      if (!previous) throw refused('NOTHING_TO_UNDO', {});
      put(previous);
      previous = undefined;
      publish();
      return { ...shown(), sentences: ['It is as it was.'] };
    },
  };

  const add = async (account: { address: string; password: string }) => {
    if (account.address === 'taken@example.com') {
      throw new ORPCError('CONFLICT', { defined: true, message: `${account.address} is there already.` });
    }
    accounts.push(account);
    return account;
  };
  const machine = async (): Promise<MachineView> => ({
    version: '1',
    platform: 'linux',
    name: 'mail.example.com',
    addresses: [],
    secrets: 'keyring',
  });

  return {
    connection: {
      client: { settings, accounts: { add }, machine: { get: machine } } as unknown as Client,
      link,
    },
    live,
    patches,
    previews,
    accounts,
    settings: () => state.settings,
    applyElsewhere(patch, told = true) {
      put(merged(patch));
      if (told) publish();
    },
    forgetPassword() {
      unreadable = ['smartHost.password'];
    },
    refuseNext(code, issues) {
      refusal = refused(code, { issues });
    },
    holdNext() {
      let release: (outcome?: string) => void = () => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    lose: () => link.set({ state: 'lost', since: new Date() }),
    comeBack: () => link.set({ state: 'connected' }),
  };

  function take(): Error {
    const error = refusal ?? new Error();
    refusal = undefined;
    return error;
  }
}

function refused(code: string, data: object): Error {
  return new ORPCError(code, { defined: true, message: `Refused: ${code}.`, data });
}

/** Settings as they leave the engine: a secret that is set is null. */
function hidden(settings: Settings, unreadable: readonly string[]): Settings {
  const values = SETTING_PATHS.map((path) => {
    const value = valueAt(settings, path);
    const isSet = value !== '' || unreadable.includes(path);
    return [path, settingSpec(path).secret && isSet ? null : value];
  });
  return nest(Object.fromEntries(values)) as Settings;
}

/** What `status.live` would say on a quiet day. */
export function liveOf(revision: number, part: Partial<LiveView> = {}): LiveView {
  return {
    status: {
      hostname: 'mail.example.com',
      listeners: [
        { name: 'primary', address: '', port: 25, security: 'starttls', state: 'listening', reason: null },
      ],
      incoming: { now: 0, maxTotal: 20, maxPerHost: 5 },
      outgoing: { now: 0, max: 2 },
      paused: { incoming: false, outgoing: false },
      queue: { due: 0, deferred: 0, held: 0, stuck: 0 },
      stuckAfterHours: 4,
      certificate: { expiresAt: new Date('2036-01-01T00:00:00Z'), own: true },
      storage: { damage: null, logPutAside: null },
      uptimeSeconds: 1,
    },
    revision,
    accounts: 1,
    incoming: [],
    blocked: [],
    outgoing: [],
    perMinute: [],
    ...part,
  };
}
