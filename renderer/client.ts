/**
 * The way to the engine: the one file that knows how calls travel.
 *
 * In a browser they go by a WebSocket of the same origin that reconnects by itself, in the desktop by a
 * MessagePort to the main process. Everything above sees a `Connection` either way.
 *
 * Nothing waits for a lost connection: a call fails at once with `ConnectionLost`, and so does one whose answer
 * was still out, since nobody can tell whether it arrived. Whoever shows something asks again afterwards.
 */
import { type ClientContext, type ClientLink, createORPCClient, isDefinedError } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import ReconnectingWebSocket from 'partysocket/ws';
import type { contract } from '../server/contract/api.ts';
import { PORT_GIVEN, PORT_WANTED } from '../server/contract/port.ts';
import { createStore, type Readable } from './ui/store.ts';

/** The engine's procedures, typed by the contract. */
export type Client = ContractRouterClient<typeof contract>;

export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  | { readonly state: 'lost'; readonly since: Date };

export interface Connection {
  readonly client: Client;
  readonly link: Readable<Link>;
}

/** What a transport has to offer: calls, and whether there is anybody to hear them. */
export interface Channel {
  readonly calls: ClientLink<ClientContext>;
  /** Tells of every opening and closing, for as long as the window lives. */
  watch(opened: () => void, closed: () => void): void;
}

/** There is nobody to call, or nobody answered any more. Nothing is known about what was under way. */
export class ConnectionLost extends Error {
  override name = 'ConnectionLost';
  constructor() {
    super('There is no connection to Waypost.');
  }
}

/** The channel that suits this page: who serves it has put down in it how calls travel. */
export function channelHere(): Channel {
  const { content = '' } = document.querySelector<HTMLMetaElement>('meta[name="calls"]') ?? {};
  return content === 'port' ? portChannel() : webSocketChannel();
}

/** Milliseconds before asking for a new port when one was closed. */
const PORT_PAUSE = 500;

/** The channel of the desktop: a port that the preload gives when it is asked for. */
export function portChannel(): Channel {
  let link: PortLink<ClientContext> | undefined;
  const ask = () => window.postMessage(PORT_WANTED, '/');
  return {
    calls: {
      async call(path, input, options) {
        if (!link) throw new ConnectionLost();
        return link.call(path, input, options);
      },
    },
    watch(opened, closed) {
      addEventListener('message', ({ source, data, ports: [port] }) => {
        if (source !== window || data !== PORT_GIVEN || !port) return;
        link = new PortLink({ port });
        port.addEventListener('close', () => {
          link = undefined;
          closed();
          setTimeout(ask, PORT_PAUSE);
        });
        port.start();
        opened();
      });
      ask();
    },
  };
}

/** The channel of a browser: a WebSocket at `/rpc` of the server that the page came from. */
function webSocketChannel(): Channel {
  const url = new URL('/rpc', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new ReconnectingWebSocket(url.href, null, {
    minReconnectionDelay: 250,
    maxReconnectionDelay: 2000,
    reconnectionDelayGrowFactor: 1.5,
    // A message kept for later would apply settings long after the person had given up on them.
    maxEnqueuedMessages: 0,
  });
  return {
    // It behaves as a WebSocket does, but its types are a little wider.
    calls: new SocketLink({ websocket: socket as Pick<WebSocket, keyof typeof socket & keyof WebSocket> }),
    watch(opened, closed) {
      socket.addEventListener('open', opened);
      socket.addEventListener('close', closed);
      // A page that is kept for the Back button must not go on as if it were shown.
      addEventListener('pageshow', ({ persisted }) => persisted && socket.reconnect());
    },
  };
}

export function openConnection(channel: Channel): Connection {
  const link = createStore<Link>({ state: 'connecting' });
  channel.watch(
    () => link.set({ state: 'connected' }),
    () => {
      // Every failed attempt to reconnect closes something too; the loss dates from the first.
      if (link.get().state !== 'lost') link.set({ state: 'lost', since: new Date() });
    },
  );
  const calls: ClientLink<ClientContext> = {
    async call(path, input, options) {
      if (link.get().state === 'lost') throw new ConnectionLost();
      try {
        return await channel.calls.call(path, input, options);
      } catch (error) {
        if (options.signal?.aborted || isDefinedError(error) || link.get().state === 'connected') throw error;
        throw new ConnectionLost();
      }
    },
  };
  return { client: createORPCClient<Client>(calls), link };
}

/** Resolves when calls can be made. */
export function connected({ link }: Connection): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (link.get().state !== 'connected') return;
      stop();
      resolve();
    };
    const stop = link.subscribe(check);
    check();
  });
}
