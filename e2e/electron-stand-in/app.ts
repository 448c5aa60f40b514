/** `app`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { becomeReady, isReady, needsNotReady } from './lifecycle.ts';
import { Paths } from './paths.ts';
import { appFolder } from './process.ts';
import { Quitting } from './quit.ts';
import { SingleInstance } from './single-instance.ts';
import { missing, StrictEmitter, strict } from './strict.ts';

type Has =
  | ('name' | 'setName' | 'getName' | 'getVersion' | 'getAppPath' | 'isPackaged' | 'getPath' | 'setPath')
  | (
      | 'whenReady'
      | 'isReady'
      | 'quit'
      | 'exit'
      | 'relaunch'
      | 'focus'
      | 'enableSandbox'
      | 'dock'
      | 'commandLine'
    )
  | ('requestSingleInstanceLock' | 'hasSingleInstanceLock' | 'releaseSingleInstanceLock')
  | ('setAppUserModelId' | 'getLoginItemSettings' | 'setLoginItemSettings' | 'setAboutPanelOptions')
  | ('getLocale' | 'disableHardwareAcceleration');

/** What Linux says, where Electron does nothing about starting at login. */
const NO_LOGIN_ITEM: Electron.LoginItemSettings = {
  openAtLogin: false,
  wasOpenedAtLogin: false,
  status: 'not-registered',
  executableWillLaunchAtLogin: false,
  launchItems: [],
};

class App extends StrictEmitter implements Pick<Electron.App, Has> {
  static readonly events = [
    ...['ready', 'window-all-closed', 'before-quit', 'will-quit', 'quit', 'activate', 'second-instance'],
    ...['web-contents-created', 'browser-window-created', 'browser-window-focus', 'browser-window-blur'],
    ...['render-process-gone', 'child-process-gone'],
  ];

  /** There is one on macOS only. */
  readonly dock = undefined as unknown as Electron.Dock;
  readonly isPackaged = false;
  readonly commandLine: Electron.CommandLine = commandLine();
  readonly #folder: string;
  readonly #package: { readonly name?: string; readonly productName?: string; readonly version?: string };
  readonly #paths = new Paths(() => this.getName());
  readonly #quitting = new Quitting(this);
  readonly #instance = new SingleInstance();
  readonly #ready = Promise.withResolvers<void>();
  /** Starts that came before this one was ready. */
  #early: (() => void)[] = [];
  #name: string | undefined;

  /** @param folder the app's own, with its package.json */
  constructor(folder: string) {
    super();
    this.#folder = folder;
    this.#package = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;
    this.#quitting.atEnd(() => this.#instance.release());
  }

  get name(): string {
    return this.getName();
  }
  set name(name: string) {
    this.setName(name);
  }
  getName(): string {
    return this.#name ?? this.#package.productName ?? this.#package.name ?? 'Electron';
  }
  setName(name: string): void {
    this.#name = name;
  }
  getVersion(): string {
    return this.#package.version ?? '0.0.0';
  }
  getAppPath(): string {
    return this.#folder;
  }
  getLocale(): string {
    return isReady() ? 'en-GB' : '';
  }

  getPath(name: Parameters<Electron.App['getPath']>[0]): string {
    return this.#paths.get(name);
  }
  setPath(name: string, path: string): void {
    if (name === 'userData' && this.#instance.has) {
      throw new Error('The stand-in for Electron refuses to move userData when the lock in it was taken.');
    }
    if (name === 'userData' || name === 'sessionData') needsNotReady(`app.setPath('${name}')`);
    this.#paths.set(name, path);
  }

  isReady(): boolean {
    return isReady();
  }
  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  requestSingleInstanceLock(additionalData?: Record<string, unknown>): boolean {
    return this.#instance.request(this.getPath('userData'), additionalData, (second) => {
      const tell = () => {
        this.emit('second-instance', { preventDefault() {} }, second.argv, second.cwd, second.additionalData);
      };
      if (isReady()) tell();
      else this.#early.push(tell);
    });
  }
  hasSingleInstanceLock(): boolean {
    return this.#instance.has;
  }
  releaseSingleInstanceLock(): void {
    this.#instance.release();
  }

  quit(): void {
    this.#quitting.quit();
  }
  exit(code = 0): void {
    this.#quitting.exit(code);
  }
  /** Recorded by whoever watches; nothing is started, since a test would not know of it. */
  relaunch(options: Electron.RelaunchOptions = {}): void {
    for (const name of Object.keys(options)) {
      if (name !== 'args' && name !== 'execPath') throw missing(`option '${name}' of app.relaunch`);
    }
  }
  focus(): void {}

  enableSandbox(): void {
    needsNotReady('app.enableSandbox()');
  }
  disableHardwareAcceleration(): void {
    needsNotReady('app.disableHardwareAcceleration()');
  }
  setAppUserModelId(id: string): void {
    if (typeof id !== 'string') throw new TypeError('The id must be a string.');
  }
  setAboutPanelOptions(_options: Electron.AboutPanelOptionsOptions): void {}

  getLoginItemSettings(_options?: Electron.LoginItemSettingsOptions): Electron.LoginItemSettings {
    if (process.platform === 'linux') return NO_LOGIN_ITEM;
    throw missing(`app.getLoginItemSettings on ${process.platform}: a test must not read the real one`);
  }
  setLoginItemSettings(_settings: Electron.Settings): void {
    if (process.platform === 'linux') return;
    throw missing(`app.setLoginItemSettings on ${process.platform}: a test must not change the real one`);
  }

  /** For the stand-in: the app's main file has run. */
  start(): void {
    becomeReady();
    this.#ready.resolve();
    this.emit('ready', { preventDefault() {} }, {});
    for (const tell of this.#early.splice(0)) tell();
  }

  /** For a window: it was asked to close, and stays. */
  stayOpen(): void {
    this.#quitting.stay();
  }
}

function commandLine(): Electron.CommandLine {
  const switches = new Map<string, string>();
  return strict('commandLine', {
    appendSwitch: (name: string, value = '') => void switches.set(name, value),
    hasSwitch: (name: string) => switches.has(name),
    getSwitchValue: (name: string) => switches.get(name) ?? '',
    removeSwitch: (name: string) => void switches.delete(name),
  }) as Pick<
    Electron.CommandLine,
    'appendSwitch' | 'hasSwitch' | 'getSwitchValue' | 'removeSwitch'
  > as Electron.CommandLine;
}

export const app = new App(appFolder);
