/**
 * Peers that do with their socket what no script of a sink can: talk without end, stop reading, leave in the middle of
 * the content or of a handshake.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** What a peer does on a connection. Errors of the socket are nobody's. */
export type Talk = (socket: Socket) => void;

export interface BadPeer {
  /** Connections so far. */
  readonly seen: number;
  /** Stops listening and cuts every connection. */
  stop(): Promise<void>;
}

export async function startBadPeer(host: string, port: number, talk: Talk): Promise<BadPeer> {
  const sockets = new Set<Socket>();
  let seen = 0;
  const server = createServer((socket) => {
    seen++;
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    talk(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    get seen() {
      return seen;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Friendly up to the command that begins with `verb` (or the connection, where it is ''); then `talk` has the socket. */
export function upTo(verb: '' | 'EHLO' | 'STARTTLS' | 'RCPT' | 'DATA', talk: Talk): Talk {
  return (socket) => {
    if (verb === '') return talk(socket);
    let pending = '';
    const onData = (chunk: Buffer) => {
      pending += chunk.toString('latin1');
      for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 1);
        if (line.startsWith(verb)) {
          socket.off('data', onData);
          return talk(socket);
        }
        if (line.startsWith('EHLO')) socket.write('250-bad.test\r\n250 STARTTLS\r\n');
        else socket.write(line.startsWith('DATA') ? '451 4.3.0 Not now\r\n' : '250 2.0.0 Ok\r\n');
      }
    };
    socket.on('data', onData);
    socket.write('220 bad.test ESMTP\r\n');
  };
}

/** Says `text` over and over again, as fast as it is taken. */
export function endlessly(text: string): Talk {
  const block = text.repeat(Math.ceil(65_536 / text.length));
  return (socket) => {
    const more = () => {
      while (socket.writable && socket.write(block));
    };
    socket.on('drain', more);
    socket.resume();
    more();
  };
}

/** Asks for the content and reads nothing of it. */
export const readsNothing: Talk = (socket) => {
  socket.pause();
  socket.write('354 Go on\r\n');
};

/** Asks for the content and leaves when so many bytes of it have come. */
export function leavesWithin(bytes: number): Talk {
  return (socket) => {
    let seen = 0;
    socket.on('data', (chunk) => {
      seen += chunk.length;
      if (seen >= bytes) socket.destroy();
    });
    socket.write('354 Go on\r\n');
  };
}

/** Agrees to TLS and leaves when the other side begins. */
export const leavesHandshake: Talk = (socket) => {
  socket.once('data', () => socket.destroy());
  socket.write('220 Go on\r\n');
};
