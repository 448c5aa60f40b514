/** All that a person sees of the app: window, tray and notifications, made of Electron's own parts. */
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  Menu,
  Notification,
  nativeImage,
  nativeTheme,
  protocol,
  screen,
  session,
  Tray,
} from 'electron';
import type { RendererFiles } from '../server/web/renderer-files.ts';
import { guardSession } from './guard.ts';
import type { Journal } from './journal.ts';
import type { LoginItem } from './login-item.ts';
import { menuTemplate } from './menu.ts';
import type { Notice } from './notices.ts';
import { Notifier } from './notifier.ts';
import { SCHEME } from './origin.ts';
import { answerPage } from './page.ts';
import type { PreferencesStore } from './store.ts';
import { TrayControl } from './tray.ts';
import { trayImage } from './tray-image.ts';
import type { TrayAction } from './tray-state.ts';
import { AppWindow } from './window.ts';
import { visibleBounds, webPreferences, windowOptions } from './window-options.ts';

export interface FaceOptions {
  /** The folder that holds `out/` and `electron/images/`. */
  readonly root: string;
  readonly files: RendererFiles;
  readonly preferences: PreferencesStore;
  readonly loginItem: LoginItem;
  readonly journal: Journal;
  /** Does what was chosen in the tray's menu. */
  readonly act: (action: TrayAction) => void;
  readonly quit: () => void;
  /** Called once, when the first window is painted. */
  readonly painted: () => void;
}

export interface Face {
  readonly window: AppWindow;
  readonly tray: TrayControl;
  readonly notifier: Notifier;
  /** The end is near: no window any more, and the tray says so. */
  quitting(): void;
  destroy(): void;
}

const STILL_RUNNING: Notice = {
  title: 'Waypost keeps running',
  body: 'Mail goes on being received and sent. Open the window again from the icon in the bar, or by starting Waypost again; Quit is in the icon’s menu.',
  tab: 'connections',
};

const GIVEN_UP: Notice = {
  title: 'The window of Waypost keeps crashing',
  body: 'It was closed. Mail goes on; open the window again to try once more.',
  tab: 'connections',
};

export function makeFace(options: FaceOptions): Face {
  const { root, files, preferences, loginItem, journal, act, quit, painted } = options;
  const { platform } = process;
  const images = join(root, 'electron', 'images');
  let isQuitting = false;

  guardSession(session.defaultSession);
  protocol.handle(SCHEME, (request) => answerPage(files, request));
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(platform)));

  const notifier = new Notifier({
    make: (shown) => (Notification.isSupported() ? new Notification(shown) : undefined),
    open: (tab) => window.open(tab),
  });

  const window = new AppWindow({
    make: (made) => new BrowserWindow(made),
    look: () => {
      const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
      const bounds = visibleBounds(preferences.get().bounds, areas);
      const look = { bounds, dark: nativeTheme.shouldUseDarkColors, icon: join(images, 'icon.png') };
      return windowOptions(
        look,
        webPreferences(join(root, 'out', 'electron', 'preload.cjs'), app.isPackaged),
      );
    },
    keepBounds: (bounds) => preferences.set({ bounds }),
    closed: () => {
      if (isQuitting || preferences.get().toldOfTray) return;
      preferences.set({ toldOfTray: true });
      notifier.show(STILL_RUNNING);
    },
    crashed: ({ reason, exitCode }, fate) => {
      journal.log(new Error(`The window’s page ended: ${reason} (${exitCode}). It is ${fate}.`), 'window');
      if (fate === 'given up') notifier.show(GIVEN_UP);
    },
    painted,
    sessionEnds: quit,
  });

  const tray = new TrayControl(
    {
      make: (image) => new Tray(image),
      image: (icon) => trayImage(nativeImage.createEmpty, images, icon, { platform, dark: isBarDark() }),
      menu: (template) => Menu.buildFromTemplate(template),
      act,
      // On macOS a click opens the menu.
      clickOpens: platform !== 'darwin',
    },
    { status: undefined, quitting: false, startsAtLogin: loginItem.isOn() },
  );
  const onTheme = () => tray.barChanged();
  nativeTheme.on('updated', onTheme);

  return {
    window,
    tray,
    notifier,
    quitting: () => {
      isQuitting = true;
      tray.update({ quitting: true }, 'at once');
      window.destroy();
    },
    destroy: () => {
      nativeTheme.off('updated', onTheme);
      notifier.clear();
      tray.destroy();
    },
  };
}

/** Windows can have a dark bar and light windows; on Linux bars are dark nearly everywhere but in light themes. */
function isBarDark(): boolean {
  return process.platform === 'win32'
    ? nativeTheme.shouldUseDarkColorsForSystemIntegratedUI
    : nativeTheme.shouldUseDarkColors;
}
