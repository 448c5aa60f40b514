/** `Tray`: an icon in the bar, which nobody sees; tests ask what it was told, and click on it. */
import { makeDestroyed } from './destroyed.ts';
import { needsReady } from './lifecycle.ts';
import { Menu } from './menu.ts';
import { type NativeImage, pictureOf } from './native-image.ts';
import { StrictEmitter } from './strict.ts';

type Has =
  | (
      | 'setImage'
      | 'setPressedImage'
      | 'setToolTip'
      | 'setTitle'
      | 'getTitle'
      | 'setContextMenu'
      | 'popUpContextMenu'
    )
  | ('closeContextMenu' | 'getBounds' | 'destroy' | 'isDestroyed' | 'setIgnoreDoubleClickEvents');

type Picture = NativeImage | Electron.NativeImage | string;

export class Tray extends StrictEmitter implements Pick<Electron.Tray, Has> {
  static readonly events = ['click', 'right-click', 'double-click', 'middle-click'];
  #title = '';
  #menu: Menu | null = null;
  #isDestroyed = false;

  constructor(image: Picture, guid?: string) {
    needsReady('Cannot create Tray');
    super();
    pictureOf(image as NativeImage);
    if (guid !== undefined && typeof guid !== 'string') throw new TypeError('A GUID is a string.');
  }

  setImage(image: Picture): void {
    pictureOf(image as NativeImage);
  }
  setPressedImage(image: Picture): void {
    pictureOf(image as NativeImage);
  }
  setToolTip(toolTip: string): void {
    if (typeof toolTip !== 'string') throw new TypeError('A tooltip is a string.');
  }
  setTitle(title: string): void {
    this.#title = title;
  }
  getTitle(): string {
    return this.#title;
  }
  setContextMenu(menu: Electron.Menu | null): void {
    if (menu !== null && !((menu as object) instanceof Menu)) throw new TypeError('Invalid menu');
    this.#menu = menu as unknown as Menu | null;
  }
  popUpContextMenu(menu?: Electron.Menu): void {
    ((menu as unknown as Menu | undefined) ?? this.#menu)?.popup();
  }
  closeContextMenu(): void {
    this.#menu?.closePopup();
  }
  setIgnoreDoubleClickEvents(_ignore: boolean): void {}
  /** Linux does not tell where it is. */
  getBounds(): Electron.Rectangle {
    return { x: 0, y: 0, width: 0, height: 0 };
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  destroy(): void {
    this.#isDestroyed = true;
    makeDestroyed(this);
  }
}
