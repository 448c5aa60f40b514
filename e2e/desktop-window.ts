/** The window of the desktop app: whether it is there, its page, and what happens to both. */
import { expect, type Page } from 'playwright/test';
import { heldInMemory } from './desktop-heap.ts';
import type { Evaluate, Launched } from './desktop-launched.ts';

/** A machine that does other work meanwhile takes its time to start a browser. */
const WINDOW_MS = 30_000;

export class DesktopWindow {
  readonly #app: Launched;

  constructor(app: Launched) {
    this.#app = app;
  }

  /** Runs a function in the main process. It can use nothing from around itself; both ways go clones. */
  readonly evaluate: Evaluate = (run, argument) => this.#app.evaluate(run, argument);

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
}
