/** The windows that there are, for whoever has to know of all of them. */

export interface AnyWindow {
  /** Asks it to close; its app may say no. */
  close(): void;
  /** Ends it at once. */
  destroy(): void;
}

const open = new Set<AnyWindow>();
const watchers: (() => void)[] = [];

export function addWindow(window: AnyWindow): void {
  open.add(window);
}

export function removeWindow(window: AnyWindow): void {
  if (!open.delete(window) || open.size > 0) return;
  for (const watcher of watchers) watcher();
}

/** All windows, oldest first. */
export function allWindows(): AnyWindow[] {
  return [...open];
}

/** Calls `watcher` whenever the last window has been closed. */
export function watchLastClosed(watcher: () => void): void {
  watchers.push(watcher);
}
