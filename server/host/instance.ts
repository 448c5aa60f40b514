/**
 * A running Waypost on its data folder, whichever shell hosts it: lock, engine, control socket, settings window
 * and `run.json`, begun in this order and ended in the reverse one. What fails on the way undoes what was begun before.
 */
import type { Context } from '@orpc/server';
import type { ListenerView, StatusView } from '../contract/views.ts';
import type { SecretBox } from '../settings/secrets.ts';
import type { SettingsStore } from '../settings/store.ts';
import { serveControl } from '../web/control.ts';
import { controlPath } from '../web/control-path.ts';
import type { ContractRouter } from '../web/rpc.ts';
import { prepareDataFolder } from './data-folder.ts';
import { Failure, systemReason } from './failure.ts';
import { lockDataFolder } from './lock.ts';
import { removeRunFile, writeRunFile } from './run-file.ts';

/** What an instance needs of the engine. */
export interface HostedEngine {
  status(): Promise<StatusView>;
  /** Calls back whenever a listener opens, fails or closes; returns what ends that. */
  onListeners(callback: () => void): () => void;
  /** The machine goes to sleep: nothing is sent until it wakes up. */
  sleep(): void;
  wakeUp(): void;
  stop(): Promise<void>;
}

export interface StartedEngine<C extends Context> {
  readonly engine: HostedEngine;
  readonly router: ContractRouter<C>;
  readonly context: C;
  /** Puts an error into the mail log. */
  readonly report?: (text: string) => void;
  /**
   * The certificate that the settings name; undefined when they name none. Rejects with a sentence when it
   * can't be read.
   */
  readonly certificate?: () => Promise<{ readonly cert: string; readonly key: string } | undefined>;
}

export interface EngineStartOptions {
  readonly dataFolder: string;
  readonly settingsPatch?: unknown;
  readonly version: string;
  readonly log: (line: string) => void;
  /** Where settings are kept and how secrets stand there, if not as in the service. */
  readonly settingsStore?: SettingsStore;
  readonly secrets?: SecretBox;
}

/** Starts the engine and makes its router; rejects with one sentence in the error's message. */
export type StartEngine = (options: EngineStartOptions) => Promise<StartedEngine<Context>>;

/** A settings window that can be opened. */
export interface OpenUi {
  /** The whole address, with what lets its reader in. */
  readonly address: string;
  stop(): Promise<void>;
}

export interface InstanceOptions<C extends Context> {
  readonly dataFolder: string;
  readonly version: string;
  /** Opens the settings window; undefined when there is none. Must not reject. */
  readonly openUi?: (folder: string, started: StartedEngine<C>) => Promise<OpenUi | undefined>;
  /** Starts the engine once the folder is ours; `folder` is its real path. */
  readonly start: (folder: string) => Promise<StartedEngine<C>>;
  /** Hears of the listeners at the start and whenever they have changed. */
  readonly onListeners?: (listeners: readonly ListenerView[]) => void;
  /** Gets what went wrong without ending anything, in full. */
  readonly log: (error: unknown, where: string) => void;
}

export interface Instance {
  /** The data folder's real path. */
  readonly folder: string;
  stop(): Promise<void>;
}

/**
 * Rejects with Failure when the folder can't be used or is in use (AlreadyRunning), and with whatever `start`
 * rejects with; nothing is left running then.
 */
export async function startInstance<C extends Context>(options: InstanceOptions<C>): Promise<Instance> {
  const { version, log } = options;
  const folder = prepareDataFolder(options.dataFolder);

  await using undo = new AsyncDisposableStack();
  undo.defer(await lockDataFolder(folder));
  // Left behind by one that was killed: it names a process that is no more.
  removeRunFile(folder);
  undo.defer(() => removeRunFile(folder));

  const started = await options.start(folder);
  const { engine, router, context } = started;
  undo.defer(() => engine.stop());
  const control = serveControl(controlPath(folder), router, context, { log }).catch((error: unknown) => {
    throw new Failure(`The command line can't be answered: ${systemReason(error)}`);
  });
  undo.defer(await control);
  const ui = await options.openUi?.(folder, started);
  if (ui) undo.defer(() => ui.stop());

  let stopped = false;
  const publish = async (): Promise<void> => {
    const { listeners } = await engine.status();
    if (stopped) return;
    writeRunFile(folder, { pid: process.pid, version, ui: ui?.address ?? null, listeners });
    options.onListeners?.(listeners);
  };
  await publish();
  // One after the other, so that the last one written is the latest.
  let turn: Promise<void> = Promise.resolve();
  const unsubscribe = engine.onListeners(() => {
    turn = turn.then(publish).catch((error) => log(error, 'run.json'));
  });
  undo.defer(async () => {
    stopped = true;
    unsubscribe();
    await turn;
  });

  const begun = undo.move();
  return { folder, stop: () => begun.disposeAsync() };
}
