/** The oRPC contract over WebSockets, for browsers that were let in. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Context } from '@orpc/server';
import { RPCHandler } from '@orpc/server/websocket';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { answered, type ContractRouter, type FaultLog } from './rpc.ts';

export interface RpcSocketOptions {
  readonly log: FaultLog;
  /** How often a peer must show that it is there, in milliseconds. Default: 15 s. */
  readonly pingMs?: number | undefined;
  /** Default: 64. */
  readonly maxConnections?: number | undefined;
}

export interface RpcSocket {
  /** Takes over a connection that asks to become a WebSocket and may. False when there are too many already. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Closes all; who does not follow within a moment is cut. */
  stop(): Promise<void>;
}

/** More than any call of the contract needs. */
const MAX_PAYLOAD_BYTES = 1_048_576;
const MAX_CONNECTIONS = 64;
const PING_MS = 15_000;
const CLOSE_MS = 500;
const GOING_AWAY = 1001;
const NOT_UNDERSTOOD = 1007;

export function createRpcSocket(
  router: ContractRouter<Context>,
  context: Context,
  { log, pingMs = PING_MS, maxConnections = MAX_CONNECTIONS }: RpcSocketOptions,
): RpcSocket {
  const handler = new RPCHandler(router, { interceptors: [(call) => answered(call, log)] });
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
  });
  const silent = new WeakSet<WebSocket>();

  function serve(ws: WebSocket): void {
    ws.on('message', (data, isBinary) => {
      const message = bytes(data);
      const call = isBinary ? new Uint8Array(message).buffer : message.toString();
      handler.message(ws, call, { context }).catch((error) => {
        // Too late for an answer, or no call at all: whatever it is, this client can't be served.
        if (ws.readyState !== ws.OPEN) return;
        log(error, 'rpc');
        ws.close(NOT_UNDERSTOOD);
      });
    });
    ws.on('close', () => handler.close(ws));
    ws.on('pong', () => silent.delete(ws));
    // Too large a message, or broken frames: ws closes the connection by itself.
    ws.on('error', () => {});
  }

  const pinging = setInterval(() => {
    for (const ws of server.clients) {
      if (silent.has(ws)) ws.terminate();
      silent.add(ws);
      ws.ping();
    }
  }, pingMs).unref();

  return {
    accept: (request, socket, head) => {
      if (server.clients.size >= maxConnections) return false;
      server.handleUpgrade(request, socket, head, serve);
      return true;
    },
    stop: async () => {
      clearInterval(pinging);
      const closed = [...server.clients].map(
        (ws) => new Promise<void>((resolve) => ws.once('close', () => resolve())),
      );
      for (const ws of server.clients) ws.close(GOING_AWAY, 'Waypost stops');
      const cut = setTimeout(() => {
        for (const ws of server.clients) ws.terminate();
      }, CLOSE_MS);
      await Promise.all(closed);
      clearTimeout(cut);
      server.close();
    },
  };
}

function bytes(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
