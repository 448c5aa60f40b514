/** The options of a window: each that Electron knows is used, allowed as it has no effect here, or refused. */
import { isAbsolute } from 'node:path';
import { refused } from './strict.ts';

type WindowOptions = Electron.BrowserWindowConstructorOptions;

/** `used`: has its effect. `unseen`: its effect would not be seen. `not here`: the stand-in can't do it. */
type Support = 'used' | 'unseen' | 'not here';

const WINDOW: Record<keyof WindowOptions, Support> = {
  ...({ width: 'used', height: 'used', x: 'used', y: 'used', minWidth: 'used', minHeight: 'used' } as const),
  ...({ maxWidth: 'used', maxHeight: 'used', useContentSize: 'used', center: 'used', show: 'used' } as const),
  ...({
    title: 'used',
    webPreferences: 'used',
    backgroundColor: 'used',
    paintWhenInitiallyHidden: 'used',
  } as const),
  ...({
    icon: 'unseen',
    autoHideMenuBar: 'unseen',
    darkTheme: 'unseen',
    resizable: 'unseen',
    movable: 'unseen',
  } as const),
  ...({
    minimizable: 'unseen',
    maximizable: 'unseen',
    closable: 'unseen',
    fullscreenable: 'unseen',
  } as const),
  ...({
    titleBarStyle: 'unseen',
    hasShadow: 'unseen',
    thickFrame: 'unseen',
    roundedCorners: 'unseen',
  } as const),
  ...({ acceptFirstMouse: 'unseen', accentColor: 'unseen', tabbingIdentifier: 'unseen' } as const),
  ...({ alwaysOnTop: 'not here', appShim: 'not here', backgroundMaterial: 'not here' } as const),
  ...({
    disableAutoHideCursor: 'not here',
    enableLargerThanScreen: 'not here',
    focusable: 'not here',
  } as const),
  ...({
    frame: 'not here',
    fullscreen: 'not here',
    hiddenInMissionControl: 'not here',
    kiosk: 'not here',
  } as const),
  ...({ modal: 'not here', name: 'not here', opacity: 'not here', parent: 'not here' } as const),
  ...({ simpleFullscreen: 'not here', skipTaskbar: 'not here', titleBarOverlay: 'not here' } as const),
  ...({
    trafficLightPosition: 'not here',
    transparent: 'not here',
    type: 'not here',
    vibrancy: 'not here',
  } as const),
  ...({
    visualEffectState: 'not here',
    windowStatePersistence: 'not here',
    zoomToPageWidth: 'not here',
  } as const),
};

/** Options of the page with the only value that is allowed, `any` value, or those that are `not here`. */
const PREFERENCES: Record<keyof Electron.WebPreferences, 'any' | 'not here' | boolean> = {
  ...({
    preload: 'any',
    additionalArguments: 'any',
    zoomFactor: 'any',
    devTools: 'any',
    spellcheck: 'any',
  } as const),
  ...({
    backgroundThrottling: 'any',
    disableDialogs: 'any',
    safeDialogs: 'any',
    textAreasAreResizable: 'any',
  } as const),
  ...({
    scrollBounce: 'any',
    accessibleTitle: 'any',
    focusOnNavigation: 'any',
    enablePreferredSizeMode: 'any',
  } as const),
  // What makes a page of Electron safe; the stand-in can't do without.
  ...({ sandbox: true, contextIsolation: true, webSecurity: true, javascript: true, images: true } as const),
  ...({ nodeIntegration: false, nodeIntegrationInSubFrames: false, nodeIntegrationInWorker: false } as const),
  ...({
    allowRunningInsecureContent: false,
    webviewTag: false,
    experimentalFeatures: false,
    plugins: false,
  } as const),
  ...({ navigateOnDragDrop: false, enableWebSQL: false, offscreen: false, transparent: false } as const),
  ...({ enableDeprecatedPaste: false, webgl: 'any' } as const),
  ...({ autoplayPolicy: 'not here', defaultEncoding: 'not here', defaultFontFamily: 'not here' } as const),
  ...({
    defaultFontSize: 'not here',
    defaultMonospaceFontSize: 'not here',
    minimumFontSize: 'not here',
  } as const),
  ...({
    disableBlinkFeatures: 'not here',
    enableBlinkFeatures: 'not here',
    disableWakeLocks: 'not here',
  } as const),
  ...({ disableHtmlFullscreenWindowResize: 'not here', imageAnimationPolicy: 'not here' } as const),
  ...({
    partition: 'not here',
    session: 'not here',
    safeDialogsMessage: 'not here',
    zoomMode: 'not here',
  } as const),
  v8CacheOptions: 'any',
};

/** @throws for an option that Electron does not know, that is no value for it, or that the stand-in can't do */
export function checkWindowOptions(options: WindowOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const support = lookUp(WINDOW, name, 'a window');
    if (value === undefined) continue;
    if (support === 'not here') throw refused(`it can't do the window option '${name}'`);
    if (/^(x|y|width|height|m(in|ax)(Width|Height))$/.test(name) && !Number.isInteger(value)) {
      throw refused(`the window option '${name}' must be a whole number`);
    }
    if (/^(show|center|useContentSize|autoHideMenuBar)$/.test(name) && typeof value !== 'boolean') {
      throw refused(`the window option '${name}' must be true or false`);
    }
  }
  if ((options.x === undefined) !== (options.y === undefined)) throw refused('x and y go together');
  checkPreferences(options.webPreferences ?? {});
}

function checkPreferences(preferences: Electron.WebPreferences): void {
  for (const [name, value] of Object.entries(preferences)) {
    const support = lookUp(PREFERENCES, name, 'webPreferences');
    if (value === undefined || support === 'any') continue;
    if (support === 'not here') throw refused(`it can't do webPreferences.${name}`);
    if (value !== support) throw refused(`webPreferences.${name} must be ${support}`);
  }
  const { preload } = preferences;
  if (preload === undefined) return;
  if (!isAbsolute(preload)) throw refused(`the path of the preload must be absolute: ${preload}`);
  if (preload.endsWith('.mjs')) throw refused('a sandboxed preload can’t be an ES module');
}

function lookUp<Value>(table: Readonly<Record<string, Value>>, name: string, of: string): Value {
  if (!Object.hasOwn(table, name)) throw refused(`there is no option '${name}' of ${of}`);
  return table[name] as Value;
}
