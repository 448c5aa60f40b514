/**
 * The one window. Closing it ends it, page and all, and leaves the server running; opening it again makes a new
 * one. A page that crashes is loaded again, and the engine never notices.
 */
import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  Rectangle,
  RenderProcessGoneDetails,
} from 'electron';
import { PAGE_URL } from './origin.ts';

/** A tab of the window, by its name in the address. */
export type Tab = 'connections' | 'status';

export interface AppWindowOptions {
  /** Makes the window itself, not shown yet. */
  readonly make: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  /** How it shall look now. */
  readonly look: () => BrowserWindowConstructorOptions;
  /** Keeps where the window was. */
  readonly keepBounds: (bounds: Rectangle) => void;
  /** Called when a person has closed the window. */
  readonly closed: () => void;
  /** Called when the page crashed; `given up` means that it is not loaded again. */
  readonly crashed: (details: RenderProcessGoneDetails, fate: 'loaded again' | 'given up') => void;
  /** Called once, when the first window is painted. */
  readonly painted: () => void;
  /** The person signs off or shuts down (Windows tells windows only). */
  readonly sessionEnds: () => void;
}

/** So many crashes within so long, and loading again would only crash again. */
const CRASHES = 3;
const WITHIN_MS = 60_000;

export class AppWindow {
  readonly #options: AppWindowOptions;
  #window: BrowserWindow | undefined;
  #crashes: number[] = [];
  #hasPainted = false;

  constructor(options: AppWindowOptions) {
    this.#options = options;
  }

  /** The contents of the window; undefined while there is none. */
  get contents(): Electron.WebContents | undefined {
    return this.#window?.webContents;
  }

  /** Shows the window, at a tab if one is named, and brings it to the front. */
  open(tab?: Tab): void {
    const window = this.#window;
    if (!window) {
      this.#make(tab);
      return;
    }
    if (tab) void load(window, tab);
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** Ends the window, if there is one, without asking anybody. */
  destroy(): void {
    this.#window?.destroy();
  }

  #make(tab: Tab | undefined): void {
    const { make, look, keepBounds, closed, painted, sessionEnds } = this.#options;
    const window = make(look());
    this.#window = window;
    window.once('ready-to-show', () => {
      window.show();
      if (!this.#hasPainted) painted();
      this.#hasPainted = true;
    });
    window.on('close', () => keepBounds(window.getNormalBounds()));
    window.on('session-end', sessionEnds);
    window.on('closed', () => {
      this.#window = undefined;
      closed();
    });
    window.webContents.on('render-process-gone', (_event, details) => this.#recover(window, details));
    void load(window, tab);
  }

  #recover(window: BrowserWindow, details: RenderProcessGoneDetails): void {
    if (details.reason === 'clean-exit') return;
    const now = performance.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < WITHIN_MS), now];
    const isHopeless = this.#crashes.length > CRASHES;
    this.#options.crashed(details, isHopeless ? 'given up' : 'loaded again');
    if (isHopeless) {
      this.#crashes = [];
      window.destroy();
    } else {
      window.webContents.reload();
    }
  }
}

async function load({ webContents }: BrowserWindow, tab: Tab | undefined): Promise<void> {
  const url = tab ? `${PAGE_URL}#${tab}` : PAGE_URL;
  // Another tab is only another place on the same page, but the same place again would load the page anew.
  if (webContents.getURL() === url) return;
  // Rejects when the window is closed meanwhile, or another tab is asked for; neither is a fault.
  await webContents.loadURL(url).catch(() => {});
}
