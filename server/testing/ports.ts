import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** The system may well name a port again that was asked for and not yet used. */
const given = new Set<number>();

/**
 * A port on which nothing listens at any of the hosts: connecting to it is refused. A process gets each only once.
 * The system could give it to someone else a moment later, so take it right before use.
 */
export async function unusedPort(...hosts: string[]): Promise<number> {
  const [first = '127.0.0.1', ...others] = hosts;
  for (let attempt = 0; attempt < 50; attempt++) {
    const held: Server[] = [];
    try {
      const port = await hold(held, first, 0);
      if (given.has(port)) continue;
      for (const host of others) await hold(held, host, port);
      given.add(port);
      return port;
    } catch (error) {
      if (!isPortTaken(error)) throw error;
    } finally {
      await release(held);
    }
  }
  throw new Error(`No port is free on all of ${hosts.join(', ')}`);
}

/**
 * Whether this machine has the loopback address, for tests to skip what it can't do: macOS has no 127.0.0.2
 * unless told otherwise, and many containers have no ::1.
 */
export async function canListenOn(host: string): Promise<boolean> {
  const held: Server[] = [];
  try {
    await hold(held, host, 0);
    return true;
  } catch {
    return false;
  } finally {
    await release(held);
  }
}

/** Whether listening failed because someone else has the port. */
export function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

async function hold(held: Server[], host: string, port: number): Promise<number> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  held.push(server);
  return portOf(server);
}

async function release(held: Server[]): Promise<void> {
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
}

/** The TCP port a listening server got. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP port');
  return address.port;
}
