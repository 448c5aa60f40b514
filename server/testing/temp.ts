import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A folder of one's own; `remove` deletes it with all it holds and may be called twice. */
export interface TemporaryFolder {
  path: string;
  remove(): Promise<void>;
}

/** Makes an empty folder under the system's temporary folder. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  // macOS hands out a symbolic link, which would never equal a path the code under test resolved.
  const path = await realpath(await mkdtemp(join(tmpdir(), 'waypost-')));
  return {
    path,
    // Windows refuses to delete a file that another handle is only just letting go of.
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  };
}

/** How long and how often `eventually` looks, and what it says it was looking for. Times in milliseconds. */
export interface EventuallyOptions {
  timeoutMs?: number;
  intervalMs?: number;
  what?: string;
}

/**
 * Calls `check` until it returns something truthy without throwing, and resolves to that.
 * Rejects after `timeoutMs` (10 s), naming `what` and the last value or error.
 * A check made of `expect` calls alone returns undefined: end it with `return true`.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 10, what = 'the condition' }: EventuallyOptions = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let last: string;
    let cause: unknown;
    try {
      const value = await check();
      if (value) return value;
      last = `last value: ${String(value)}`;
    } catch (error) {
      last = `last error: ${error instanceof Error ? error.message : String(error)}`;
      cause = error;
    }
    if (performance.now() >= deadline) {
      throw new Error(`Gave up after ${timeoutMs} ms waiting for ${what} (${last})`, { cause });
    }
    await sleep(intervalMs);
  }
}
