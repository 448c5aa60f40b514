/**
 * The composition root of the desktop. Window and engine begin at the same time: the page waits for its first
 * answer while the engine starts, and the engine never waits for the page.
 */
import { join } from 'node:path';
import type { Context } from '@orpc/server';
import { app, dialog, ipcMain, net, powerMonitor, safeStorage, shell } from 'electron';
import { startHere } from '../server/host/engine-start.ts';
import { type Instance, type StartedEngine, startInstance } from '../server/host/instance.ts';
import { VERSION } from '../server/host/version.ts';
import { loadRendererFiles, type RendererFiles } from '../server/web/renderer-files.ts';
import { type DesktopArguments, loginArguments } from './arguments.ts';
import { type Face, makeFace } from './face.ts';
import { watchFaults } from './faults.ts';
import { type Client, clientOf, follow } from './follow.ts';
import { openPorts, type Ports } from './ipc.ts';
import { Journal } from './journal.ts';
import { autostartItem, type LoginItem, systemLoginItem } from './login-item.ts';
import { watchPower } from './power.ts';
import { orderlyQuit, type Quit } from './quit.ts';
import { secretBox } from './secrets.ts';
import { isFromOwnPage } from './sender.ts';
import { explainFailure } from './start-failure.ts';
import { preferencesStore, settingsStore } from './store.ts';
import type { TrayAction } from './tray-state.ts';

/** Starts the whole app; Electron must be ready. @param startedAt when the program began, on performance's clock */
export async function startDesktop(args: DesktopArguments, startedAt: number): Promise<void> {
  const root = app.getAppPath();
  const files = await loadRendererFiles(join(root, 'out', 'renderer'));
  if (!files) {
    dialog.showErrorBox('Waypost can’t start', 'Its window has not been built (npm run build).');
    return app.exit(1);
  }
  await new Desktop(args, root, files, startedAt).start();
}

class Desktop {
  readonly #args: DesktopArguments;
  readonly #startedAt: number;
  readonly #journal = new Journal((line) => console.error(line));
  readonly #loginItem: LoginItem;
  readonly #face: Face;
  readonly #ports: Ports;
  readonly #quit: Quit;
  /** Ended in reverse, before the engine is. */
  readonly #ends: (() => void)[] = [];
  #starting: Promise<Instance> | undefined;
  #client: Client | undefined;

  constructor(args: DesktopArguments, root: string, files: RendererFiles, startedAt: number) {
    const { log, say } = this.#journal;
    this.#args = args;
    this.#startedAt = startedAt;
    this.#loginItem = loginItem(args, root);
    this.#quit = orderlyQuit(app, () => this.#drain());
    this.#face = makeFace({
      root,
      files,
      preferences: preferencesStore(app.getPath('userData')),
      loginItem: this.#loginItem,
      journal: this.#journal,
      act: (action) => void this.#act(action).catch((error: unknown) => log(error, 'tray')),
      quit: () => this.#quit.ask(),
      painted: () => say(`The window shows after ${this.#sinceStart()}.`),
    });
    const isOurs = (event: Electron.IpcMainEvent) => isFromOwnPage(event, this.#face.window.contents);
    this.#ports = openPorts(ipcMain, { isOurs, log });
  }

  async start(): Promise<void> {
    const { log } = this.#journal;
    const { window } = this.#face;
    app.on('second-instance', () => window.open());
    app.on('activate', () => window.open());
    if (!this.#args.hidden) window.open();
    this.#ends.push(
      watchFaults({
        process,
        log,
        ask: (options) => dialog.showMessageBox(options),
        restart: () => {
          app.relaunch();
          this.#quit.ask();
        },
      }),
    );
    const { dataFolder } = this.#args;
    this.#starting = startInstance({
      dataFolder,
      version: VERSION,
      start: (folder) => this.#startEngine(folder),
      log,
    });
    try {
      await this.#starting;
    } catch (error) {
      log(error, 'start');
      window.destroy();
      const ask = (options: Electron.MessageBoxOptions) => dialog.showMessageBox(options);
      await explainFailure(error, { dataFolder, ask, openExternal: (url) => shell.openExternal(url) });
      app.exit(1);
    }
  }

  async #startEngine(dataFolder: string): Promise<StartedEngine<Context>> {
    const { log, say } = this.#journal;
    const started = await startHere({
      dataFolder,
      version: VERSION,
      log: say,
      settingsStore: settingsStore(dataFolder),
      secrets: secretBox(safeStorage),
    });
    say(`Receiving after ${this.#sinceStart()}.`);
    if (started.report) this.#journal.connect(started.report);
    this.#client = clientOf(started);
    this.#ports.serve(started.router, started.context);

    const { tray, notifier } = this.#face;
    const following = new AbortController();
    void follow(
      this.#client,
      {
        status: (status) => tray.update({ status }),
        notice: (notice) => notifier.show(notice),
        log,
      },
      following.signal,
    );
    const { engine } = started;
    this.#ends.push(
      () => following.abort(),
      watchPower({
        monitor: powerMonitor,
        isOnline: () => net.isOnline(),
        sleep: () => engine.sleep(),
        wakeUp: () => engine.wakeUp(),
        quit: () => app.quit(),
      }),
    );
    return started;
  }

  async #act(action: TrayAction): Promise<void> {
    const { window, tray } = this.#face;
    switch (action.do) {
      case 'open':
        return window.open(action.tab);
      case 'pause':
      case 'resume':
        await this.#client?.traffic[action.do]({ direction: action.direction });
        return;
      case 'start at login':
        try {
          this.#loginItem.set(action.on);
        } finally {
          tray.update({ startsAtLogin: this.#loginItem.isOn() }, 'at once');
        }
        return;
      case 'quit':
        return this.#quit.ask();
    }
  }

  /** Nothing new begins; what is under way gets its moment, then all is closed. Never rejects. */
  async #drain(): Promise<void> {
    this.#face.quitting();
    for (const end of this.#ends.toReversed()) end();
    // It may still be starting; what it has begun is to be ended too.
    const instance = await this.#starting?.catch(() => undefined);
    await instance?.stop().catch((error: unknown) => this.#journal.log(error, 'stop'));
    this.#ports.stop();
    this.#face.destroy();
  }

  #sinceStart(): string {
    return `${Math.round(performance.now() - this.#startedAt)} ms`;
  }
}

function loginItem(args: DesktopArguments, root: string): LoginItem {
  // An AppImage is mounted anew at every start; its own file is what stays.
  const program = process.env.APPIMAGE ?? process.execPath;
  const command = { program, args: loginArguments(args, app.isPackaged ? undefined : root) };
  return process.platform === 'linux'
    ? autostartItem(app.getPath('appData'), command)
    : systemLoginItem(app, command);
}
