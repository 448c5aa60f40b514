/** The desktop app that a test has launched (see `desktop.ts`). */
import type { Ended, Launched } from './desktop-launched.ts';
import type {
  Asked,
  DialogView,
  DownloadView,
  MenuEntry,
  NotificationView,
  Observer,
  TrayView,
} from './desktop-views.ts';
import { DesktopWindow } from './desktop-window.ts';

/** What a desktop knows of its launch. */
interface Facts {
  readonly launcher: 'electron' | 'stand-in';
  readonly data: string;
  readonly remove: () => Promise<void>;
}

export class Desktop extends DesktopWindow {
  readonly launcher: 'electron' | 'stand-in';
  /** The data folder. */
  readonly data: string;
  readonly #app: Launched;
  readonly #start: (args: readonly string[]) => Promise<Launched>;
  readonly #remove: () => Promise<void>;

  constructor(app: Launched, start: (args: readonly string[]) => Promise<Launched>, facts: Facts) {
    super(app);
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
