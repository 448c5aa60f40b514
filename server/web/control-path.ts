/**
 * Where a running Waypost answers the command line. Server and client both derive the place from the data
 * folder alone, so there is nothing to look up and nothing that could be out of date.
 */
import { createHash } from 'node:crypto';
import { dirname, posix, resolve } from 'node:path';

/** What every system takes: macOS has room for 104 bytes with the closing NUL, Linux for 108. */
const LONGEST_SOCKET_PATH = 103;

/** Not `os.tmpdir()`: that follows TMPDIR, which a service and a person's shell seldom share. */
const TEMPORARY = '/tmp';

/**
 * The control socket of a data folder: `control.sock` in it, or a named pipe on Windows. Where that path would
 * be too long for a socket, one in a folder of its own under /tmp, named after a hash of the data folder.
 *
 * Pass the folder's real path (see `resolveDataFolder`), or a folder reached in two ways has two sockets.
 */
export function controlPath(dataFolder: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return `\\\\.\\pipe\\waypost-${hash(dataFolder.toLowerCase())}`;
  const folder = resolve(dataFolder);
  const path = posix.join(folder, 'control.sock');
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path;
  return posix.join(TEMPORARY, `waypost-${hash(folder)}`, 'control.sock');
}

/** The folder of a socket that did not fit into its data folder; undefined where it did. */
export function borrowedFolder(socketPath: string): string | undefined {
  const folder = dirname(socketPath);
  return /^\/tmp\/waypost-[0-9a-f]{16}$/.test(folder) ? folder : undefined;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
