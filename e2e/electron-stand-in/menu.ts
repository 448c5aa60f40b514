/** `Menu`: an application's menu, a tray's, or one that pops up. Nothing is drawn; tests look at `items`. */
import { makeEvent } from './event.ts';
import { MenuItem } from './menu-item.ts';
import { refused, StrictEmitter } from './strict.ts';

type Options = Electron.MenuItemConstructorOptions;
type Has = 'popup' | 'closePopup' | 'getMenuItemById';

/** The submenus that Electron makes of a role. */
const ROLES: Partial<
  Record<NonNullable<Options['role']>, { readonly label: string; readonly items: Options[] }>
> = {
  editMenu: {
    label: 'Edit',
    items: [
      ...[{ role: 'undo' }, { role: 'redo' }, { type: 'separator' }, { role: 'cut' }, { role: 'copy' }],
      ...[{ role: 'paste' }, { role: 'delete' }, { type: 'separator' }, { role: 'selectAll' }],
    ] as Options[],
  },
  windowMenu: { label: 'Window', items: [{ role: 'minimize' }, { role: 'zoom' }, { role: 'close' }] },
  fileMenu: { label: 'File', items: [{ role: 'quit' }] },
  appMenu: {
    label: '',
    items: [
      { role: 'about' },
      { type: 'separator' },
      { role: 'hide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  },
};

let applicationMenu: Menu | null = null;

export class Menu extends StrictEmitter implements Pick<Electron.Menu, Has> {
  static readonly events = ['menu-will-show', 'menu-will-close'];
  readonly items: MenuItem[] = [];

  static buildFromTemplate(template: (Options | MenuItem)[]): Menu {
    if (!Array.isArray(template))
      throw new TypeError('Invalid template for Menu: Menu template must be an array');
    const menu = new Menu();
    for (const each of template) menu.append(each instanceof MenuItem ? each : itemOf(each));
    return menu;
  }
  static setApplicationMenu(menu: Menu | null): void {
    if (menu !== null && !(menu instanceof Menu)) throw new TypeError('Invalid menu');
    applicationMenu = menu;
  }
  static getApplicationMenu(): Menu | null {
    return applicationMenu;
  }

  append(item: MenuItem): void {
    this.insert(this.items.length, item);
  }
  insert(at: number, item: MenuItem): void {
    if (!(item instanceof MenuItem)) throw new TypeError('Invalid item');
    if (at < 0 || at > this.items.length)
      throw new RangeError(`Position ${at} cannot be less than 0 or beyond the end`);
    this.items.splice(at, 0, item);
    item.menu = this as unknown as Electron.Menu;
    if (item.type === 'radio') this.#group();
  }
  getMenuItemById(id: string): Electron.MenuItem | null {
    for (const item of this.items) {
      const found =
        item.id === id ? (item as unknown as Electron.MenuItem) : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
  popup(_options?: Electron.PopupOptions): void {
    this.emit('menu-will-show', makeEvent());
  }
  closePopup(): void {
    this.emit('menu-will-close', makeEvent());
  }

  /** Radio items that stand side by side are one group, of which one is checked. */
  #group(): void {
    let group: MenuItem[] = [];
    for (const item of this.items) {
      if (item.type !== 'radio') {
        group = [];
        continue;
      }
      group.push(item);
      item.group = group;
    }
    for (const item of this.items) {
      const [first] = item.group;
      if (first && !item.group.some(({ checked }) => checked)) first.checked = true;
    }
  }
}

function itemOf(options: Options): MenuItem {
  if (typeof options !== 'object' || options === null) throw new TypeError('Invalid template for MenuItem');
  const { role, submenu, ...rest } = options;
  const made = role === undefined ? undefined : ROLES[role];
  if (made) {
    const items = submenu ?? made.items;
    return itemOf({ label: made.label, ...rest, type: 'submenu', submenu: items });
  }
  if (submenu === undefined) return new MenuItem(options);
  if (options.type !== undefined && options.type !== 'submenu')
    throw refused(`a '${options.type}' has no submenu`);
  const built = Array.isArray(submenu) ? Menu.buildFromTemplate(submenu) : (submenu as unknown as Menu);
  return new MenuItem(options, built as unknown as Electron.Menu);
}
