/**
 * The page behind a `WebContents`: opened when it is wanted, opened again after a crash, and translated into what
 * Electron would tell of it.
 */
import { fromPage } from './address.ts';
import { inBackground } from './cdp.ts';
import { Channel } from './channel.ts';
import { type FrameActions, FrameTree } from './frames.ts';
import { type Look, Page, type Preload } from './page.ts';
import { openChromium } from './stage.ts';
import { type FromWorld, WORLD } from './world-messages.ts';

export interface ConsoleLine {
  readonly level: 'debug' | 'info' | 'warning' | 'error';
  readonly text: string;
  readonly line: number;
  readonly url: string;
}

export interface PageHost extends FrameActions {
  /** A page begins; nothing has happened in it yet. */
  opened(page: Page): void;
  crashed(): void;
  heard(message: FromWorld, channel: Channel): void;
  said(line: ConsoleLine): void;
  /** The page has opened, or tried to open, another one. */
  windowOpened(opened: { readonly url: string; readonly name: string; readonly features: string }): void;
  /** The page would rather not close; whether it must. */
  mustClose(): boolean;
}

let processCount = 0;

export class ContentsPage {
  /** Of the page that is there now. */
  frames: FrameTree;
  isCrashed = false;
  readonly #host: PageHost;
  readonly #preload: Preload;
  #look: Look;
  #page: Promise<Page> | undefined;
  #shown: Page | undefined;
  /** The world of the document that is there now, by Chromium's name for it. */
  #world: { readonly id: string; readonly channel: Channel } | undefined;

  constructor(host: PageHost, preload: Preload, look: Look) {
    this.#host = host;
    this.#preload = preload;
    this.#look = look;
    this.frames = new FrameTree(0, '', host);
  }

  get channel(): Channel | undefined {
    return this.#world?.channel;
  }

  get look(): Look {
    return this.#look;
  }

  plays(targetId: string): boolean {
    return this.#shown?.targetId === targetId;
  }

  /** Where tests find it; undefined before it is there. */
  get targetId(): string | undefined {
    return this.#shown?.targetId;
  }

  /** The page; opened when this is called first. */
  open(): Promise<Page> {
    this.#page ??= this.#openPage();
    return this.#page;
  }

  /** After a crash: another page takes the place. */
  reopen(): Promise<Page> {
    const old = this.#shown;
    this.#shown = undefined;
    this.#page = this.#openPage();
    if (old) inBackground(this.#page.then(() => old.close()));
    this.isCrashed = false;
    return this.#page;
  }

  wear(look: Partial<Look>): void {
    this.#look = { ...this.#look, ...look };
    if (this.#page && !this.isCrashed) inBackground(this.#page.then((page) => page.wear(this.#look)));
  }

  /** Closes it at once. */
  end(): void {
    this.#endWorld();
    const page = this.#page;
    this.#shown = undefined;
    if (page) inBackground(page.then((each) => each.close()));
  }

  async #openPage(): Promise<Page> {
    const chromium = await openChromium();
    return Page.open(chromium, this.#preload, this.#look, (page) => {
      this.frames = new FrameTree(++processCount, page.targetId, this.#host);
      this.#shown = page;
      this.#watch(page);
      this.#host.opened(page);
    });
  }

  #watch(page: Page): void {
    const { session } = page;
    const host = this.#host;
    session.on('Runtime.executionContextCreated', ({ context }) => {
      const { frameId } = (context.auxData ?? {}) as { frameId?: string };
      if (context.name !== WORLD || frameId === undefined || !this.frames.isMain(frameId)) return;
      this.#endWorld();
      const id = context.uniqueId;
      this.#world = { id, channel: new Channel((text) => inBackground(page.deliver(id, text))) };
      this.#contextId = context.id;
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextUniqueId }) => {
      if (executionContextUniqueId === this.#world?.id) this.#endWorld();
    });
    session.on('Runtime.executionContextsCleared', () => this.#endWorld());
    session.on('Runtime.bindingCalled', ({ payload, executionContextId }) => {
      const channel = this.channel;
      if (channel && executionContextId === this.#contextId)
        host.heard(JSON.parse(payload) as FromWorld, channel);
    });
    session.on('Inspector.targetCrashed', () => {
      this.isCrashed = true;
      this.#endWorld();
      host.crashed();
    });
    session.on('Page.windowOpen', ({ url, windowName, windowFeatures }) => {
      host.windowOpened({ url: fromPage(url), name: windowName, features: windowFeatures.join(',') });
    });
    session.on('Page.javascriptDialogOpening', ({ type }) => {
      const accept = type === 'beforeunload' && host.mustClose();
      inBackground(session.send('Page.handleJavaScriptDialog', { accept }));
    });
    session.on('Runtime.consoleAPICalled', ({ type, args, stackTrace }) => {
      const [frame] = stackTrace?.callFrames ?? [];
      const text = args.map(({ value, description }) => String(value ?? description ?? '')).join(' ');
      host.said({
        level: levelOf(type),
        text,
        line: frame?.lineNumber ?? 0,
        url: fromPage(frame?.url ?? ''),
      });
    });
    session.on(
      'Runtime.exceptionThrown',
      ({ exceptionDetails: { text, exception, lineNumber, url = '' } }) => {
        host.said({
          level: 'error',
          text: `${text} ${exception?.description ?? ''}`,
          line: lineNumber,
          url: fromPage(url),
        });
      },
    );
    session.on('Log.entryAdded', ({ entry: { level, text, lineNumber = 0, url = '' } }) => {
      host.said({ level: levelOf(level), text, line: lineNumber, url: fromPage(url) });
    });
  }

  #contextId = 0;

  #endWorld(): void {
    this.#world?.channel.end();
    this.#world = undefined;
  }
}

function levelOf(type: string): ConsoleLine['level'] {
  switch (type) {
    case 'error':
    case 'assert':
      return 'error';
    case 'warning':
      return 'warning';
    case 'debug':
    case 'verbose':
      return 'debug';
    default:
      return 'info';
  }
}
