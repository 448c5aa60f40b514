/** A small disk of its own, to be filled or made read-only; only root may mount one. */
import { execFile } from 'node:child_process';
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../../server/testing/temp.ts';

const run = promisify(execFile);

export interface Disk {
  readonly path: string;
  /** Takes all the space that is left, but for so many bytes. */
  fill(leave?: number): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
  setReadOnly(isReadOnly: boolean): Promise<void>;
  /** Takes the disk away with all it holds; nobody may use it any more. */
  remove(): Promise<void>;
}

/** Mounts a disk of so many MB; resolves to the reason, one line, where that can't be done. */
export async function mountDisk(sizeMB: number): Promise<Disk | string> {
  if (process.platform !== 'linux') return 'a small disk can be mounted on Linux only';
  const { path, remove } = await temporaryFolder();
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMB}m,mode=0777`, 'waypost-trial', path]);
  } catch (error) {
    await remove();
    return `a small disk can't be mounted: ${String((error as { stderr?: string }).stderr ?? error).trim()}`;
  }
  const ballast = join(path, 'ballast');
  return {
    path,
    fill: async (leave = 0) => {
      const file = await open(ballast, 'a');
      try {
        const block = Buffer.alloc(4096, 'x');
        for (;;) {
          const { bavail, bsize } = await statfs(path);
          if (bavail * bsize <= leave) return;
          await file.write(block);
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast, { force: true }),
    setReadOnly: async (isReadOnly) => {
      await run('mount', ['-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, path]);
    },
    remove: async () => {
      await run('umount', [path]);
      await remove();
    },
  };
}
