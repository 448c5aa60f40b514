/** `session`: what all pages of the app share. */
import { needsReady } from './lifecycle.ts';
import { Permissions } from './permissions.ts';
import { Handlers } from './protocol.ts';
import { missing, StrictEmitter, strict } from './strict.ts';
import { WebRequest } from './web-request.ts';

type Has =
  | ('setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler')
  | ('setDisplayMediaRequestHandler' | 'setSpellCheckerEnabled' | 'clearStorageData' | 'setUserAgent')
  | 'getUserAgent';

export class Session extends StrictEmitter implements Pick<Electron.Session, Has> {
  static readonly events = ['will-download'];

  /** For the stand-in, which passes requests on. */
  readonly handlers = new Handlers();
  readonly permissions = new Permissions();
  readonly protocol = this.handlers.protocol;
  readonly webRequest = new WebRequest();
  #userAgent = '';
  readonly #clear: () => Promise<void>;

  constructor(clear: () => Promise<void>) {
    super();
    this.#clear = clear;
  }

  setPermissionRequestHandler(handler: Permissions['requestHandler']): void {
    this.permissions.requestHandler = handler;
  }
  setPermissionCheckHandler(handler: Permissions['checkHandler']): void {
    this.permissions.checkHandler = handler;
  }
  /** Devices are not asked for: headless Chromium has none. */
  setDevicePermissionHandler(_handler: Parameters<Electron.Session['setDevicePermissionHandler']>[0]): void {}
  /** Never called: headless Chromium captures nothing. */
  setDisplayMediaRequestHandler(
    _handler: Parameters<Electron.Session['setDisplayMediaRequestHandler']>[0],
    _options?: Electron.DisplayMediaRequestHandlerOpts,
  ): void {}
  setSpellCheckerEnabled(_enable: boolean): void {}

  clearStorageData(options?: Electron.ClearStorageDataOptions): Promise<void> {
    if (options && Object.keys(options).length > 0) throw missing('option of session.clearStorageData');
    return this.#clear();
  }

  /** For pages that are opened from now on. */
  setUserAgent(userAgent: string, acceptLanguages?: string): void {
    if (acceptLanguages !== undefined) throw missing('acceptLanguages of session.setUserAgent');
    this.#userAgent = userAgent;
  }
  getUserAgent(): string {
    return this.#userAgent;
  }
}

let clearStorage: () => Promise<void> = async () => {};

/** How the storage of all pages is cleared. */
export function clearStorageBy(clear: () => Promise<void>): void {
  clearStorage = clear;
}

/** The session that every window has. */
export const defaultSession = new Session(() => clearStorage());

const partitions = new Map<string, Session>();

export const session = strict('session', {
  get defaultSession() {
    needsReady('Session can only be received; it was asked for');
    return defaultSession;
  },
  fromPartition(partition: string, _options?: Electron.FromPartitionOptions) {
    needsReady('Session can only be received; it was asked for');
    if (partition === '') return defaultSession;
    const found = partitions.get(partition) ?? new Session(async () => {});
    partitions.set(partition, found);
    return found;
  },
});
