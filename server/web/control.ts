/** The control socket: the oRPC contract over HTTP, for the command line of this user. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Context } from '@orpc/server';
import { RPCHandler } from '@orpc/server/node';
import { makeSocketFolder } from './control-folder.ts';
import { answered, type ContractRouter, type FaultLog } from './rpc.ts';
import { closeGently, listenPrivately } from './socket-server.ts';

export interface ControlOptions {
  readonly log: FaultLog;
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
  const handler = new RPCHandler(router, { interceptors: [(call) => answered(call, log)] });

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
