/**
 * Whether a message to the main process comes from our own page. Whatever else gets to run in a renderer, a
 * frame within the page for instance, must not be served, however it came there.
 */
import { PAGE_URL } from './origin.ts';

/** What is judged of a message; Electron's event has all of it. */
export interface Sent {
  /** The window's contents that sent it. */
  readonly sender: unknown;
  /** The frame that sent it; null when it is gone already, or has navigated elsewhere. */
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

/** @param own the contents of our window, undefined while there is none */
export function isFromOwnPage({ sender, senderFrame }: Sent, own: unknown): boolean {
  if (own === undefined || sender !== own || !senderFrame || senderFrame.parent !== null) return false;
  const [page] = senderFrame.url.split('#', 1);
  return page === PAGE_URL;
}
