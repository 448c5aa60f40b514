/** `WebContents`: what a window shows, as the app commands and watches it. */
import { toPage } from './address.ts';
import { app } from './app.ts';
import { inBackground } from './cdp.ts';
import { cloned } from './clone.ts';
import { ContentsEvents, type OpenHandler } from './contents-events.ts';
import { CONTENTS_EVENTS, type ContentsMember } from './contents-names.ts';
import { ContentsPage, type PageHost } from './contents-page.ts';
import { makeDestroyed } from './destroyed.ts';
import { makeEvent } from './event.ts';
import { shown } from './frames.ts';
import { Navigation } from './navigation.ts';
import type { Look, Page, Preload } from './page.ts';
import { makePlayer } from './player.ts';
import { endpointsOf } from './ports.ts';
import { defaultSession } from './session.ts';
import { enter, leave, openChromium, type Player } from './stage.ts';
import { missing, StrictEmitter } from './strict.ts';

/** The window around it. */
export interface Surrounding {
  isFocused(): boolean;
  focus(): void;
  /** The page is closed: by itself, or because nothing speaks against it. */
  closed(): void;
  /** The page did not want to close. */
  stays(): void;
  painted(): void;
}

const all = new Map<number, WebContents>();

export class WebContents extends StrictEmitter implements Pick<Electron.WebContents, ContentsMember> {
  static readonly events = CONTENTS_EVENTS;

  readonly id = all.size + 1;
  readonly session = defaultSession;
  readonly #around: Surrounding;
  readonly #page: ContentsPage;
  readonly #navigation: Navigation;
  readonly #events: ContentsEvents;
  readonly #player: Player;
  #isDestroyed = false;
  #closing = false;

  constructor(around: Surrounding, preload: Preload, look: Look) {
    super();
    all.set(this.id, this);
    this.#around = around;
    this.#events = new ContentsEvents(this, this.#public(), preload.path ?? '');
    this.#page = new ContentsPage(this.#host(), preload, look);
    const page = this.#page;
    this.#navigation = new Navigation({
      get frames() {
        return page.frames;
      },
      emit: (event, ...args) => this.#tell(event, args),
    });
    this.#player = makePlayer(this.#public(), page, this.#navigation, () => this.#around.closed());
    enter(this.#player);
    app.emit('web-contents-created', makeEvent(), this);
    inBackground(page.open());
  }

  static all(): WebContents[] {
    return [...all.values()].filter((each) => !each.#isDestroyed);
  }
  static byId(id: number): WebContents | undefined {
    return WebContents.all().find((each) => each.id === id);
  }

  get mainFrame(): Electron.WebFrameMain {
    return shown(this.#page.frames.main) as Electron.WebFrameMain;
  }
  /** For the stand-in: where tests find the page. */
  get targetId(): string | undefined {
    return this.#page.targetId;
  }

  loadURL(url: string, options: Electron.LoadURLOptions = {}): Promise<void> {
    for (const name of Object.keys(options)) throw missing(`option '${name}' of loadURL`);
    const loaded = this.#load(url);
    // As in Electron: whoever does not look at it need not know.
    loaded.catch(() => {});
    return loaded;
  }
  getURL(): string {
    return this.#navigation.url;
  }
  getTitle(): string {
    return this.#navigation.title;
  }
  isLoading(): boolean {
    return this.#navigation.isLoading;
  }
  reload(): void {
    if (!this.#page.isCrashed) {
      inBackground(this.#page.open().then(({ session }) => this.#navigation.reload(session)));
      return;
    }
    void this.#page.reopen();
    // Why it did not come back is told by `did-fail-load`.
    this.#load(this.#navigation.url).catch(() => {});
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  isCrashed(): boolean {
    return this.#page.isCrashed;
  }
  forcefullyCrashRenderer(): void {
    inBackground(this.#page.open().then(({ session }) => session.send('Page.crash')));
  }
  close(options: Partial<Electron.CloseOpts> = {}): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#page.isCrashed || !options.waitForBeforeUnload) this.#around.closed();
    else inBackground(this.#page.open().then(({ session }) => session.send('Page.close')));
  }
  focus(): void {
    this.#around.focus();
  }
  isFocused(): boolean {
    return this.#around.isFocused();
  }

  send(channel: string, ...args: unknown[]): void {
    const copy = cloned(args);
    this.#page.channel?.event(channel, copy, []);
  }
  postMessage(channel: string, message: unknown, transfer: Electron.MessagePortMain[] = []): void {
    const copy = cloned([message]);
    const ports = endpointsOf(transfer);
    if (this.#page.channel) this.#page.channel.event(channel, copy, ports);
    else for (const port of ports) port.close();
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#events.openHandler = handler;
  }
  setZoomFactor(zoom: number): void {
    if (!(zoom > 0)) throw new Error("'zoomFactor' must be a double greater than 0.0");
    this.#page.wear({ zoom });
  }
  getZoomFactor(): number {
    return this.#page.look.zoom;
  }

  async executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    const page = await this.#page.open();
    return page.evaluate(code, userGesture);
  }

  /** For the window: how the page looks now. */
  wear(look: Partial<Look>): void {
    this.#page.wear(look);
  }

  /** For the window: it is gone. */
  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    leave(this.#player);
    this.#navigation.abort();
    this.#page.end();
    this.emit('destroyed');
    makeDestroyed(this);
  }

  async #load(url: string): Promise<void> {
    const page = this.#page.open();
    const prepared = page.then(async (opened) => {
      const chromium = await openChromium();
      const asking = { contents: this.#public(), url: toPage(url) };
      if (URL.canParse(url)) await defaultSession.permissions.prepare(chromium, asking);
      return opened;
    });
    await this.#navigation.load(url, prepared);
  }

  #host(): PageHost {
    const events = this.#events;
    return {
      opened: ({ session }: Page) => this.#navigation.watch(session),
      crashed: () => {
        this.#navigation.abort();
        const details = { reason: 'crashed' as const, exitCode: 133 };
        app.emit('render-process-gone', makeEvent(), this, details);
        this.emit('render-process-gone', makeEvent(), details);
      },
      heard: (message, channel) => events.hear(message, channel, toPage(this.#navigation.url)),
      said: (line) => events.say(line),
      windowOpened: (opened) => events.windowOpened(opened),
      mustClose: () => {
        const must = events.mustClose();
        if (must) return true;
        this.#closing = false;
        this.#around.stays();
        return false;
      },
      send: (channel, ...args) => this.send(channel, ...args),
      postMessage: (channel, message, transfer) => this.postMessage(channel, message, transfer),
      executeJavaScript: (code, userGesture) => this.executeJavaScript(code, userGesture),
    };
  }

  #tell(event: string, args: unknown[]): boolean {
    if (event !== 'first-paint') return this.emit(event, ...args);
    this.#around.painted();
    return true;
  }

  /** As an app sees it. */
  #public(): Electron.WebContents {
    return this as unknown as Electron.WebContents;
  }
}
