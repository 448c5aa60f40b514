/**
 * The browser that shows the windows: opened with the first of them, one page for each, and no page besides. Apps
 * use it one after another, each in a context of its own, with which all that it left is gone.
 */
import { CdpConnection, type CdpSession } from './cdp.ts';
import { wantScreen } from './link.ts';
import { settings } from './process.ts';

/** A request that waits for what is to become of it. */
export interface PausedRequest {
  readonly requestId: string;
  readonly frameId: string;
  readonly resourceType: string;
  /** Set when this is where an earlier request was sent on to. */
  readonly redirectedRequestId?: string;
  /** Set when the request was sent, and this is its answer. */
  readonly responseStatusCode?: number;
  readonly responseStatusText?: string;
  readonly responseHeaders?: { name: string; value: string }[];
  readonly request: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly postDataEntries?: { bytes?: string }[];
    readonly hasPostData?: boolean;
  };
}

export interface ChromiumEvents {
  /** A request was made. Must answer it, whatever it answers. */
  request(request: PausedRequest): void;
  /** The title of a page is another one. */
  title(targetId: string, title: string): void;
  /** A page was closed, by whoever did it. */
  closed(targetId: string): void;
  download(download: {
    readonly guid: string;
    readonly url: string;
    readonly name: string;
    readonly frameId: string;
  }): void;
  progress(progress: { readonly guid: string; readonly state: string }): void;
}

export class Chromium {
  readonly browser: CdpSession;
  readonly #connection: CdpConnection;
  readonly #context: string;
  /** All pages of our context, and those that are the app's windows. */
  readonly #pages = new Set<string>();
  readonly #own = new Set<string>();
  #opening = 0;

  static async open(events: ChromiumEvents): Promise<Chromium> {
    const connection = await CdpConnection.open(await wantScreen());
    const { browserContextId } = await connection.browser.send('Target.createBrowserContext', {
      disposeOnDetach: true,
    });
    const chromium = new Chromium(connection, browserContextId);
    await chromium.#start(events);
    return chromium;
  }

  private constructor(connection: CdpConnection, context: string) {
    this.#connection = connection;
    this.#context = context;
    this.browser = connection.browser;
  }

  /** Opens an empty page in a window of its own. */
  async openPage(): Promise<{ readonly targetId: string; readonly session: CdpSession }> {
    this.#opening++;
    const { targetId } = await this.browser.send('Target.createTarget', {
      url: 'about:blank',
      newWindow: true,
      browserContextId: this.#context,
    });
    this.#opening--;
    this.#own.add(targetId);
    this.#closeForeign();
    const { sessionId } = await this.browser.send('Target.attachToTarget', { targetId, flatten: true });
    return { targetId, session: this.#connection.session(sessionId) };
  }

  /** Closes a page without asking it. */
  async closePage(targetId: string): Promise<void> {
    await this.browser.send('Target.closeTarget', { targetId }).catch(() => {});
  }

  async setPermission(name: string, setting: 'granted' | 'denied' | 'prompt', origin: string): Promise<void> {
    const browserContextId = this.#context;
    await this.browser.send('Browser.setPermission', {
      permission: { name },
      setting,
      origin,
      browserContextId,
    });
  }

  /** Whether a frame is the main frame of a page that is none of the app's, such as one opened by a page. */
  isForeign(frameId: string): boolean {
    return this.#pages.has(frameId) && !this.#own.has(frameId);
  }

  async #start(events: ChromiumEvents): Promise<void> {
    const { browser } = this;
    browser.on('Fetch.requestPaused', (paused) => events.request(paused));
    browser.on('Browser.downloadWillBegin', ({ guid, url, suggestedFilename, frameId }) => {
      events.download({ guid, url, name: suggestedFilename, frameId });
    });
    browser.on('Browser.downloadProgress', ({ guid, state }) => events.progress({ guid, state }));
    browser.on('Target.targetCreated', ({ targetInfo: { targetId, type, browserContextId } }) => {
      if (type !== 'page' || browserContextId !== this.#context) return;
      this.#pages.add(targetId);
      this.#closeForeign();
    });
    browser.on('Target.targetInfoChanged', ({ targetInfo: { targetId, title } }) =>
      events.title(targetId, title),
    );
    browser.on('Target.targetDestroyed', ({ targetId }) => {
      this.#pages.delete(targetId);
      this.#own.delete(targetId);
      events.closed(targetId);
    });
    await browser.send('Target.setDiscoverTargets', { discover: true });
    await browser.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    await browser.send('Browser.setDownloadBehavior', {
      behavior: 'allowAndName',
      downloadPath: settings.downloads,
      browserContextId: this.#context,
      eventsEnabled: true,
    });
  }

  /** A window of Electron has one page and opens no other. */
  #closeForeign(): void {
    // The event of a page of ours comes before the answer that names it.
    if (this.#opening > 0) return;
    for (const targetId of this.#pages) if (!this.#own.has(targetId)) void this.closePage(targetId);
  }
}
