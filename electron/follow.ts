/** Follows what is true, as any window does: the tray and the notifications are one more client of the contract. */
import type { ContractRouterClient } from '@orpc/contract';
import { type Context, createRouterClient } from '@orpc/server';
import type { contract } from '../server/contract/api.ts';
import type { LiveView, StatusView } from '../server/contract/views.ts';
import type { StartedEngine } from '../server/host/instance.ts';
import { dueNotices, type Notice, type Said } from './notices.ts';

export type Client = ContractRouterClient<typeof contract>;

/** The engine's procedures, called within the process. */
export function clientOf({ router, context }: StartedEngine<Context>): Client {
  return createRouterClient(router, { context }) as Client;
}

export interface FollowOptions {
  readonly status: (status: StatusView) => void;
  readonly notice: (notice: Notice) => void;
  readonly log: (error: unknown, where: string) => void;
}

/** Milliseconds before following again when it broke off. */
const PAUSE_MS = 1000;

/** Follows until `signal` is aborted. Never rejects. */
export async function follow(client: Client, options: FollowOptions, signal: AbortSignal): Promise<void> {
  let said: Said = new Set();
  const tell = ({ status }: LiveView) => {
    options.status(status);
    const due = dueNotices(status, said, Date.now());
    said = due.said;
    for (const notice of due.notices) options.notice(notice);
  };
  while (!signal.aborted) {
    try {
      for await (const view of await client.status.live(undefined, { signal })) tell(view);
    } catch (error) {
      if (!signal.aborted) options.log(error, 'tray');
    }
    if (!signal.aborted) await pause(signal);
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PAUSE_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
