/** `MenuItem`: one line of a menu, and what a click on it does. */

import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { refused, Strict } from './strict.ts';

type Options = Electron.MenuItemConstructorOptions;
type Type = Electron.MenuItem['type'];
type Role = NonNullable<Electron.MenuItem['role']>;

type Has =
  | (
      | 'accelerator'
      | 'checked'
      | 'click'
      | 'commandId'
      | 'enabled'
      | 'icon'
      | 'id'
      | 'label'
      | 'role'
      | 'sublabel'
    )
  | ('submenu' | 'toolTip' | 'type' | 'visible' | 'menu' | 'registerAccelerator' | 'accessibilityLabel');

/** What Electron calls an item by its role. Those of submenus are in `menu.ts`. */
const LABELS: Partial<Record<NonNullable<Options['role']>, string>> = {
  ...{ undo: 'Undo', redo: 'Redo', cut: 'Cut', copy: 'Copy', paste: 'Paste', delete: 'Delete' },
  ...{ selectAll: 'Select All', pasteAndMatchStyle: 'Paste and Match Style', minimize: 'Minimize' },
  ...{
    close: 'Close Window',
    resetZoom: 'Actual Size',
    zoomIn: 'Zoom In',
    zoomOut: 'Zoom Out',
    reload: 'Reload',
  },
  ...{ togglefullscreen: 'Toggle Full Screen', zoom: 'Zoom', front: 'Bring All to Front', hide: 'Hide' },
  ...{ hideOthers: 'Hide Others', unhide: 'Show All', services: 'Services', help: 'Help', window: 'Window' },
};

/** All that an item may be told; what would not be seen is allowed. */
const OPTIONS: Record<keyof Options, true> = {
  ...({
    click: true,
    role: true,
    type: true,
    label: true,
    accessibilityLabel: true,
    sublabel: true,
  } as const),
  ...({ toolTip: true, accelerator: true, icon: true, enabled: true, visible: true, checked: true } as const),
  ...({
    acceleratorWorksWhenHidden: true,
    registerAccelerator: true,
    sharingItem: true,
    submenu: true,
  } as const),
  ...({ id: true, before: true, after: true, beforeGroupContaining: true, badge: true } as const),
  afterGroupContaining: true,
};

const TYPES: readonly Type[] = ['normal', 'separator', 'submenu', 'checkbox', 'radio', 'header', 'palette'];
const ZOOM_STEP = 1.2;

let count = 0;

export class MenuItem extends Strict implements Pick<Electron.MenuItem, Has> {
  readonly commandId = ++count;
  readonly type: Type;
  readonly role?: Role;
  readonly id: string;
  readonly icon?: Electron.NativeImage | string;
  readonly accelerator: Electron.Accelerator | null;
  readonly registerAccelerator: boolean;
  readonly accessibilityLabel: string;
  readonly submenu?: Electron.Menu;
  readonly click: (event?: object, window?: Electron.BaseWindow, contents?: Electron.WebContents) => void;
  label: string;
  sublabel: string;
  toolTip: string;
  enabled: boolean;
  visible: boolean;
  /** The other radio items of its group; set by the menu. */
  group: readonly MenuItem[] = [];
  menu!: Electron.Menu;
  #checked: boolean;

  /** @param submenu the submenu, if the options have one */
  constructor(options: Options, submenu?: Electron.Menu) {
    super();
    check(options);
    const { type, role, label, checked = false, enabled = true, visible = true } = options;
    this.type = type ?? (submenu ? 'submenu' : 'normal');
    if (this.type === 'submenu' && !submenu) throw new Error('Invalid submenu');
    this.role = role as Role;
    this.submenu = submenu as Electron.Menu;
    this.id = options.id ?? '';
    this.icon = options.icon as string;
    this.accelerator = options.accelerator ?? null;
    this.registerAccelerator = options.registerAccelerator ?? true;
    this.accessibilityLabel = options.accessibilityLabel ?? '';
    this.label = label ?? labelOf(role);
    this.sublabel = options.sublabel ?? '';
    this.toolTip = options.toolTip ?? '';
    this.enabled = enabled;
    this.visible = visible;
    this.#checked = checked;
    this.click = (event = {}, window) => this.#clicked(options.click, event, window);
  }

  get checked(): boolean {
    return this.#checked;
  }
  /** Of radio items in a group, one is checked: setting it to anything checks it. */
  set checked(checked: boolean) {
    if (this.type !== 'radio') {
      this.#checked = checked;
      return;
    }
    for (const other of this.group) other.#checked = false;
    this.#checked = true;
  }

  #clicked(click: Options['click'], event: object, window?: Electron.BaseWindow): void {
    if (this.type === 'checkbox' || this.type === 'radio') this.checked = !this.checked;
    if (this.role !== undefined && doRole(this.role)) return;
    const focused = window ?? (BrowserWindow.getFocusedWindow() as unknown as Electron.BaseWindow | null);
    click?.(this as unknown as Electron.MenuItem, focused ?? undefined, event as Electron.KeyboardEvent);
  }
}

function check(options: Options): void {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(OPTIONS, name)) throw refused(`a menu item has no option '${name}'`);
  }
  const { type, role, label, click, checked } = options;
  if (type !== undefined && !TYPES.includes(type))
    throw new TypeError(`Unknown menu item type '${type as string}'`);
  if (role !== undefined && LABELS[role] === undefined && !['quit', 'about'].includes(role)) {
    throw refused(`it knows no menu item of role '${role}'`);
  }
  if (label !== undefined && typeof label !== 'string') throw new TypeError('A label is a string.');
  if (click !== undefined && typeof click !== 'function') throw new TypeError('A click is a function.');
  if (checked !== undefined && type !== 'checkbox' && type !== 'radio') {
    throw refused('only a checkbox and a radio item can be checked');
  }
  if (label === undefined && role === undefined && type !== 'separator')
    throw refused('a menu item needs a label');
}

function labelOf(role: Options['role']): string {
  if (role === 'quit') return process.platform === 'win32' ? 'Exit' : 'Quit';
  if (role === 'about') return `About ${app.getName()}`;
  return (role === undefined ? undefined : LABELS[role]) ?? '';
}

/** What Electron itself does for a role. Returns whether that is all. */
function doRole(role: Role): boolean {
  const window = BrowserWindow.getFocusedWindow();
  const zoom = (change: (factor: number) => number) => {
    const contents = window?.webContents;
    contents?.setZoomFactor(change(contents.getZoomFactor()));
  };
  switch (role) {
    case 'quit':
      app.quit();
      return true;
    case 'close':
      window?.close();
      return true;
    case 'minimize':
      window?.minimize();
      return true;
    case 'reload':
      window?.reload();
      return true;
    case 'resetZoom':
      zoom(() => 1);
      return true;
    case 'zoomIn':
      zoom((factor) => factor * ZOOM_STEP);
      return true;
    case 'zoomOut':
      zoom((factor) => factor / ZOOM_STEP);
      return true;
    default:
      throw refused(`it can't do what a menu item of role '${role}' does`);
  }
}
