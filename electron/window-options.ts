/** How the window is made. The security options stand here in one place, so that a test can hold each of them. */
import type { BrowserWindowConstructorOptions, Rectangle, WebPreferences } from 'electron';

/** What the page may do. It is sandboxed, knows nothing of Node, and lives in a world apart from the preload. */
export function webPreferences(preload: string, isPackaged: boolean): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    nodeIntegrationInWorker: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    experimentalFeatures: false,
    spellcheck: false,
    devTools: !isPackaged,
  };
}

/** The content of the Connections tab fits without scrolling. */
const SIZE = { width: 760, height: 620 };
const SMALLEST = { minWidth: 480, minHeight: 400 };
/** The window's own colours, so that nothing flashes before the page is painted. */
const GROUND = { light: '#f6f6f7', dark: '#232427' };

export interface WindowLook {
  /** Where it was when it was closed last; undefined the first time, or when that place is gone. */
  readonly bounds: Rectangle | undefined;
  readonly dark: boolean;
  readonly icon: string;
}

export function windowOptions(
  { bounds, dark, icon }: WindowLook,
  preferences: WebPreferences,
): BrowserWindowConstructorOptions {
  return {
    title: 'Waypost',
    ...(bounds ?? { ...SIZE, useContentSize: true, center: true }),
    ...SMALLEST,
    // Shown when it is painted.
    show: false,
    backgroundColor: dark ? GROUND.dark : GROUND.light,
    autoHideMenuBar: true,
    icon,
    webPreferences: preferences,
  };
}

/** The bounds, if enough of them lies on a display to be found and moved. */
export function visibleBounds(
  bounds: Rectangle | undefined,
  displays: readonly Rectangle[],
): Rectangle | undefined {
  if (!bounds) return undefined;
  const GRIP = 60;
  const isSeen = displays.some(
    (area) =>
      Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x) >= GRIP &&
      bounds.y >= area.y - 1 &&
      bounds.y <= area.y + area.height - GRIP,
  );
  return isSeen ? bounds : undefined;
}
