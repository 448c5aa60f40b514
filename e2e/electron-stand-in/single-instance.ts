/**
 * One instance per `userData` folder, as Chromium does it on Linux: a link in the folder names the process that
 * has it, and is free when that process is gone. What the second instance has to say lies in a folder beside it,
 * which the first one watches.
 */
import {
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { cloned, decode, encode } from './clone.ts';

export interface SecondInstance {
  readonly argv: string[];
  readonly cwd: string;
  readonly additionalData: unknown;
}

export class SingleInstance {
  #locked: string | undefined;
  #watcher: FSWatcher | undefined;

  get has(): boolean {
    return this.#locked !== undefined;
  }

  /**
   * Takes the folder, or tells the one that has it of this start.
   * @param heard called for each later start, never before this function has returned
   * @returns whether the folder is ours
   */
  request(userData: string, additionalData: unknown, heard: (second: SecondInstance) => void): boolean {
    if (this.has) return true;
    mkdirSync(userData, { recursive: true });
    const [lock, letters] = [join(userData, 'SingletonLock'), join(userData, 'SingletonLetters')];
    const owner = take(lock);
    if (owner !== process.pid) {
      write(letters, { argv: process.argv, cwd: process.cwd(), additionalData: cloned(additionalData) });
      return false;
    }
    this.#locked = lock;
    rmSync(letters, { recursive: true, force: true });
    mkdirSync(letters);
    this.#watcher = watch(letters, () => {
      for (const second of read(letters)) heard(second);
    });
    this.#watcher.unref();
    return true;
  }

  release(): void {
    this.#watcher?.close();
    if (this.#locked) rmSync(this.#locked, { force: true });
    this.#locked = undefined;
  }
}

/** The process that has the lock now. */
function take(lock: string): number {
  for (;;) {
    try {
      symlinkSync(`${hostname()}-${process.pid}`, lock);
      return process.pid;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = ownerOf(lock);
      if (owner !== undefined && isRunning(owner)) return owner;
      rmSync(lock, { force: true });
    }
  }
}

function ownerOf(lock: string): number | undefined {
  try {
    return Number(readlinkSync(lock).split('-').at(-1));
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function write(letters: string, second: SecondInstance): void {
  const name = join(letters, `${process.pid}`);
  // Renamed when complete, so that it is never read half.
  writeFileSync(`${name}.part`, encode(second));
  renameSync(`${name}.part`, `${name}.letter`);
}

function read(letters: string): SecondInstance[] {
  return readdirSync(letters)
    .filter((name) => name.endsWith('.letter'))
    .map((name) => {
      const path = join(letters, name);
      const second = decode(readFileSync(path, 'utf8')) as SecondInstance;
      rmSync(path);
      return second;
    });
}
