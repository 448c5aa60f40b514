/** `WebFrameMain`, and the tree of frames that a page has. */
import { fromPage } from './address.ts';
import { missing, StrictEmitter } from './strict.ts';

type Has =
  | ('url' | 'origin' | 'name' | 'top' | 'parent' | 'frames' | 'framesInSubtree' | 'processId' | 'routingId')
  | ('frameTreeNodeId' | 'detached' | 'isDestroyed' | 'send' | 'postMessage' | 'executeJavaScript');

/** What a main frame can do, because its page has a preload. */
export type FrameActions = Pick<Electron.WebFrameMain, 'send' | 'postMessage' | 'executeJavaScript'>;

let count = 0;

export class WebFrameMain extends StrictEmitter implements Pick<Electron.WebFrameMain, Has> {
  static readonly events = ['dom-ready'];
  readonly processId: number;
  readonly routingId = ++count;
  readonly frameTreeNodeId = count;
  readonly #actions: FrameActions;
  readonly #parent: WebFrameMain | null;
  readonly #children = new Set<WebFrameMain>();
  #url = '';
  #name = '';
  #isGone = false;

  constructor(processId: number, actions: FrameActions, parent: WebFrameMain | null) {
    super();
    this.processId = processId;
    this.#actions = actions;
    this.#parent = parent;
    if (parent) parent.#children.add(this);
  }

  get url(): string {
    return this.#here().#url;
  }
  get origin(): string {
    return originOf(this.#here().#url);
  }
  get name(): string {
    return this.#here().#name;
  }
  get parent(): Electron.WebFrameMain | null {
    return shown(this.#here().#parent);
  }
  get top(): Electron.WebFrameMain | null {
    const { parent } = this.#here();
    return parent ? parent.top : shown(this);
  }
  get frames(): Electron.WebFrameMain[] {
    return [...this.#here().#children].map((each) => shown(each) as Electron.WebFrameMain);
  }
  get framesInSubtree(): Electron.WebFrameMain[] {
    return [shown(this) as Electron.WebFrameMain, ...this.frames.flatMap((each) => each.framesInSubtree)];
  }
  get detached(): boolean {
    return this.#isGone;
  }
  isDestroyed(): boolean {
    return this.#isGone;
  }
  send(channel: string, ...args: unknown[]): void {
    this.#here().#actions.send(channel, ...args);
  }
  postMessage(channel: string, message: unknown, transfer?: Electron.MessagePortMain[]): void {
    this.#here().#actions.postMessage(channel, message, transfer);
  }
  executeJavaScript(code: string, userGesture?: boolean): Promise<unknown> {
    return this.#here().#actions.executeJavaScript(code, userGesture);
  }

  /** For the tree: a document came. @param url as the browser sees it */
  shows(url: string, name: string): void {
    this.#url = fromPage(url);
    this.#name = name;
  }

  /** For the tree: the frame is gone. */
  end(): void {
    this.#isGone = true;
    if (this.#parent) this.#parent.#children.delete(this);
    for (const child of this.#children) child.end();
  }

  #here(): this {
    if (this.#isGone) throw new Error('Render frame was disposed before WebFrameMain could be accessed');
    return this;
  }
}

/** As an app sees it. */
export function shown(frame: WebFrameMain | null): Electron.WebFrameMain | null {
  return frame as Electron.WebFrameMain | null;
}

function originOf(url: string): string {
  const found = /^(?:blob:)?([a-z][a-z0-9+.-]*:\/\/[^/?#]+)/i.exec(url);
  return found?.[1] ?? 'null';
}

/** What a frame within a page can do: it has no preload. */
const NO_PRELOAD: FrameActions = {
  send: () => {},
  postMessage: () => {},
  executeJavaScript: () => Promise.reject(missing('executeJavaScript for a frame within a page')),
};

export class FrameTree {
  readonly #processId: number;
  readonly #actions: FrameActions;
  readonly #frames = new Map<string, WebFrameMain>();
  #mainId: string;

  /** @param mainId Chromium's name for the main frame */
  constructor(processId: number, mainId: string, actions: FrameActions) {
    this.#processId = processId;
    this.#actions = actions;
    this.#mainId = mainId;
    this.#frames.set(mainId, new WebFrameMain(processId, actions, null));
  }

  get main(): WebFrameMain {
    return this.#frames.get(this.#mainId) as WebFrameMain;
  }

  isMain(id: string): boolean {
    return id === this.#mainId;
  }

  get(id: string): WebFrameMain | undefined {
    return this.#frames.get(id);
  }

  attached(id: string, parentId: string): void {
    const parent = this.#frames.get(parentId) ?? this.main;
    if (!this.#frames.has(id)) this.#frames.set(id, new WebFrameMain(this.#processId, NO_PRELOAD, parent));
  }

  detached(id: string): void {
    this.#frames.get(id)?.end();
    this.#frames.delete(id);
  }

  /** A frame has another document. That of the main frame makes it another frame, as far as an app can tell. */
  navigated({ id, url, name }: { readonly id: string; readonly url: string; readonly name: string }): void {
    if (id === this.#mainId) {
      this.main.end();
      this.#frames.clear();
      this.#frames.set(id, new WebFrameMain(this.#processId, this.#actions, null));
    }
    this.#frames.get(id)?.shows(url, name);
  }

  /** The address of a frame has changed without another document. */
  moved(id: string, url: string): void {
    const frame = this.#frames.get(id);
    frame?.shows(url, frame.name);
  }
}
