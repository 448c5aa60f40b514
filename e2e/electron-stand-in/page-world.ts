/**
 * What is changed in the page's own world, before its scripts: opening a window gives null, as it does in Electron
 * where it is denied; and what takes a permission asks the app first, since Chromium asks nobody here. By then
 * Chromium knows the answer, and what happens is its own doing.
 */

/** The text of the script. @param secret the name of the events by which the preload's world is called */
export function pageWorldSource(secret: string): string {
  return `(${inPage})(${JSON.stringify(secret)});`;
}

type Method = (...args: unknown[]) => unknown;
type Owner = Record<string, Method>;

interface PageGlobals {
  readonly top: unknown;
  readonly document: EventTarget;
  readonly Notification?: Owner;
  readonly Geolocation?: { readonly prototype: Owner };
  readonly MediaDevices?: { readonly prototype: Owner };
  readonly Clipboard?: { readonly prototype: Owner };
  open: Method;
}

function inPage(secret: string): void {
  const page = globalThis as unknown as PageGlobals;
  const { document, CustomEvent } = page as PageGlobals & { CustomEvent: typeof globalThis.CustomEvent };
  const nativeOpen = page.open;
  // Without an opener the browser gives the other page a thread of its own. On the opener's, a page that is closed
  // while it still waits for whoever watches the browser now and then takes the opener with it.
  page.open = function open(this: unknown, url, name, features = '') {
    Reflect.apply(nativeOpen, this, [url, name, features === '' ? 'noopener' : `${features},noopener`]);
    return null;
  };

  // A frame within the page has no preload's world that could ask.
  if (page.top !== page) return;
  const waiting = new Map<number, () => void>();
  let count = 0;
  document.addEventListener(`${secret}-in`, (event) => {
    const { detail } = event as CustomEvent<number>;
    waiting.get(detail)?.();
    waiting.delete(detail);
  });
  const ask = (permission: string, media: string[] = []) =>
    new Promise<void>((resolve) => {
      const id = ++count;
      waiting.set(id, resolve);
      const detail = JSON.stringify({ id, permission, media });
      document.dispatchEvent(new CustomEvent(`${secret}-out`, { detail }));
    });

  const guard = (
    owner: Owner | undefined,
    name: string,
    wanted: (args: unknown[]) => [string, string[]?],
  ) => {
    const native = owner?.[name];
    if (!owner || !native) return;
    owner[name] = function (this: unknown, ...args) {
      return ask(...wanted(args)).then(() => Reflect.apply(native, this, args));
    };
  };
  guard(page.Notification, 'requestPermission', () => ['notifications']);
  guard(page.Geolocation?.prototype, 'getCurrentPosition', () => ['geolocation']);
  guard(page.Clipboard?.prototype, 'readText', () => ['clipboard-read']);
  guard(page.MediaDevices?.prototype, 'getUserMedia', ([constraints]) => {
    const { audio, video } = (constraints ?? {}) as { audio?: unknown; video?: unknown };
    return ['media', [...(audio ? ['audio'] : []), ...(video ? ['video'] : [])]];
  });
}
