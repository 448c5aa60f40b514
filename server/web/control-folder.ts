/**
 * The folder under /tmp that holds a control socket whose data folder has too long a path. Anyone may make
 * folders there, so whoever uses this one looks first whose it is: passwords travel over that socket.
 */
import type { Stats } from 'node:fs';
import { lstat, mkdir, rmdir, stat } from 'node:fs/promises';
import { borrowedFolder } from './control-path.ts';

/**
 * Makes the socket's folder when it is a borrowed one, and returns what removes it again.
 * @throws Error with a sentence when the folder is there and is not ours alone
 */
export async function makeSocketFolder(socketPath: string): Promise<() => Promise<void>> {
  const folder = borrowedFolder(socketPath);
  if (folder === undefined) return async () => {};
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (!isPrivate(await lstat(folder), [process.getuid?.()])) {
    throw new Error(`The folder ${folder} belongs to someone else; remove it and start again.`);
  }
  // Something left in it is no reason to fail at the end.
  return () => rmdir(folder).catch(() => {});
}

/**
 * True when nobody but the data folder's owner, root or we ourselves can have put a socket at this path.
 * Rejects with ENOENT when the folder is not there.
 */
export async function isTrustedSocket(socketPath: string, dataFolder: string): Promise<boolean> {
  const folder = borrowedFolder(socketPath);
  if (folder === undefined) return true;
  const owner = await stat(dataFolder).then((found) => found.uid);
  return isPrivate(await lstat(folder), [0, owner, process.getuid?.()]);
}

/** True for a real folder, closed to everyone but its owner, who is one of `owners`. */
export function isPrivate(
  found: Pick<Stats, 'uid' | 'mode' | 'isDirectory'>,
  owners: readonly (number | undefined)[],
): boolean {
  return found.isDirectory() && (found.mode & 0o077) === 0 && owners.includes(found.uid);
}
