/** `protocol`: which schemes are like those of the web, and who answers for them. */
import { addScheme, isOfApp } from './address.ts';
import { isReady, needsNotReady, needsReady } from './lifecycle.ts';
import { refused, strict } from './strict.ts';

type Handler = Parameters<Electron.Protocol['handle']>[1];
type Has = 'handle' | 'unhandle' | 'isProtocolHandled' | 'registerSchemesAsPrivileged';

/** What is said of a scheme, and whether the stand-in can do it. */
const PRIVILEGES: Record<keyof Electron.Privileges, 'must be' | 'may be' | 'not here'> = {
  standard: 'must be',
  secure: 'must be',
  bypassCSP: 'not here',
  allowServiceWorkers: 'not here',
  supportFetchAPI: 'may be',
  corsEnabled: 'may be',
  stream: 'may be',
  codeCache: 'may be',
  allowExtensions: 'not here',
};

const fetchable = new Set<string>();
let isRegistered = false;

function registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
  needsNotReady('protocol.registerSchemesAsPrivileged');
  if (isRegistered) throw refused('protocol.registerSchemesAsPrivileged can be called once only');
  isRegistered = true;
  for (const { scheme, privileges = {} } of schemes) {
    if (!/^[a-z][a-z0-9+-]*$/.test(scheme)) throw refused(`'${scheme}' is no name of a scheme`);
    for (const name of Object.keys(privileges)) {
      if (!Object.hasOwn(PRIVILEGES, name)) throw refused(`there is no privilege '${name}'`);
    }
    for (const [name, support] of Object.entries(PRIVILEGES)) {
      const has = privileges[name as keyof Electron.Privileges] ?? false;
      if (support === 'must be' && !has) throw refused(`it knows no scheme that is not ${name}`);
      if (support === 'not here' && has) throw refused(`it has no privilege '${name}'`);
    }
    addScheme(scheme);
    if (privileges.supportFetchAPI) fetchable.add(scheme);
  }
}

/** Whether a page may fetch a URL by script, as far as its scheme is concerned. */
export function isFetchable(url: string): boolean {
  return !isOfApp(url) || fetchable.has(new URL(url).protocol.slice(0, -1));
}

/** The handlers of one session. */
export class Handlers {
  readonly #handlers = new Map<string, Handler>();

  /** As `protocol` shows them. */
  readonly protocol: Pick<Electron.Protocol, Has> = strict('protocol', {
    registerSchemesAsPrivileged,
    handle: (scheme: string, handler: Handler) => {
      needsReady('protocol.handle can’t be used');
      if (typeof handler !== 'function') throw new TypeError('The handler must be a function.');
      if (this.#handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
      if (!isOfApp(`${scheme}:`)) throw refused(`'${scheme}' was not registered as privileged`);
      this.#handlers.set(scheme, handler);
    },
    unhandle: (scheme: string) => {
      if (!this.#handlers.delete(scheme)) throw new Error(`Failed to unregister protocol: ${scheme}`);
    },
    isProtocolHandled: (scheme: string) => isReady() && this.#handlers.has(scheme),
  });

  /** Undefined when nobody answers for the scheme. Rejects what the handler throws, or when it gives no response. */
  async answer(request: Request): Promise<Response | undefined> {
    const handler = this.#handlers.get(new URL(request.url).protocol.slice(0, -1));
    if (!handler) return undefined;
    const response = await handler(request as never);
    if (!(response instanceof Response))
      throw new TypeError('A protocol handler must answer with a Response.');
    return response;
  }
}
