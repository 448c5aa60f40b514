/** `net`: whether there is a network, and requests of the main process. */
import { needsReady } from './lifecycle.ts';
import { strict } from './strict.ts';

let online = true;
const watchers = new Set<() => void>();

export function isOnline(): boolean {
  return online;
}

/** For tests: the network comes or goes. */
export function setOnline(isThere: boolean): void {
  online = isThere;
  for (const watcher of watchers) watcher();
}

/** For windows. Returns what ends it. */
export function watchOnline(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

export const net = strict('net', {
  isOnline,
  get online() {
    return online;
  },
  fetch: (input: string, init?: RequestInit): Promise<Response> => {
    needsReady('net.fetch can’t be used');
    if (!online) return Promise.reject(new Error('net::ERR_INTERNET_DISCONNECTED'));
    return fetch(input, init);
  },
});
