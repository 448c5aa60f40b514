/** A POP3 client for tests that knows nothing but where a line and an answer end. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface Pop3ClientOptions {
  readonly port: number;
  readonly host?: string;
  readonly localAddress?: string;
  /** TLS from the first byte, with any certificate. */
  readonly tls?: boolean;
}

export class Pop3Client {
  #socket: Socket;
  #buffer = '';
  #over = false;
  #wake: () => void = () => {};

  /** Connects; rejects with the system's code where that fails. */
  static async connect({
    port,
    host = '127.0.0.1',
    localAddress,
    tls = false,
  }: Pop3ClientOptions): Promise<Pop3Client> {
    const socket = connect({ port, host, ...(localAddress ? { localAddress } : {}) });
    await once(socket, 'connect');
    const client = new Pop3Client(socket);
    if (tls) await client.startTls();
    return client;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen();
  }

  /** Whether the server has hung up. */
  get isOver(): boolean {
    return this.#over;
  }

  /** The next line; rejects when the server hangs up before it. */
  async line(): Promise<string> {
    for (;;) {
      const at = this.#buffer.indexOf('\r\n');
      if (at >= 0) {
        const line = this.#buffer.slice(0, at);
        this.#buffer = this.#buffer.slice(at + 2);
        return line;
      }
      if (this.#over) throw new Error('The server has hung up.');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Sends a line and resolves to the first line of the answer. */
  say(line: string): Promise<string> {
    this.#socket.write(`${line}\r\n`);
    return this.line();
  }

  /** Sends a line and resolves to the lines of a multi-line answer, without stuffed dots. */
  async lines(line: string): Promise<string[]> {
    const first = await this.say(line);
    if (!first.startsWith('+OK')) throw new Error(first);
    const all: string[] = [];
    for (;;) {
      const next = await this.line();
      if (next === '.') return all;
      all.push(next.startsWith('.') ? next.slice(1) : next);
    }
  }

  /** Waits for the greeting and signs in; resolves to the answer, which may be a refusal. */
  async signIn({ address, password }: { address: string; password: string }): Promise<string> {
    await this.line();
    await this.say(`USER ${address}`);
    return this.say(`PASS ${password}`);
  }

  /** Encrypts the connection, with any certificate. */
  async startTls(): Promise<void> {
    this.#socket.removeAllListeners('data');
    this.#socket = connectTls({ socket: this.#socket, rejectUnauthorized: false });
    await once(this.#socket, 'secureConnect');
    this.#listen();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#buffer += chunk.toString('latin1');
      this.#wake();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#over = true;
      this.#wake();
    });
  }
}
