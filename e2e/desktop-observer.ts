/**
 * Watches an app from within its main process, and acts as its user where nobody sits at the screen: what it shows
 * in the tray, in notifications and in dialogs is kept, and dialogs wait for the test's answer. It goes into real
 * Electron as source text and is called as it is by the stand-in, so it must use nothing from outside of itself.
 *
 * Methods are replaced rather than objects, because an app may hold any of Electron's objects already. A tray
 * therefore becomes known with the first thing that is said to it, which is before anybody could see it.
 */

export interface MenuEntry {
  readonly label: string;
  readonly type: Electron.MenuItem['type'];
  readonly enabled: boolean;
  readonly visible: boolean;
  readonly checked: boolean;
  readonly submenu?: readonly MenuEntry[];
}

export interface TrayView {
  readonly tooltip: string;
  readonly title: string;
  /** Empty when it has none. */
  readonly menu: readonly MenuEntry[];
  /** The picture in its lowest density. */
  readonly png: Uint8Array;
}

export interface NotificationView {
  readonly title: string;
  readonly body: string;
  readonly state: 'shown' | 'clicked' | 'closed';
}

export interface DialogView {
  readonly kind: 'error box' | 'message box' | 'message box, sync';
  readonly title: string;
  readonly message: string;
  readonly detail: string;
  readonly type: string;
  readonly buttons: readonly string[];
  /** The button that was clicked; undefined while it waits. An error box waits for nobody. */
  readonly answer: string | undefined;
}

/** What the app has asked of the system. */
export interface Asked {
  readonly openedUrls: readonly string[];
  readonly openedPaths: readonly string[];
  readonly shownPaths: readonly string[];
  readonly relaunches: readonly object[];
}

/** What a stand-in can do that Electron can't. */
export interface Controls {
  setDark(dark: boolean): void;
  setOnline(online: boolean): void;
  /** Where the browser has each window, oldest first; undefined where a page is still being opened. */
  targets(): (string | undefined)[];
}

/** What tests call; kept in the main process as a global of the symbol `waypost.e2e.observer`. */
export interface Observer {
  tray(): TrayView | undefined;
  applicationMenu(): readonly MenuEntry[];
  clickTray(event: 'click' | 'right-click' | 'double-click'): void;
  clickMenu(where: 'tray' | 'application', labels: readonly string[]): void;
  showsPicture(path: string): boolean;
  notifications(): NotificationView[];
  clickNotification(title: string): void;
  closeNotification(title: string): void;
  dialogs(): DialogView[];
  answerDialog(button: string): void;
  asked(): Asked;
  setDark(dark: boolean): void;
  setOnline(online: boolean): void;
  targets(): (string | undefined)[] | undefined;
}

