/**
 * `location` as it would be in Electron. A page of the app lives in the browser at an address of the web (see
 * `address.ts`), and its `location` can't be made to say otherwise. So each module of the page begins with a
 * `location` of its own, which says `app://…` and passes on what is set or called. This is the only thing that is
 * changed in what the app serves.
 */

/** The global name by which a module gets it. */
const LOCATION = '__electronStandInLocation';

/** A module of the page with its `location`. Its lines stay where they are. */
export function withLocation(source: string): string {
  return /\blocation\b/.test(source) ? `const location = globalThis.${LOCATION};${source}` : source;
}

/** The text of a script that makes it, to run before the page's own. */
export function locationSource(schemes: readonly string[]): string {
  return `(${makeLocation})(${JSON.stringify(LOCATION)}, ${JSON.stringify(schemes)});`;
}

function makeLocation(name: string, schemes: readonly string[]): void {
  const { location } = globalThis as unknown as {
    location: Record<string, unknown> & { readonly href: string };
  };
  const [, , host = '', scheme = ''] = /^(https:)\/\/([^/]*)\.([^./]*)\.invalid\//.exec(location.href) ?? [];
  const isOfApp = schemes.includes(scheme);
  const [here, there] = [`https://${host}.${scheme}.invalid`, `${scheme}://${host}`];
  const toApp = (url: string) => (url.startsWith(here) ? there + url.slice(here.length) : url);
  const toPage = (url: string) => (url.startsWith(there) ? here + url.slice(there.length) : url);
  const shown: Record<string, () => unknown> = {
    href: () => toApp(location.href),
    toString: () => () => toApp(location.href),
    origin: () => there,
    protocol: () => `${scheme}:`,
    host: () => host,
    hostname: () => host,
  };
  // Not a proxy of the real one, whose methods can't be said to be others.
  const inApp = new Proxy(Object.create(null) as object, {
    get: (_target, key) => {
      if (typeof key === 'string' && shown[key]) return shown[key]();
      const value = Reflect.get(location, key) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        Reflect.apply(
          value,
          location,
          args.map((each) => (typeof each === 'string' ? toPage(each) : each)),
        );
    },
    set: (_target, key, value) =>
      Reflect.set(location, key, typeof value === 'string' ? toPage(value) : value),
  });
  const value = isOfApp ? inApp : location;
  Object.defineProperty(globalThis, name, { value, enumerable: false, configurable: true });
}
