/** What is true right now, followed for as long as the window lives. */
import type { LiveView } from '../server/contract/views.ts';
import { type Connection, connected } from './client.ts';
import { createStore, type Readable } from './ui/store.ts';

/** Milliseconds before following again when the engine ended it without closing the connection. */
const PAUSE = 1000;

/**
 * Follows `status.live`, anew after every loss. The value is undefined until the engine has spoken, and the
 * last known truth while the connection is lost.
 */
export function followLive(connection: Connection): Readable<LiveView | undefined> {
  const live = createStore<LiveView | undefined>(undefined);
  void follow();
  return live;

  async function follow(): Promise<never> {
    for (;;) {
      await connected(connection);
      try {
        for await (const view of await connection.client.status.live()) live.set(view);
      } catch {
        // Whatever ended it, the answer is the same: follow again.
      }
      if (connection.link.get().state === 'connected') {
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }
}
