/**
 * A POP3 session on its socket: reads a line, answers it, reads the next. So a client may send ahead, and nothing
 * ever overtakes an answer. Content goes out as fast as the client takes it, and no faster.
 */
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { type Answer, no } from './answers.ts';
import { LONGEST_LINE } from './command.ts';
import { DotStuffer } from './dot-stuffer.ts';
import { LineReader, LineTooLong } from './line-reader.ts';
import type { Pop3Session } from './session.ts';

/** In milliseconds. */
export interface Pop3Timing {
  /** Between two commands; RFC 1939 section 3 asks for ten minutes at least. */
  readonly idle: number;
  /**
   * From the greeting until somebody is signed in, whatever is said meanwhile: or a stranger could hold a place among
   * the connections for good by one command, or one byte of it, every few minutes.
   */
  readonly signIn: number;
  /** Without the client taking anything of what is sent. */
  readonly stall: number;
  readonly handshake: number;
  /** After our last answer, for the client to hang up. */
  readonly linger: number;
}

export const POP3_TIMING: Pop3Timing = {
  idle: 600_000,
  signIn: 600_000,
  stall: 120_000,
  handshake: 30_000,
  linger: 5_000,
};

export interface Pop3ConnectionOptions {
  readonly timing: Pop3Timing;
  /** The certificate in use now. */
  readonly secureContext: () => SecureContext;
}

export class Pop3Connection {
  readonly #options: Pop3ConnectionOptions;
  #socket: Socket;
  #reader: LineReader | undefined;
  #isAnswering = false;
  #isEnding = false;

  constructor(socket: Socket, options: Pop3ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  get isSecure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  /** Encrypts the socket. Rejects when the handshake fails or takes too long; the socket is destroyed then. */
  async encrypt(): Promise<void> {
    const below = this.#socket;
    this.#reader?.stop();
    this.#reader = undefined;
    const secure = new TLSSocket(below, { isServer: true, secureContext: this.#options.secureContext() });
    secure.on('error', () => {});
    const timer = setTimeout(
      () => secure.destroy(new Error('The TLS handshake took too long.')),
      this.#options.timing.handshake,
    );
    try {
      await new Promise<void>((resolve, reject) => {
        secure.once('secure', resolve);
        secure.once('error', reject);
        secure.once('close', () => reject(new Error('The client left during the TLS handshake.')));
      });
    } catch (error) {
      secure.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    this.#socket = secure;
  }

  /** Says why there is no place for the client, and ends it. */
  async refuse(reason: string): Promise<void> {
    await this.#send(no(`[SYS/TEMP] ${reason}, please try again later`));
    this.#close();
  }

  /** Speaks with the client until one of them ends it. Rejects with what broke it; the socket is closed either way. */
  async converse(session: Pop3Session): Promise<void> {
    const late = setTimeout(() => {
      if (session.account === '') this.end();
    }, this.#options.timing.signIn);
    try {
      await this.#send(session.greeting());
      while (!this.#isEnding) {
        const line = await this.#nextLine();
        if (line === undefined) return;
        this.#isAnswering = true;
        const answer = await session.answer(line);
        await this.#send(answer);
        this.#isAnswering = false;
        if (answer.next === 'close') return;
        if (answer.next === 'encrypt') await this.encrypt();
      }
    } catch (error) {
      if (!(error instanceof LineTooLong)) throw error;
      await this.#send(no('That line is too long')).catch(() => {});
    } finally {
      clearTimeout(late);
      session.end();
      this.#close();
    }
  }

  /** Ends it after the answer that is under way; at once where none is. */
  end(): void {
    this.#isEnding = true;
    if (!this.#isAnswering) this.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #close(): void {
    const socket = this.#socket;
    this.#reader?.stop();
    socket.end();
    // What is still sent is read, or closing would reset the connection before the answer is through.
    socket.resume();
    const cut = setTimeout(() => socket.destroy(), this.#options.timing.linger);
    socket.once('close', () => clearTimeout(cut));
  }

  async #nextLine(): Promise<string | undefined> {
    this.#reader ??= new LineReader(this.#socket, LONGEST_LINE);
    const timer = setTimeout(() => this.destroy(), this.#options.timing.idle);
    try {
      return await this.#reader.next();
    } finally {
      clearTimeout(timer);
    }
  }

  async #send({ line, body }: Answer): Promise<void> {
    if (!body) return this.#write(Buffer.from(`${line}\r\n`));
    const stuffer = new DotStuffer();
    // Small answers go out as one.
    let pending = Buffer.from(`${line}\r\n`);
    for await (const part of body) {
      pending = Buffer.concat([pending, stuffer.push(part)]);
      await this.#write(pending);
      pending = Buffer.alloc(0);
    }
    return this.#write(Buffer.concat([pending, stuffer.end()]));
  }

  /** Resolves when the socket takes more. Rejects when the client is gone, or takes nothing for too long. */
  #write(bytes: Buffer): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error('The client is gone.'));
      if (socket.write(bytes)) return resolve();
      const timer = setTimeout(() => socket.destroy(), this.#options.timing.stall);
      const settle = (end: () => void) => () => {
        clearTimeout(timer);
        socket.off('drain', onDrain);
        socket.off('close', onClose);
        end();
      };
      const onDrain = settle(resolve);
      const onClose = settle(() => reject(new Error('The client left in the middle of an answer.')));
      socket.once('drain', onDrain);
      socket.once('close', onClose);
    });
  }
}
