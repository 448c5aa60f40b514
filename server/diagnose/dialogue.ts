/** The client side of SMTP for tests of the way: a line at a time, every one of them noted, each with its limit. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { parseReply, type SmtpReply } from '../mail/reply.ts';
import { HungUp, TimedOut } from './faults.ts';

/** What is left of a secret. */
export const HIDDEN = '****';
/** More than any server says in one reply. */
const MOST_BYTES = 64 * 1024;

export interface DialogueOptions {
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

export class Dialogue {
  readonly #options: DialogueOptions;
  #socket: Socket;
  #buffer = '';
  #isOver = false;
  /** How the peer broke it off, where that was no orderly end. */
  #failure: Error | undefined;
  #secrets: readonly string[] = [];
  /** The end at this machine; it outlives the connection. */
  localAddress = '';
  localPort = 0;
  isEncrypted = false;
  /** The first line of the last reply, as it came. */
  firstLine = '';
  /** The lines of the last reply, without its code. */
  lines: readonly string[] = [];
  #wake = (): void => {};

  /** Connects. Rejects with TimedOut, or with what the system said. */
  static async connect(
    address: string,
    port: number,
    ms: number,
    options: DialogueOptions,
  ): Promise<Dialogue> {
    const socket = connect({ host: address, port });
    const dialogue = new Dialogue(socket, options);
    try {
      await within(ms, once(socket, 'connect'));
      dialogue.localAddress = socket.localAddress ?? '';
      dialogue.localPort = socket.localPort ?? 0;
    } catch (error) {
      dialogue.close();
      throw error;
    }
    return dialogue;
  }

  private constructor(socket: Socket, options: DialogueOptions) {
    this.#options = options;
    this.#socket = socket;
    options.signal.addEventListener('abort', this.close);
    this.#listen();
  }

  /** Leaves out these texts from now on, should the server repeat them. */
  hide(...secrets: readonly string[]): void {
    this.#secrets = [...this.#secrets, ...secrets].filter((secret) => secret !== '');
  }

  /** The next reply. Rejects with TimedOut, HungUp, or the ECONNRESET of the system. */
  async reply(ms: number): Promise<SmtpReply> {
    const until = performance.now() + ms;
    for (;;) {
      const whole = /^(?:\d{3}-[^\n]*\n)*(?!\d{3}-)[^\n]*\n/.exec(this.#buffer)?.[0];
      if (whole !== undefined || this.#buffer.length > MOST_BYTES) {
        const text = whole ?? this.#buffer;
        this.#buffer = this.#buffer.slice(text.length);
        const lines = text.trimEnd().split(/\r?\n/).map(this.#withoutSecrets);
        for (const line of lines) this.#options.note(`S: ${printable(line)}`);
        this.firstLine = lines[0] ?? '';
        this.lines = lines.map((line) => line.slice(4));
        return parseReply(lines.join('\n'));
      }
      if (this.#isOver) throw this.#failure ?? new HungUp();
      const more = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await within(Math.max(1, until - performance.now()), more, ms);
    }
  }

  /** Sends a line and waits for the reply. @param shown what is noted of it, where it holds a secret */
  command(line: string, ms: number, shown = line): Promise<SmtpReply> {
    this.write(`${line}\r\n`, shown);
    return this.reply(ms);
  }

  /** Sends text as it is. @param shown what is noted of it */
  write(text: string, shown: string): void {
    this.#options.note(`C: ${shown}`);
    this.#socket.write(text);
  }

  /** Encrypts the connection, with any certificate: it is looked at afterwards. */
  async startTls(servername: string, ms: number): Promise<TLSSocket> {
    this.#socket.removeAllListeners('data');
    this.#buffer = '';
    const secure = connectTls({
      socket: this.#socket,
      rejectUnauthorized: false,
      // What the certificate has to be for; an address can't be asked for by SNI (RFC 6066 section 3).
      host: servername,
      ...(isIP(servername) ? {} : { servername }),
    });
    await within(ms, once(secure, 'secureConnect'));
    this.#socket = secure;
    this.isEncrypted = true;
    this.#listen();
    return secure;
  }

  /** Takes leave, and closes without waiting for the answer. */
  quit(): void {
    if (!this.#isOver) this.write('QUIT\r\n', 'QUIT');
    this.#socket.end();
    setTimeout(this.close, 1000).unref();
  }

  readonly close = (): void => {
    this.#options.signal.removeEventListener('abort', this.close);
    this.#isOver = true;
    this.#socket.destroy();
    this.#wake();
  };

  /** The line without secrets; its code stays as it is, whatever the password looks like. */
  readonly #withoutSecrets = (line: string): string => {
    const text = this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), line.slice(4));
    return line.slice(0, 4) + text;
  };

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#buffer += chunk.toString('utf8');
      this.#wake();
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') this.#failure = error;
    });
    this.#socket.on('close', () => {
      this.#isOver = true;
      this.#wake();
    });
  }
}

function once(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(new HungUp()));
  });
}

/** @param whole the whole limit, for the words, where `ms` is what is left of it */
async function within<T>(ms: number, work: Promise<T>, whole = ms): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(whole)), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function printable(line: string): string {
  return line.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?').slice(0, 500);
}
