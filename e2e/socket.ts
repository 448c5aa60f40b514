/** The page's WebSocket, held up on its way. */
import type { Page } from 'playwright/test';

export interface HeldSocket {
  /** From now on nothing from the service reaches the page. */
  hold(): void;
  /** Lets everything through that was held up, and whatever follows. */
  release(): void;
}

/** Must be called before the page opens its window. */
export async function holdable(page: Page): Promise<HeldSocket> {
  let holding = false;
  const held: (() => void)[] = [];
  await page.routeWebSocket(/\/rpc$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const pass = () => socket.send(message);
      if (holding) held.push(pass);
      else pass();
    });
  });
  return {
    hold: () => {
      holding = true;
    },
    release: () => {
      holding = false;
      for (const pass of held.splice(0)) pass();
    },
  };
}
