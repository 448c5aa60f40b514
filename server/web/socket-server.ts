/** Listening on a Unix socket or named pipe, and letting go of it again. */
import { once } from 'node:events';
import { lstat, rm } from 'node:fs/promises';
import type { Server as HttpServer } from 'node:http';
import { connect, type Server } from 'node:net';

/**
 * Listens at `path` for this user only. A socket file whose process has died is taken over.
 * @throws Error with a sentence when another process answers there, or what the system said
 */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  try {
    return await bind(server, path);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
  }
  if (await answers(path)) throw new Error(`Another program already answers at ${path}.`);
  await rm(path, { force: true });
  await bind(server, path);
}

/**
 * Closes the server: no new request, what is in flight may finish for `graceMs` and is then cut off.
 * Closing removes the socket file.
 */
export async function closeGently(
  server: Pick<HttpServer, 'close' | 'closeIdleConnections' | 'closeAllConnections'>,
  graceMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cutOff);
}

async function bind(server: Server, path: string): Promise<void> {
  // The socket is made within listen(), so nobody else can ever open it: a chmod would come too late.
  const before = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  await once(server, 'listening');
}

/** True unless the file at `path` is a socket that nobody listens on. */
async function answers(path: string): Promise<boolean> {
  const isSocket = await lstat(path).then(
    (found) => found.isSocket(),
    (error) => codeOf(error) === 'ENOENT',
  );
  if (!isSocket) return true;
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    return codeOf(error) !== 'ECONNREFUSED' && codeOf(error) !== 'ENOENT';
  } finally {
    socket.destroy();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
