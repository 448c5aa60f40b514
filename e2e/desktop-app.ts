/** The desktop app that a test has launched (see `desktop.ts`). */
import { expect, type Page } from 'playwright/test';
import { heldInMemory } from './desktop-heap.ts';
import type { Ended, Evaluate, Launched } from './desktop-launched.ts';
import type {
  Asked,
  DialogView,
  DownloadView,
  MenuEntry,
  NotificationView,
  Observer,
  TrayView,
} from './desktop-views.ts';

/** A machine that does other work meanwhile takes its time to start a browser. */
const WINDOW_MS = 30_000;

/** What a desktop knows of its launch. */
interface Facts {
  readonly launcher: 'electron' | 'stand-in';
  readonly data: string;
  readonly remove: () => Promise<void>;
}

export class Desktop {
  readonly launcher: 'electron' | 'stand-in';
  /** The data folder. */
  readonly data: string;
  readonly #app: Launched;
  readonly #start: (args: readonly string[]) => Promise<Launched>;
  readonly #remove: () => Promise<void>;

  constructor(app: Launched, start: (args: readonly string[]) => Promise<Launched>, facts: Facts) {
    this.launcher = facts.launcher;
    this.data = facts.data;
    this.#app = app;
    this.#start = start;
    this.#remove = facts.remove;
  }

  /** How the app ended; resolves when it has. */
  get ended(): Promise<Ended> {
    return this.#app.ended;
  }
  /** What it has written so far, errors included. */
  get output(): string {
    return this.#app.output();
  }
  get pid(): number {
    return this.#app.pid;
  }

  /** Runs a function in the main process. It can use nothing from around itself; both ways go clones. */
  readonly evaluate: Evaluate = (run, argument) => this.#app.evaluate(run, argument);

  // Windows.

