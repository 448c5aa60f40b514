/** What the observer of an app (`desktop-observer.ts`) tells of it, and takes. */

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

export interface DownloadView {
  readonly name: string;
  /** Where it lies when it is complete. */
  readonly path: string;
  readonly state: 'progressing' | 'completed' | 'cancelled' | 'interrupted';
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

export interface TrayObserver {
  tray(): TrayView | undefined;
  applicationMenu(): readonly MenuEntry[];
  clickTray(event: 'click' | 'right-click' | 'double-click'): void;
  clickMenu(where: 'tray' | 'application', labels: readonly string[]): void;
  showsPicture(path: string): boolean;
}

export interface BoxObserver {
  notifications(): NotificationView[];
  clickNotification(title: string): void;
  closeNotification(title: string): void;
  dialogs(): DialogView[];
  answerDialog(button: string): void;
}

export interface SystemObserver {
  asked(): Asked;
  downloads(): DownloadView[];
  setDark(dark: boolean): void;
  setOnline(online: boolean): void;
  targets(): (string | undefined)[] | undefined;
}

/** What tests call; kept in the main process as a global of the symbol `waypost.e2e.observer`. */
export type Observer = TrayObserver & BoxObserver & SystemObserver;
