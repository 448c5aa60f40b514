/**
 * Who gets anything from the settings window's address. A loopback port can be reached by every program of the
 * machine and, through the browser, by every page of the web, so each request must show three things:
 *
 * - `Host` is one of our names with our port. A page whose own name was made to point here (DNS rebinding)
 *   is of our origin for the browser, but it still says its name.
 * - `Origin`, where there is one, is the page that this very host serves; a WebSocket must have one. Cookies
 *   don't know ports: a page of another port on this machine sends ours along.
 * - the cookie, which is given for the token in the printed address.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface AccessOptions {
  readonly scheme: 'http' | 'https';
  /** The port that the server listens on. */
  readonly port: number;
  /** Whether a name or IP address (without brackets, in lower case) is ours. */
  readonly isOwnName: (name: string) => boolean;
  readonly token: string;
}

/**
 * What becomes of a request: `enter` gets the cookie, `again` is refused but may try once more from here,
 * where the browser sends the cookie that it keeps back when another site's link led here.
 */
export type Verdict = 'allowed' | 'enter' | 'again' | 'refused';

/** The part of a request that is judged. */
export type Visit = Pick<IncomingMessage, 'url' | 'method' | 'headers' | 'headersDistinct'>;

const COOKIE_SECONDS = 30 * 24 * 3600;
const DEFAULT_PORT = { http: 80, https: 443 } as const;

export class Access {
  readonly #options: AccessOptions;
  readonly #cookieName: string;
  /** Not the token itself: a cookie that is seen somewhere can't be turned into an address. */
  readonly #cookieValue: string;

  constructor(options: AccessOptions) {
    this.#options = options;
    // Browsers keep cookies by host alone; two servers on one machine must not take them from each other.
    this.#cookieName = `waypost-${options.port}`;
    this.#cookieValue = createHmac('sha256', options.token).update('settings window').digest('base64url');
  }

  /** The `Set-Cookie` header that lets a browser in; renewed whenever the window is opened. */
  get cookie(): string {
    const secure = this.#options.scheme === 'https' ? '; Secure' : '';
    const value = `${this.#cookieName}=${this.#cookieValue}`;
    return `${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${COOKIE_SECONDS}${secure}`;
  }

  /** Judges a request for a page or a file. */
  page(visit: Visit): Verdict {
    const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = visit.headers;
    if (!this.#isOwnHost(visit)) return 'refused';
    if (origin !== undefined && !this.#isOwnOrigin(visit)) return 'refused';
    if (mode !== 'navigate' && (site === 'same-site' || site === 'cross-site')) return 'refused';
    const [path, query] = (visit.url ?? '').split('?', 2);
    const token = new URLSearchParams(query).get('token');
    if (path === '/' && token !== null) return same(token, this.#options.token) ? 'enter' : 'refused';
    if (this.#hasCookie(visit)) return 'allowed';
    return path === '/' && site === 'cross-site' && dest === 'document' ? 'again' : 'refused';
  }

  /** Judges a request to become a WebSocket. */
  socket(visit: Visit): boolean {
    return this.#isOwnHost(visit) && this.#isOwnOrigin(visit) && this.#hasCookie(visit);
  }

  /** The origin of the WebSocket beside a page that was allowed. */
  socketOrigin({ headers }: Visit): string {
    return `${this.#options.scheme === 'https' ? 'wss' : 'ws'}://${headers.host}`;
  }

  #isOwnHost({ headersDistinct }: Visit): boolean {
    const [host = '', ...others] = headersDistinct.host ?? [];
    const parts = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/i.exec(host);
    if (!parts || others.length > 0) return false;
    const [, ipv6, name, port] = parts;
    const { scheme, isOwnName } = this.#options;
    const ownPort = Number(port ?? DEFAULT_PORT[scheme]) === this.#options.port;
    return ownPort && isOwnName((ipv6 ?? name ?? '').toLowerCase());
  }

  #isOwnOrigin({ headers }: Visit): boolean {
    return headers.origin === `${this.#options.scheme}://${headers.host?.toLowerCase()}`;
  }

  #hasCookie({ headers }: Visit): boolean {
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    return cookies.some((cookie) => same(cookie, `${this.#cookieName}=${this.#cookieValue}`));
  }
}

/** Compares in a time that tells nothing; by hashes, because lengths must not tell either. */
function same(given: string, wanted: string): boolean {
  return timingSafeEqual(hash(given), hash(wanted));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
