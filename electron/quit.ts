/** The end: whoever asks to quit, mail that is under way gets its moment first. */
import type { App, Event } from 'electron';

export interface Quit {
  /** Whether it has begun. */
  readonly hasBegun: boolean;
  /** Ends the app: in an orderly way, or at once when that is under way already and a person asks again. */
  ask(): void;
}

/** @param drain stops everything; called once, and must not reject */
export function orderlyQuit(app: App, drain: () => Promise<void>): Quit {
  let state: 'running' | 'draining' | 'drained' = 'running';
  app.on('before-quit', (event: Event) => {
    if (state === 'drained') return;
    event.preventDefault();
    if (state === 'draining') return;
    state = 'draining';
    void drain().then(() => {
      state = 'drained';
      app.quit();
    });
  });
  // The server runs without a window.
  app.on('window-all-closed', () => {});
  return {
    get hasBegun() {
      return state !== 'running';
    },
    ask: () => (state === 'draining' ? app.exit(0) : app.quit()),
  };
}
