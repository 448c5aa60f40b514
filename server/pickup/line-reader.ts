/** Lines of a socket, one at a time: whatever is sent ahead (pipelining) waits its turn. */
import type { Socket } from 'node:net';

/** The client sent a line longer than any command can be. */
export class LineTooLong extends Error {
  override name = 'LineTooLong';
}

/** So much may lie unread here; beyond it the client has to wait. */
const MOST_AHEAD = 64 * 1024;
const LF = 10;

export class LineReader {
  readonly #socket: Socket;
  readonly #longest: number;
  #buffer: Buffer = Buffer.alloc(0);
  #over = false;
  #wake: (() => void) | undefined;
  readonly #onData = (chunk: Buffer): void => {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    if (this.#buffer.length > MOST_AHEAD) this.#socket.pause();
    this.#wake?.();
  };
  readonly #onEnd = (): void => {
    this.#over = true;
    this.#wake?.();
  };

  /** @param longest octets of the longest line, its end included */
  constructor(socket: Socket, longest: number) {
    this.#socket = socket;
    this.#longest = longest;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
  }

  /** The next line without its end; undefined when the client is gone. Rejects with LineTooLong. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const at = this.#buffer.indexOf(LF);
      if (at >= this.#longest || (at === -1 && this.#buffer.length >= this.#longest)) throw new LineTooLong();
      if (at !== -1) {
        const line = this.#buffer.subarray(0, at).toString('utf8').replace(/\r$/, '');
        this.#buffer = this.#buffer.subarray(at + 1);
        if (this.#buffer.length <= MOST_AHEAD) this.#socket.resume();
        return line;
      }
      if (this.#over) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** Reads no more; what was sent ahead is forgotten, since what comes before TLS must not count after it. */
  stop(): void {
    this.#socket.off('data', this.#onData);
    this.#socket.off('end', this.#onEnd);
    this.#socket.off('close', this.#onEnd);
    this.#buffer = Buffer.alloc(0);
    this.#onEnd();
  }
}
