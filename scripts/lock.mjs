import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// One lock file, holding the pid of the process that works. It is left behind when that process is killed,
// so a waiter takes it over when the process is gone, or when the file was not touched for a while: after a
// restart of the machine the same pid may belong to some other program.

const POLL_MS = 100;
const HEARTBEAT_MS = 2_000;
const SILENCE_MS = 15_000;

/**
 * Runs `work` while no other process runs work under the same lock file.
 * @template T
 * @param {string} path the lock file
 * @param {() => Promise<T>} work
 * @param {object} [options]
 * @param {() => void} [options.onWait] called once, when another process is at it
 * @param {number} [options.silenceMs] how long a holder may be silent before it counts as dead
 * @returns {Promise<T>} what `work` returned
 */
export async function withLock(path, work, { onWait, silenceMs = SILENCE_MS } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  await take(path, silenceMs, onWait);
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(path, { force: true });
  }
}

/**
 * @param {string} path
 * @param {number} silenceMs
 * @param {(() => void) | undefined} onWait
 */
async function take(path, silenceMs, onWait) {
  let waited = false;
  let lastBeat = 0;
  let silentFor = 0;
  while (!create(path)) {
    const holder = read(path);
    if (holder === undefined) continue; // released between the two looks
    // Silence is counted in our own waiting, not by the clock: a machine that slept has a late heartbeat.
    silentFor = holder.beat === lastBeat ? silentFor + POLL_MS : 0;
    lastBeat = holder.beat;
    if (!isAlive(holder.pid) || silentFor >= silenceMs) {
      takeAway(path, holder.text);
      continue;
    }
    if (!waited) onWait?.();
    waited = true;
    await sleep(POLL_MS);
  }
}

/**
 * @param {string} path
 * @returns {boolean} whether the lock is ours now
 */
function create(path) {
  // Written beside and linked into place: a lock file without its pid in it is never seen.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** @param {string} path */
function read(path) {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, pid: Number(text), beat: statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Removes a dead process's lock, unless another waiter did so first and holds a new one by now.
 * @param {string} path
 * @param {string} expected what the dead one's file says
 */
function takeAway(path, expected) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== expected) linkSync(aside, path);
  } catch {
    // Somebody else was quicker: the next look tells.
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {string} path */
function touch(path) {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // Taken away from us: nothing to keep alive.
  }
}
