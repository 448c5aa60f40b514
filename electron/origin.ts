/** Where the window's page lives: a protocol of our own, which no server and no file can answer. */

import { DESKTOP_SCHEME } from '../server/contract/port.ts';

const HOST = 'waypost';
/** The page itself. A tab is named by the part behind `#`. */
export const PAGE_URL = `${DESKTOP_SCHEME}://${HOST}/`;

/** Whether a URL is of our own page or of something it made (a blob to save). */
export function isOwnUrl(url: string): boolean {
  return url.startsWith(PAGE_URL) || url.startsWith(`blob:${PAGE_URL}`);
}
