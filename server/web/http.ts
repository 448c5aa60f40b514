/** The settings window for browsers: its page and files over HTTP, its calls over a WebSocket at `/rpc`. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Context } from '@orpc/server';
import { Access } from './access.ts';
import { refusalPage, securityHeaders } from './headers.ts';
import { isLoopbackHost } from './loopback.ts';
import { ownNames } from './own-names.ts';
import type { RendererFiles } from './renderer-files.ts';
import { replyTo } from './reply.ts';
import type { ContractRouter } from './rpc.ts';
import { createRpcSocket, type RpcSocketOptions } from './rpc-socket.ts';
import { closeGently } from './socket-server.ts';

export interface WindowOptions extends RpcSocketOptions {
  /** Name or IP address to listen at, without brackets. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly files: RendererFiles;
  readonly token: string;
  readonly router: ContractRouter<Context>;
  readonly context: Context;
  /** Certificate and key (PEM); makes it HTTPS. Needed where other machines can reach it. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

export interface SettingsWindow {
  readonly port: number;
  /** The address to open, with the token; `host` is the name it is called by. */
  address(host: string): string;
  stop(): Promise<void>;
}

const GRACE_MS = 500;

/** Serves the window. Rejects with what the system said when it can't listen there. */
export async function serveWindow(options: WindowOptions): Promise<SettingsWindow> {
  const { host, files, token, tls } = options;
  if (!tls && !isLoopbackHost(host))
    throw new Error(`Without a certificate ${host} must be a loopback address.`);
  // A request without Host is refused like any other with a wrong one.
  const lenient = { requireHostHeader: false };
  const server: Server = tls ? createSecureServer({ ...tls, ...lenient }) : createServer(lenient);
  server.listen(options.port, host);
  await once(server, 'listening');
  // A fault while accepting (such as too many open files) concerns one connection, not the server.
  server.on('error', () => {});

  const { port } = server.address() as AddressInfo;
  const scheme = tls ? 'https' : 'http';
  const access = new Access({ scheme, port, token, isOwnName: ownNames(host, tls?.cert) });
  const rpc = createRpcSocket(options.router, options.context, options);

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { status, headers, body } = replyTo(request, access, files, randomBytes(16).toString('base64'));
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
    // Node leaves the body out where HEAD was asked.
    response.end(body);
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {});
    const [path] = (request.url ?? '').split('?', 1);
    if (!access.socket(request)) refuse(socket, 403, 'Forbidden', refusalPage(''));
    else if (path !== '/rpc') refuse(socket, 404, 'Not Found');
    else if (!rpc.accept(request, socket, head)) refuse(socket, 503, 'Service Unavailable');
  }

  server.on('request', answer);
  server.on('upgrade', upgrade);
  return {
    port,
    address: (name) => `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}/?token=${token}`,
    stop: async () => {
      const closed = closeGently(server, GRACE_MS);
      await rpc.stop();
      await closed;
    },
  };
}

/** Answers on a socket that was about to become something else. */
function refuse(socket: Duplex, status: number, reason: string, body = ''): void {
  const headers = Object.entries({
    ...securityHeaders('', []),
    Connection: 'close',
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
  });
  const lines = [`HTTP/1.1 ${status} ${reason}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
