/** The control socket: the oRPC contract over HTTP, for the command line of this user. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Context, ORPCError, type Router } from '@orpc/server';
import { RPCHandler } from '@orpc/server/node';
import type { contract } from '../contract/api.ts';
import { makeSocketFolder } from './control-folder.ts';
import { closeGently, listenPrivately } from './socket-server.ts';

/** Handlers for every procedure of the contract. */
export type ContractRouter<C extends Context> = Router<typeof contract, C>;

export interface ControlOptions {
  /** Gets every error that is not part of the contract, in full, with the path of its procedure. */
  log(error: unknown, procedure: string): void;
  /** How long requests in flight may take at the end, in milliseconds. Default: 2000. */
  graceMs?: number;
}

/**
 * Answers the contract at `path` (see `controlPath`), for this user only, and returns what stops that.
 * @throws Error with a sentence when another process answers there, or what the system said
 */
export async function serveControl<C extends Context>(
  path: string,
  router: ContractRouter<C>,
  context: C,
  { log, graceMs = 2000 }: ControlOptions,
): Promise<() => Promise<void>> {
  const handler = new RPCHandler(router, {
    interceptors: [
      async ({ next, request }) => {
        try {
          return await next();
        } catch (error) {
          if (isForCaller(error)) throw error;
          log(error, request.url.pathname.slice(1));
          throw new ORPCError('INTERNAL_SERVER_ERROR', { message: 'Internal server error' });
        }
      },
    ],
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { matched } = await handler.handle(request, response, { context });
      if (!matched) response.writeHead(404).end();
    } catch (error) {
      // Whoever hangs up before the answer does not want it.
      if (!response.destroyed) log(error, request.url ?? '');
      response.destroy();
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  const removeFolder = await makeSocketFolder(path);
  try {
    await listenPrivately(server, path);
  } catch (error) {
    await removeFolder();
    throw error;
  }
  return async () => {
    await closeGently(server, graceMs);
    await removeFolder();
  };
}

/** True for errors of the contract and for requests that are wrong; the rest is our fault and stays with us. */
function isForCaller(error: unknown): boolean {
  return error instanceof ORPCError && (error.defined || error.status < 500);
}
