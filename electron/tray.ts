/** The icon in the bar: shows what `trayState` says, and changes only what has changed. */
import type { MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import { type TrayAction, type TrayEntry, type TrayFacts, type TrayIcon, trayState } from './tray-state.ts';

export interface TrayOptions {
  readonly make: (image: NativeImage) => Tray;
  /** The picture of a state, as suits the bar now. */
  readonly image: (icon: TrayIcon) => NativeImage;
  readonly menu: (template: MenuItemConstructorOptions[]) => Electron.Menu;
  readonly act: (action: TrayAction) => void;
  /** A click opens a menu by itself where that is the custom: macOS, and Linux, which tells of no click. */
  readonly clickOpens: boolean;
}

/** A menu that is replaced closes while somebody reads it, so numbers may be a moment old. */
const RENDER_MS = 1000;

export class TrayControl {
  readonly #options: TrayOptions;
  #facts: TrayFacts;
  #tray: Tray | undefined;
  #shown = { icon: '', tooltip: '', menu: '' };
  #timer: NodeJS.Timeout | undefined;
  #renderedAt = Number.NEGATIVE_INFINITY;

  constructor(options: TrayOptions, facts: TrayFacts) {
    this.#options = options;
    this.#facts = facts;
    this.#render();
  }

  /** Something is different now. What a person does to the tray shows at once, all else within a second. */
  update(part: Partial<TrayFacts>, when: 'at once' | 'soon' = 'soon'): void {
    this.#facts = { ...this.#facts, ...part };
    const wait = when === 'at once' ? 0 : this.#renderedAt + RENDER_MS - performance.now();
    if (wait <= 0) this.#render();
    else this.#timer ??= setTimeout(() => this.#render(), wait);
  }

  /** The bar has become light or dark. */
  barChanged(): void {
    this.#shown = { ...this.#shown, icon: '' };
    this.#render();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#tray?.destroy();
    this.#tray = undefined;
  }

  #render(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#renderedAt = performance.now();
    const { make, image, menu, act, clickOpens } = this.#options;
    const state = trayState(this.#facts);
    if (!this.#tray) {
      this.#tray = make(image(state.icon));
      if (clickOpens) this.#tray.on('click', () => act({ do: 'open' }));
    } else if (state.icon !== this.#shown.icon) {
      this.#tray.setImage(image(state.icon));
    }
    if (state.tooltip !== this.#shown.tooltip) this.#tray.setToolTip(state.tooltip);
    const entries = JSON.stringify(state.menu);
    if (entries !== this.#shown.menu) this.#tray.setContextMenu(menu(template(state.menu, act)));
    this.#shown = { icon: state.icon, tooltip: state.tooltip, menu: entries };
  }
}

function template(entries: readonly TrayEntry[], act: TrayOptions['act']): MenuItemConstructorOptions[] {
  return entries.map((entry) => {
    if (entry === 'separator') return { type: 'separator' };
    const { label, action, checked } = entry;
    return {
      label,
      enabled: action !== undefined,
      ...(checked === undefined ? {} : { type: 'checkbox' as const, checked }),
      ...(action ? { click: () => act(action) } : {}),
    };
  });
}
