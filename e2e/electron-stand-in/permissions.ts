/** What a page may do that takes a permission: asked of the app, and told to Chromium before the page goes on. */
import { fromPage } from './address.ts';
import type { Chromium } from './chromium.ts';

type RequestHandler = Parameters<Electron.Session['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<Electron.Session['setPermissionCheckHandler']>[0];
type Permission = Parameters<NonNullable<RequestHandler>>[1];

/** The permissions that are passed on, with the names that Chromium has for them. */
const NAMES = {
  notifications: ['notifications'],
  geolocation: ['geolocation'],
  media: ['camera', 'microphone'],
  'clipboard-read': ['clipboard-read'],
} as const satisfies Partial<Record<Permission, readonly string[]>>;

/** A page, as far as permissions are concerned. */
export interface Asking {
  readonly contents: Electron.WebContents;
  /** As the browser sees it. */
  readonly url: string;
}

export class Permissions {
  requestHandler: RequestHandler = null;
  checkHandler: CheckHandler = null;

  /** Before a page is loaded: what it may do without asking. */
  async prepare(chromium: Chromium, { contents, url }: Asking): Promise<void> {
    const { origin } = new URL(url);
    if (origin === 'null') return;
    for (const permission of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
      const own = fromPage(origin);
      const details = {
        isMainFrame: true,
        requestingUrl: fromPage(url),
        securityOrigin: own,
        embeddingOrigin: own,
      };
      const isAllowed = this.checkHandler?.(contents, permission, own, details) ?? true;
      // Whoever sets a handler for requests is asked at each of them.
      const setting = !isAllowed ? 'denied' : this.requestHandler ? 'prompt' : 'granted';
      for (const name of NAMES[permission]) await chromium.setPermission(name, setting, origin);
    }
  }

  /** The page asks. Without a handler everything is granted, as in Electron. */
  async ask(
    chromium: Chromium,
    permission: string,
    media: readonly string[],
    { contents, url }: Asking,
  ): Promise<void> {
    const { origin } = new URL(url);
    const isGranted = await new Promise<boolean>((resolve) => {
      if (!this.requestHandler) return resolve(true);
      const details = {
        isMainFrame: true,
        requestingUrl: fromPage(url),
        ...(permission === 'media' ? { mediaTypes: media, securityOrigin: fromPage(origin) } : {}),
      };
      this.requestHandler(contents, permission as Permission, resolve, details as Electron.PermissionRequest);
    });
    const names = NAMES[permission as keyof typeof NAMES] ?? [];
    for (const name of names) await chromium.setPermission(name, isGranted ? 'granted' : 'denied', origin);
  }
}
