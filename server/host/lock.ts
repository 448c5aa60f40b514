/**
 * One Waypost per data folder.
 *
 * Whoever holds the lock on the file `waypost.lock` has the folder: at most one process gets it however many
 * ask at once, and it ends with its process however that ends. A file that only says "locked" has
 * neither property, and a pid in a file may belong to another program by now.
 *
 * The lock file is never deleted: a newcomer would lock a new file beside the holder's. `waypost.pid` only
 * tells people who the holder is; nothing is decided by it.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockFile } from '../store/database.ts';
import { Failure, systemReason } from './failure.ts';

/** Another process has the data folder. */
export class AlreadyRunning extends Failure {
  /** Undefined when the other one has not said so yet. */
  readonly pid: number | undefined;

  constructor(pid: number | undefined) {
    super(`Waypost already runs on this folder${pid === undefined ? '' : ` (process ${pid})`}.`);
    this.pid = pid;
  }
}

/**
 * Takes the folder, which must exist, and returns what gives it back.
 * Rejects with AlreadyRunning when another process has it, and with Failure when it can't be locked at all.
 */
export async function lockDataFolder(folder: string): Promise<() => void> {
  const pidFile = join(folder, 'waypost.pid');
  const release = take(join(folder, 'waypost.lock'));
  if (release === undefined) throw new AlreadyRunning(await holder(pidFile));
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return () => {
    // While the lock is still ours: a moment later the file may be the next one's.
    rmSync(pidFile, { force: true });
    release();
  };
}

/** Undefined when another process has the lock. */
function take(file: string): (() => void) | undefined {
  try {
    return lockFile(file);
  } catch (error) {
    throw new Failure(`The data folder can't be locked by ${file}: ${systemReason(error)}.`);
  }
}

/** The pid of the process that has the lock. It writes it right after locking, so this waits a moment. */
async function holder(pidFile: string): Promise<number | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const pid = readPid(pidFile);
    // A dead one's pid is left from before; the holder is just about to write its own.
    if (pid !== undefined && isAlive(pid)) return pid;
    await sleep(25);
  }
  return undefined;
}

function readPid(pidFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, as another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
