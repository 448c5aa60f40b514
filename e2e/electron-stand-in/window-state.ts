/** How a window stands on the screen. Changes nothing but itself, and tells what has changed. */

/** The only display: what `screen` tells, and where windows are centred. */
export const DISPLAY = { width: 1920, height: 1080, barHeight: 32 } as const;

const SIZE = { width: 800, height: 600 };

type Options = Electron.BrowserWindowConstructorOptions;

export class WindowState {
  /** Where it is when neither minimized nor maximized. */
  normal: Electron.Rectangle;
  isVisible = false;
  isFocused = false;
  isMinimized = false;
  isMaximized = false;
  readonly #smallest: Electron.Size;
  readonly #largest: Electron.Size;
  readonly #tell: (event: string) => void;

  constructor(options: Options, tell: (event: string) => void) {
    const { width = SIZE.width, height = SIZE.height, x, y } = options;
    const { minWidth = 0, minHeight = 0, maxWidth = 0, maxHeight = 0 } = options;
    this.#tell = tell;
    this.#smallest = { width: minWidth, height: minHeight };
    this.#largest = {
      width: maxWidth || Number.MAX_SAFE_INTEGER,
      height: maxHeight || Number.MAX_SAFE_INTEGER,
    };
    const size = this.#limited({ width, height });
    const centred = {
      x: Math.round((DISPLAY.width - size.width) / 2),
      y: Math.round((DISPLAY.height - size.height) / 2),
    };
    this.normal = { x: x ?? centred.x, y: y ?? centred.y, ...size };
  }

  get bounds(): Electron.Rectangle {
    const { width, height, barHeight } = DISPLAY;
    return this.isMaximized ? { x: 0, y: barHeight, width, height: height - barHeight } : { ...this.normal };
  }

  setBounds(part: Partial<Electron.Rectangle>): void {
    const old = this.bounds;
    this.isMaximized = false;
    const wanted = { ...old, ...part };
    this.normal = { ...wanted, ...this.#limited(wanted) };
    const { x, y, width, height } = this.normal;
    if (x !== old.x || y !== old.y) this.#tellAll('move', 'moved');
    if (width !== old.width || height !== old.height) this.#tellAll('resize', 'resized');
  }

  show(): void {
    if (this.isVisible) return;
    this.isVisible = true;
    this.#tell('show');
  }

  hide(): void {
    this.blur();
    if (!this.isVisible) return;
    this.isVisible = false;
    this.#tell('hide');
  }

  focus(): void {
    if (this.isFocused || !this.isVisible) return;
    this.isFocused = true;
    this.#tell('focus');
  }

  blur(): void {
    if (!this.isFocused) return;
    this.isFocused = false;
    this.#tell('blur');
  }

  minimize(): void {
    this.blur();
    if (this.isMinimized) return;
    this.isMinimized = true;
    this.#tell('minimize');
  }

  restore(): void {
    if (!this.isMinimized) return;
    this.isMinimized = false;
    this.#tell('restore');
  }

  maximize(): void {
    this.show();
    this.restore();
    if (this.isMaximized) return;
    this.isMaximized = true;
    this.#tellAll('maximize', 'resize', 'resized');
  }

  unmaximize(): void {
    if (!this.isMaximized) return;
    this.isMaximized = false;
    this.#tellAll('unmaximize', 'resize', 'resized');
  }

  #limited({ width, height }: Electron.Size): Electron.Size {
    const [least, most] = [this.#smallest, this.#largest];
    return {
      width: Math.min(Math.max(width, least.width), most.width),
      height: Math.min(Math.max(height, least.height), most.height),
    };
  }

  #tellAll(...events: string[]): void {
    for (const event of events) this.#tell(event);
  }
}
