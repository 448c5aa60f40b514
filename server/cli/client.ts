/** The command line's end of the control socket. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../contract/api.ts';
import { Failure } from '../host/failure.ts';
import { isTrustedSocket } from '../web/control-folder.ts';
import { controlPath } from '../web/control-path.ts';

/** All procedures of the contract, with their types. */
export type Client = ContractRouterClient<typeof contract>;

export interface ClientOptions {
  /** How long the server may be silent, in milliseconds. Default: two minutes, longer than any apply takes. */
  silenceMs?: number;
}

/**
 * A client of the Waypost that runs on this data folder. Connects with each call, so making one never fails.
 * Calls reject with `Failure` when nobody answers, and with the contract's typed errors.
 */
export function connectTo(dataFolder: string, { silenceMs = 120_000 }: ClientOptions = {}): Client {
  const path = controlPath(dataFolder);
  const link = new RPCLink({
    url: 'http://waypost/',
    fetch: async (request) => {
      try {
        if (!(await isTrustedSocket(path, dataFolder))) {
          throw new Failure(`The control socket ${path} belongs to someone else; Waypost does not use it.`);
        }
        return await fetchBySocket(path, request, silenceMs);
      } catch (error) {
        throw connectionFailure(error);
      }
    },
  });
  return createORPCClient<Client>(link);
}

async function fetchBySocket(socketPath: string, request: Request, silenceMs: number): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer());
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = httpRequest({
      socketPath,
      path: pathname + search,
      method: request.method,
      headers: { ...Object.fromEntries(request.headers), 'content-length': body.length },
      // One connection per call: none is left behind that could keep the command from ending.
      agent: false,
      signal: request.signal,
      timeout: silenceMs,
    });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.once('timeout', () =>
      outgoing.destroy(new Failure('Waypost runs on this data folder but does not answer.')),
    );
    outgoing.end(body);
  });
  const status = answer.statusCode ?? 500;
  const headers = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  return new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status, headers });
}

function connectionFailure(error: unknown): unknown {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ENOTDIR':
      return new Failure('Waypost is not running on this data folder (start it with: waypost serve).');
    case 'EACCES':
    case 'EPERM':
      return new Failure('Waypost on this data folder belongs to another user.');
    case 'ECONNRESET':
    case 'EPIPE':
      return new Failure('Waypost stopped before it answered.');
    default:
      return error;
  }
}