/** Begins to watch. @param controls only in a stand-in */
export function observe(electron: typeof Electron.CrossProcessExports, controls?: Controls): void {
  const { app, BrowserWindow, dialog, Menu, nativeImage, nativeTheme, net, Notification, shell, Tray } =
    electron;

  function wrap<Target extends object, Name extends keyof Target>(
    target: Target,
    name: Name,
    make: (original: Target[Name]) => Target[Name],
  ): void {
    const original = target[name];
    Object.defineProperty(target, name, { value: make(original), writable: true, configurable: true });
  }

  /** Calls `tell` with each call of a method, and then the method itself. */
  function watch<Target extends object>(
    target: Target,
    name: keyof Target & string,
    tell: (self: object, first: never) => void,
  ) {
    wrap(target, name as keyof Target, (original) => {
      return function (this: object, ...args: never[]) {
        const answer = Reflect.apply(original as (...given: never[]) => unknown, this, args);
        tell(this, args[0] as never);
        return answer;
      } as Target[keyof Target];
    });
  }

  // The tray.
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

  // Notifications.
  interface Told {
    notification: Electron.Notification;
    state: NotificationView['state'];
  }
  const notifications: Told[] = [];
  watch(Notification.prototype, 'show', (self) => {
    notifications.push({ notification: self as Electron.Notification, state: 'shown' });
  });
  const toldOf = (title: string): Told => {
    const found = notifications.findLast(
      (each) => each.notification.title === title && each.state === 'shown',
    );
    if (!found) throw new Error(`No notification is shown with the title '${title}'.`);
    return found;
  };
  watch(Notification.prototype, 'close', (self) => {
    const found = notifications.findLast((each) => each.notification === self && each.state === 'shown');
    if (found) found.state = 'closed';
  });

  // Dialogs.
  interface Box {
    kind: DialogView['kind'];
    options: Electron.MessageBoxOptions;
    answer: number | undefined;
    resolve: (response: number) => void;
  }
  const boxes: Box[] = [];
  const queued: string[] = [];
  const labels = ({ buttons = [] }: Electron.MessageBoxOptions) => (buttons.length > 0 ? buttons : ['OK']);
  const indexOf = (button: string, options: Electron.MessageBoxOptions): number => {
    const index = labels(options).indexOf(button);
    if (index < 0)
      throw new Error(`The dialog has no button '${button}', only: ${labels(options).join(', ')}.`);
    return index;
  };
  const optionsOf = (args: unknown[]) => args.at(-1) as Electron.MessageBoxOptions;
  wrap(dialog, 'showErrorBox', (original) => (title, content) => {
    if (controls) original.call(dialog, title, content);
    boxes.push({ kind: 'error box', options: { message: content, title }, answer: 0, resolve: () => {} });
  });
  wrap(dialog, 'showMessageBox', (original) => {
    return ((...args: never[]) => {
      // A stand-in looks at the options; Electron would show the box.
      if (controls) Reflect.apply(original, dialog, args);
      const options = optionsOf(args);
      const { promise, resolve } = Promise.withResolvers<Electron.MessageBoxReturnValue>();
      const box: Box = {
        kind: 'message box',
        options,
        answer: undefined,
        resolve: (response) => resolve({ response, checkboxChecked: options.checkboxChecked ?? false }),
      };
      boxes.push(box);
      options.signal?.addEventListener('abort', () => {
        box.answer ??= options.cancelId ?? 0;
        box.resolve(box.answer);
      });
      return promise;
    }) as typeof original;
  });
  wrap(dialog, 'showMessageBoxSync', (original) => {
    return ((...args: never[]) => {
      const options = optionsOf(args);
      const button = queued.shift();
      if (button === undefined) {
        if (controls) return Reflect.apply(original, dialog, args) as number;
        throw new Error('Nobody has answered the message box, and it can’t wait.');
      }
      const answer = indexOf(button, options);
      boxes.push({ kind: 'message box, sync', options, answer, resolve: () => {} });
      return answer;
    }) as typeof original;
  });

  // The system around.
  const asked = {
    openedUrls: [] as string[],
    openedPaths: [] as string[],
    shownPaths: [] as string[],
    relaunches: [] as object[],
  };
  wrap(shell, 'openExternal', (original) => async (url, options) => {
    if (controls) await original.call(shell, url, options);
    asked.openedUrls.push(url);
  });
  wrap(shell, 'openPath', () => async (path) => {
    asked.openedPaths.push(path);
    return '';
  });
  wrap(shell, 'showItemInFolder', () => (path) => void asked.shownPaths.push(path));
  wrap(app, 'relaunch', (original) => (options) => {
    if (controls) original.call(app, options);
    asked.relaunches.push(options ?? {});
  });

  const observer: Observer = {
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
    notifications: () =>
      notifications.map(({ notification: { title, body }, state }) => ({ title, body, state })),
    clickNotification: (title) => {
      const found = toldOf(title);
      found.state = 'clicked';
      found.notification.emit('click', {});
    },
    closeNotification: (title) => {
      const found = toldOf(title);
      found.state = 'closed';
      found.notification.emit('close', {});
    },
    dialogs: () =>
      boxes.map(({ kind, options, answer }) => ({
        kind,
        title: options.title ?? '',
        message: options.message,
        detail: options.detail ?? '',
        type: options.type ?? 'none',
        buttons: labels(options),
        answer: answer === undefined ? undefined : labels(options)[answer],
      })),
    answerDialog: (button) => {
      const box = boxes.find((each) => each.answer === undefined);
      if (!box) return void queued.push(button);
      box.answer = indexOf(button, box.options);
      box.resolve(box.answer);
    },
    asked: () => asked,
    setDark: (dark) => {
      if (controls) controls.setDark(dark);
      else nativeTheme.themeSource = dark ? 'dark' : 'light';
    },
    setOnline: (online) => {
      if (controls) return controls.setOnline(online);
      wrap(net, 'isOnline', () => () => online);
      for (const { webContents } of BrowserWindow.getAllWindows()) {
        if (online) webContents.session.disableNetworkEmulation();
        else webContents.session.enableNetworkEmulation({ offline: true });
      }
    },
    targets: () => controls?.targets(),
  };
  Object.defineProperty(globalThis, Symbol.for('waypost.e2e.observer'), { value: observer });
}
