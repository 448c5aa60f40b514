/** Where the window's page lives: a protocol of our own, which no server and no file can answer. */

export const SCHEME = 'app';
const HOST = 'waypost';
/** The page itself. A tab is named by the part behind `#`. */
export const PAGE_URL = `${SCHEME}://${HOST}/`;

/** Whether a URL is of our own page or of something it made (a blob to save). */
export function isOwnUrl(url: string): boolean {
  return url.startsWith(PAGE_URL) || url.startsWith(`blob:${PAGE_URL}`);
}
