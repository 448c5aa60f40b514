/**
 * What an app shows in the tray and in its menus, and clicks on them. A tray becomes known with the first thing that
 * is said to it, which is before anybody could see it. Goes into Electron as source text.
 */
import type { Tools } from './desktop-observer-tools.ts';
import type { MenuEntry, TrayObserver } from './desktop-views.ts';

export function observeTray(
  electron: typeof Electron.CrossProcessExports,
  { wrap, watch }: Tools,
): TrayObserver {
  const { BrowserWindow, Menu, nativeImage, Tray } = electron;

  interface Shown {
    tray: Electron.Tray;
    tooltip: string;
    title: string;
    menu: Electron.Menu | null;
    image: Electron.NativeImage;
  }
  let shown: Shown | undefined;
  // The picture that a tray begins with can't be seen; it is the one that was made last.
  let lastImage = nativeImage.createEmpty();
  const trayOf = (self: object): Shown => {
    const tray = self as Electron.Tray;
    if (shown?.tray !== tray) shown = { tray, tooltip: '', title: '', menu: null, image: lastImage };
    return shown;
  };
  const imageOf = (image: Electron.NativeImage | string) =>
    typeof image === 'string' ? nativeImage.createFromPath(image) : image;
  for (const name of ['createEmpty', 'createFromPath', 'createFromBuffer', 'createFromDataURL'] as const) {
    wrap(nativeImage, name, (original) => {
      return ((...args: never[]) => {
        lastImage = (original as (...given: never[]) => Electron.NativeImage)(...args);
        return lastImage;
      }) as never;
    });
  }
  watch(Tray.prototype, 'setImage', (self, image: Electron.NativeImage | string) => {
    trayOf(self).image = imageOf(image);
  });
  watch(Tray.prototype, 'setToolTip', (self, tooltip: string) => {
    trayOf(self).tooltip = tooltip;
  });
  watch(Tray.prototype, 'setTitle', (self, title: string) => {
    trayOf(self).title = title;
  });
  watch(Tray.prototype, 'setContextMenu', (self, menu: Electron.Menu | null) => {
    trayOf(self).menu = menu;
  });
  watch(Tray.prototype, 'destroy', (self) => {
    if (shown?.tray === self) shown = undefined;
  });
  const tray = (): Shown => {
    if (!shown) throw new Error('There is no icon in the tray.');
    return shown;
  };

  // Menus.
  const entries = (menu: Electron.Menu | null | undefined): MenuEntry[] =>
    (menu?.items ?? []).map(({ label, type, enabled, visible, checked, submenu }) => {
      return { label, type, enabled, visible, checked, ...(submenu ? { submenu: entries(submenu) } : {}) };
    });
  const click = (menu: Electron.Menu | null | undefined, [label, ...rest]: readonly string[]): void => {
    const items = menu?.items ?? [];
    const item = items.find((each) => each.label === label && each.visible);
    if (!item)
      throw new Error(`The menu has no '${label}', only: ${items.map((each) => each.label).join(', ')}.`);
    if (!item.enabled) throw new Error(`'${label}' is there, but can't be clicked.`);
    if (rest.length > 0) {
      click(item.submenu, rest);
      return;
    }
    if (item.type === 'separator' || item.submenu) throw new Error(`'${label}' is nothing to click.`);
    item.click({}, BrowserWindow.getFocusedWindow() ?? undefined);
  };

  return {
    tray: () =>
      shown && {
        tooltip: shown.tooltip,
        title: shown.title,
        menu: entries(shown.menu),
        png: new Uint8Array(shown.image.toPNG()),
      },
    applicationMenu: () => entries(Menu.getApplicationMenu()),
    clickTray: (event) => {
      const nowhere = { x: 0, y: 0, width: 0, height: 0 };
      tray().tray.emit(
        event,
        { altKey: false, shiftKey: false, ctrlKey: false, metaKey: false },
        nowhere,
        nowhere,
      );
    },
    clickMenu: (where, path) => click(where === 'tray' ? tray().menu : Menu.getApplicationMenu(), path),
    showsPicture: (path) => {
      const wanted = nativeImage.createFromPath(path);
      return !wanted.isEmpty() && tray().image.toPNG().equals(wanted.toPNG());
    },
  };
}
