/** The module `electron`, as a main process gets it. */
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { dialog } from './dialog.ts';
import { screen } from './displays.ts';
import { ipcMain } from './ipc.ts';
import { Menu } from './menu.ts';
import { MenuItem } from './menu-item.ts';
import { nativeImage } from './native-image.ts';
import { nativeTheme } from './native-theme.ts';
import { net } from './net.ts';
import { Notification } from './notification.ts';
import { clipboard, crashReporter, shell } from './odds.ts';
import { MessageChannelMain } from './ports.ts';
import { powerMonitor } from './power-monitor.ts';
import { safeStorage } from './safe-storage.ts';
import { defaultSession, session } from './session.ts';
import { strict } from './strict.ts';
import { Tray } from './tray.ts';
import { webContents } from './web-contents-list.ts';

/** That of the default session, which a main process may name before the session is there. */
const { protocol } = defaultSession;

export {
  app,
  BrowserWindow,
  clipboard,
  crashReporter,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  MessageChannelMain,
  Notification,
  nativeImage,
  nativeTheme,
  net,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  webContents,
};

const electron = strict('electron', {
  ...{ app, BrowserWindow, clipboard, crashReporter, dialog, ipcMain, Menu, MenuItem, MessageChannelMain },
  ...{ Notification, nativeImage, nativeTheme, net, powerMonitor, protocol, safeStorage, screen, session },
  ...{ shell, Tray, webContents },
  // Some packages look for these to find out where they run; a main process has them not.
  ...{ ipcRenderer: undefined, contextBridge: undefined, webFrame: undefined, webUtils: undefined },
}) satisfies Partial<Record<keyof typeof Electron.CrossProcessExports, unknown>>;

// biome-ignore lint/style/noDefaultExport: Electron has one, and electron-store uses it
export default electron;
export { electron as 'module.exports' };