  /** How many windows there are now, shown or not. */
  windows(): Promise<number> {
    return this.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length, undefined);
  }
  /**
   * The window, when there is one and its page has been loaded. After a crash it is another page of Playwright's,
   * so ask again.
   */
  async window(): Promise<Page> {
    let page: Page | undefined;
    await expect
      .poll(
        async () => {
          [page] = await this.#app.pages();
          return page !== undefined && (await this.#isLoaded());
        },
        { message: 'a window', timeout: WINDOW_MS, intervals: [50] },
      )
      .toBe(true);
    return page as Page;
  }
  async #isLoaded(): Promise<boolean> {
    return this.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      return (
        contents !== undefined && !contents.isLoading() && contents.getURL() !== '' && !contents.isCrashed()
      );
    }, undefined);
  }
  /** Whether the window is shown, as opposed to being there only. */
  isWindowShown(): Promise<boolean> {
    return this.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false,
      undefined,
    );
  }
  /** Where the window's page is, as the app knows it. */
  address(): Promise<string> {
    return this.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL() ?? '',
      undefined,
    );
  }
  /** Clicks the window's own button that closes it. */
  closeWindow(): Promise<void> {
    return this.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close(), undefined);
  }
  /** Loads the page again. Playwright's `page.reload()` would count as the page's own wish. */
  reload(): Promise<void> {
    return this.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload(),
      undefined,
    );
  }
  /** Makes the process of the window's page crash. */
  crashRenderer(): Promise<void> {
    return this.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
      undefined,
    );
  }
  /** Those of the texts that are anywhere in the memory of the window's page. */
  async heldInMemory(...texts: string[]): Promise<string[]> {
    return heldInMemory(await this.window(), texts);
  }

  // The tray and the menu.

  /** What the icon in the tray shows; undefined while there is none. */
  tray(): Promise<TrayView | undefined> {
    return this.#observer('tray', []);
  }
  /** Whether the icon shows the picture of a file. */
  trayShows(path: string): Promise<boolean> {
    return this.#observer('showsPicture', [path]);
  }
  clickTray(event: 'click' | 'right-click' | 'double-click' = 'click'): Promise<void> {
    return this.#observer('clickTray', [event]);
  }
  /** Chooses in the tray's menu, by the labels on the way. */
  clickMenu(...labels: string[]): Promise<void> {
    return this.#observer('clickMenu', ['tray', labels]);
  }
  applicationMenu(): Promise<readonly MenuEntry[]> {
    return this.#observer('applicationMenu', []);
  }
  clickApplicationMenu(...labels: string[]): Promise<void> {
    return this.#observer('clickMenu', ['application', labels]);
  }

  // What the app shows besides.

  /** All notifications so far, oldest first. */
  notifications(): Promise<NotificationView[]> {
    return this.#observer('notifications', []);
  }
  clickNotification(title: string): Promise<void> {
    return this.#observer('clickNotification', [title]);
  }
  closeNotification(title: string): Promise<void> {
    return this.#observer('closeNotification', [title]);
  }
  /** All dialogs so far, oldest first. */
  dialogs(): Promise<DialogView[]> {
    return this.#observer('dialogs', []);
  }
  /** Clicks a button of the oldest dialog that waits; when none does, of the next one that can't. */
  answerDialog(button: string): Promise<void> {
    return this.#observer('answerDialog', [button]);
  }
  /** What the app has asked of the system: addresses and files to open, and to be started again. */
  asked(): Promise<Asked> {
    return this.#observer('asked', []);
  }

  /** What the page has given to save, oldest first. */
  downloads(): Promise<DownloadView[]> {
    return this.#observer('downloads', []);
  }

  // The system around it.

  /** The machine sleeps, wakes up or shuts down. Resolves with whether the app wants a shutdown to wait. */
  power(event: 'suspend' | 'resume' | 'shutdown' | 'lock-screen' | 'unlock-screen'): Promise<boolean> {
    return this.evaluate(({ powerMonitor }, name) => {
      let waits = false;
      powerMonitor.emit(name, {
        preventDefault: () => {
          waits = true;
        },
      });
      return waits;
    }, event);
  }
  /** The person switches the system to dark or light. */
  setDark(dark: boolean): Promise<void> {
    return this.#observer('setDark', [dark]);
  }
  setOnline(online: boolean): Promise<void> {
    return this.#observer('setOnline', [online]);
  }
  /** Starts the app once more on the same folder; resolves when that process has ended. */
  async secondStart(...args: string[]): Promise<Ended & { readonly output: string }> {
    const second = await this.#start(args);
    const ended = await second.ended;
    await second.end();
    return { ...ended, output: second.output() };
  }

  // The end.

  /** As `app.quit()`, which the app may refuse. */
  async quit(): Promise<void> {
    // The process may be gone before it has answered.
    await this.evaluate(({ app }) => app.quit(), undefined).catch(async (error: unknown) => {
      const isOver = await Promise.race([this.ended.then(() => true), pause().then(() => false)]);
      if (!isOver) throw error;
    });
  }
  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }
  /** Ends it if it still runs, by force, and leaves its data folder: start another one on that. */
  stop(): Promise<void> {
    return this.#app.end();
  }
  /** Ends it likewise, and removes all that was made for it. */
  async remove(): Promise<void> {
    await this.stop();
    await this.#remove();
  }

  async #observer<Name extends keyof Observer>(
    name: Name,
    args: Parameters<Observer[Name]>,
  ): Promise<Awaited<ReturnType<Observer[Name]>>> {
    type Answer = Awaited<ReturnType<Observer[Name]>>;
    return this.evaluate(
      (_electron, given) => {
        const key = Symbol.for('waypost.e2e.observer');
        const observer = (globalThis as Record<symbol, unknown>)[key] as Record<
          string,
          (...args: unknown[]) => unknown
        >;
        return observer[given.name]?.(...given.args);
      },
      { name: name as string, args: args as unknown[] },
    ) as Promise<Answer>;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2000));
}
