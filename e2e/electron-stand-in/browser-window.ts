/** `BrowserWindow`. Its frame is not drawn, so the content is as large as the window. */
import { app } from './app.ts';
import { makeDestroyed } from './destroyed.ts';
import { makeEvent } from './event.ts';
import { needsReady } from './lifecycle.ts';
import { nativeTheme } from './native-theme.ts';
import { isOnline, watchOnline } from './net.ts';
import { defaultSession } from './session.ts';
import { StrictEmitter } from './strict.ts';
import { WebContents } from './web-contents.ts';
import { checkWindowOptions } from './window-options.ts';
import { WindowState } from './window-state.ts';
import { type AnyWindow, addWindow, removeWindow } from './windows.ts';

type Has =
  | ('id' | 'loadURL' | 'show' | 'showInactive' | 'hide' | 'focus' | 'blur' | 'close' | 'destroy' | 'reload')
  | (
      | 'minimize'
      | 'restore'
      | 'isMinimized'
      | 'maximize'
      | 'unmaximize'
      | 'isMaximized'
      | 'isVisible'
      | 'isFocused'
    )
  | ('isDestroyed' | 'getBounds' | 'setBounds' | 'getNormalBounds' | 'setTitle' | 'getTitle')
  | ('setMenuBarVisibility' | 'removeMenu' | 'setBackgroundColor' | 'setIcon');

const windows = new Map<number, BrowserWindow>();
let count = 0;

export class BrowserWindow extends StrictEmitter implements Pick<Electron.BrowserWindow, Has>, AnyWindow {
  static readonly events = [
    ...[
      'ready-to-show',
      'show',
      'hide',
      'focus',
      'blur',
      'close',
      'closed',
      'resize',
      'resized',
      'move',
      'moved',
    ],
    ...['minimize', 'restore', 'maximize', 'unmaximize', 'unresponsive', 'responsive', 'page-title-updated'],
    ...['query-session-end', 'session-end'],
  ];

  readonly id = ++count;
  readonly #contents: WebContents;
  readonly #state: WindowState;
  readonly #stopWatching: (() => void)[];
  readonly #paints: boolean;
  #title: string;
  #isDestroyed = false;

  static getAllWindows(): BrowserWindow[] {
    return [...windows.values()];
  }
  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((each) => each.#state.isFocused) ?? null;
  }
  static fromId(id: number): BrowserWindow | null {
    return windows.get(id) ?? null;
  }
  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((each) => each.#contents === contents) ?? null;
  }

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    needsReady('Cannot create BrowserWindow');
    super();
    checkWindowOptions(options);
    const { title, show = true, paintWhenInitiallyHidden = true, webPreferences } = options;
    this.#title = title ?? app.getName();
    this.#paints = paintWhenInitiallyHidden;
    this.#state = new WindowState(options, (event) => this.#changed(event));
    const { width, height } = this.#state.normal;
    const { preload, additionalArguments = [], zoomFactor = 1 } = webPreferences ?? {};
    this.#contents = new WebContents(
      {
        isFocused: () => this.#state.isFocused,
        focus: () => this.focus(),
        closed: () => this.destroy(),
        stays: () => app.stayOpen(),
        painted: () => this.#painted(),
      },
      { path: preload, args: additionalArguments },
      {
        ...{ width, height, zoom: zoomFactor, dark: nativeTheme.shouldUseDarkColors },
        ...{ offline: !isOnline(), userAgent: defaultSession.getUserAgent() },
      },
    );
    this.#stopWatching = [
      nativeTheme.watch(() => this.#contents.wear({ dark: nativeTheme.shouldUseDarkColors })),
      watchOnline(() => this.#contents.wear({ offline: !isOnline() })),
    ];
    this.#contents.on('page-title-updated', (_event, text: string, explicitSet: boolean) => {
      const event = makeEvent();
      this.emit('page-title-updated', event, text, explicitSet);
      if (!event.defaultPrevented) this.#title = text;
    });
    windows.set(this.id, this);
    addWindow(this);
    app.emit('browser-window-created', makeEvent(), this);
    if (show) this.show();
  }

  get webContents(): Electron.WebContents {
    return this.#contents as unknown as Electron.WebContents;
  }

  loadURL(url: string, options?: Electron.LoadURLOptions): Promise<void> {
    return this.#contents.loadURL(url, options);
  }
  reload(): void {
    this.#contents.reload();
  }

  show(): void {
    this.#state.show();
    this.focus();
  }
  showInactive(): void {
    this.#state.show();
  }
  hide(): void {
    this.#state.hide();
  }
  focus(): void {
    for (const other of BrowserWindow.getAllWindows()) if (other !== this) other.#state.blur();
    this.#state.focus();
  }
  blur(): void {
    this.#state.blur();
  }
  minimize(): void {
    this.#state.minimize();
  }
  restore(): void {
    this.#state.restore();
    this.focus();
  }
  maximize(): void {
    this.#state.maximize();
  }
  unmaximize(): void {
    this.#state.unmaximize();
  }
  isMinimized(): boolean {
    return this.#state.isMinimized;
  }
  isMaximized(): boolean {
    return this.#state.isMaximized;
  }
  isVisible(): boolean {
    return this.#state.isVisible && !this.#state.isMinimized;
  }
  isFocused(): boolean {
    return this.#state.isFocused;
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  close(): void {
    const event = makeEvent();
    this.emit('close', event);
    if (event.defaultPrevented) app.stayOpen();
    else if (!this.#isDestroyed) this.#contents.close({ waitForBeforeUnload: true });
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    for (const stop of this.#stopWatching) stop();
    windows.delete(this.id);
    this.#contents.destroy();
    this.emit('closed');
    makeDestroyed(this);
    removeWindow(this);
  }

  getBounds(): Electron.Rectangle {
    return this.#state.bounds;
  }
  getNormalBounds(): Electron.Rectangle {
    return { ...this.#state.normal };
  }
  setBounds(bounds: Partial<Electron.Rectangle>): void {
    this.#state.setBounds(bounds);
  }

  setTitle(title: string): void {
    this.#title = title;
  }
  getTitle(): string {
    return this.#title;
  }
  setBackgroundColor(_color: string): void {}
  setIcon(_icon: Electron.NativeImage | string): void {}
  setMenuBarVisibility(_visible: boolean): void {}
  removeMenu(): void {}

  /** For the stand-in: where tests find its page. */
  static targets(): (string | undefined)[] {
    return BrowserWindow.getAllWindows().map((each) => each.#contents.targetId);
  }

  #changed(event: string): void {
    if (event.startsWith('resize')) {
      const { width, height } = this.#state.bounds;
      this.#contents.wear({ width, height });
    }
    // Told by the system, a moment later.
    setImmediate(() => {
      if (this.#isDestroyed) return;
      if (event === 'focus' || event === 'blur') {
        app.emit(`browser-window-${event}`, makeEvent(), this);
        this.#contents.emit(event);
      }
      this.emit(event);
    });
  }

  #painted(): void {
    if (!this.#isDestroyed && this.#paints && !this.#state.isVisible) this.emit('ready-to-show');
  }
}
