/**
 * Chromium knows no schemes but its own: a page at `app://host/` would be an external program's business. In the
 * browser such a page therefore lives at `https://host.app.invalid/`, an address that no network can answer and
 * that has what a privileged scheme has in Electron: an origin, a secure context, a meaning of 'self'. Everything
 * that the main process sees is translated back; only the page itself sees the difference, in its `location`.
 */
import { refused } from './strict.ts';

const schemes = new Set<string>();

/** For `protocol.registerSchemesAsPrivileged`. */
export function addScheme(scheme: string): void {
  schemes.add(scheme);
}

/** The schemes of the app. */
export function appSchemes(): string[] {
  return [...schemes];
}

/** Whether pages of this URL live in the app. */
export function isOfApp(url: string): boolean {
  return schemes.has(/^(?:blob:)?([a-z][a-z0-9+.-]*):/i.exec(url)?.[1] ?? '');
}

/** As the browser sees a URL or an origin of the app. */
export function toPage(url: string): string {
  const found = /^(blob:)?([a-z][a-z0-9+.-]*):\/\/([^/?#]+)(.*)$/is.exec(url);
  const [, blob = '', scheme = '', host = '', rest = ''] = found ?? [];
  if (!schemes.has(scheme)) return url;
  if (host.includes(':') || host.includes('@')) throw refused(`${url} has more than a host`);
  return `${blob}https://${host}.${scheme}.invalid${rest}`;
}

/** As the app sees a URL or an origin of the browser. */
export function fromPage(url: string): string {
  const found = /^(blob:)?https:\/\/([^/?#]+)\.([^./?#]+)\.invalid(?=[/?#]|$)(.*)$/is.exec(url);
  const [, blob = '', host = '', scheme = '', rest = ''] = found ?? [];
  return schemes.has(scheme) ? `${blob}${scheme}://${host}${rest}` : url;
}

/** A header that the browser will obey, with the app's own schemes as the browser knows them. */
export function headerToPage(name: string, value: string): string {
  switch (name.toLowerCase()) {
    case 'location':
    case 'access-control-allow-origin':
      return toPage(value);
    case 'content-security-policy':
    case 'content-security-policy-report-only':
      return value.replace(
        /(?<=^|[\s;])([a-z][a-z0-9+.-]*):(\/\/[^\s;]*)?/gi,
        (source, scheme: string, host?: string) => {
          if (!schemes.has(scheme)) return source;
          return host ? toPage(source) : `https://*.${scheme}.invalid`;
        },
      );
    default:
      return value;
  }
}
