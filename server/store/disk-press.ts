/**
 * Presses commits to the disk without holding up the event loop.
 *
 * SQLite would wait for the disk within COMMIT, and everybody with it. So it commits without that wait
 * (`synchronous = NORMAL`), and the write-ahead log the commit went to is synced by a thread of Node's pool; only
 * whoever wrote waits for that. What stands in the log is then as safe as after a COMMIT with `synchronous = FULL`,
 * which does no more (https://sqlite.org/wal.html): checkpoints, and the head of a log that begins anew, are synced
 * by SQLite itself in either case.
 *
 * A sync that failed may have dropped what it could not write, and the system says so only once. From then on
 * nothing counts as durable until a checkpoint has brought everything into the database.
 */
import { type FileHandle, open } from 'node:fs/promises';

/** It is stored, but the disk has not confirmed it: a power cut may take it away again. */
export class Unconfirmed extends Error {
  override name = 'Unconfirmed';
  constructor(cause: unknown) {
    super(`The disk did not confirm what was stored: ${(cause as Error).message}`, { cause });
  }
}

export class DiskPress {
  readonly #path: string;
  readonly #checkpoint: () => void;
  #wal: FileHandle | undefined;
  #hasFailed = false;

  /**
   * @param path of the write-ahead log, which need not be there before something is committed
   * @param checkpoint brings the whole log into the database and syncs that; throws when it can't
   */
  constructor(path: string, checkpoint: () => void) {
    this.#path = path;
    this.#checkpoint = checkpoint;
  }

  /** Resolves when what was committed so far survives a power cut. Rejects with `Unconfirmed`. */
  async press(): Promise<void> {
    try {
      await this.#sync();
    } catch (error) {
      throw new Unconfirmed(error);
    }
  }

  async close(): Promise<void> {
    await this.#wal?.close();
    this.#wal = undefined;
  }

  async #sync(): Promise<void> {
    if (!this.#hasFailed) {
      try {
        // Windows syncs only what is open for writing.
        this.#wal ??= await open(this.#path, 'r+');
        return await this.#wal.datasync();
      } catch {
        this.#hasFailed = true;
      }
    }
    this.#checkpoint();
    this.#hasFailed = false;
  }
}
