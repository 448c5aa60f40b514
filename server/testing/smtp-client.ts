import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { readBytes, stuff } from './byte-reader.ts';

/** A server's reply, all its lines. */
export interface SmtpReply {
  code: number;
  /** Each line without its code. */
  lines: string[];
  /** The lines joined by line feeds. */
  text: string;
}

export interface SmtpClientOptions {
  /** Default: 127.0.0.1. */
  host?: string;
  port: number;
  localAddress?: string;
  /** TLS from the first byte; any certificate will do. Default: false. */
  tls?: boolean;
  /** The longest any one call may take, in milliseconds. Default: 10 s. */
  timeoutMs?: number;
  /** Bytes to send without waiting for the greeting. */
  talkFirst?: string | Buffer;
}

/** One connection to an SMTP server. Calls reject when the server closes, or says nothing until the time limit. */
export interface SmtpClient {
  readonly greeting: SmtpReply;
  readonly localPort: number;
  readonly isClosed: boolean;
  /** Resolves when the connection has closed, whoever closed it. */
  readonly closed: Promise<void>;
  /** The certificate the server showed, PEM, once TLS is on. */
  readonly peerCertificate: string | undefined;
  /** Sends one line and reads the reply to it. */
  command(line: string): Promise<SmtpReply>;
  /** Sends all lines in one packet, then reads as many replies (RFC 2920). */
  pipeline(lines: string[]): Promise<SmtpReply[]>;
  /** Sends bytes as they are. */
  write(bytes: string | Buffer): void;
  readReply(): Promise<SmtpReply>;
  /** STARTTLS and the handshake, any certificate accepted; resolves to the reply, without a handshake unless 220. */
  startTls(): Promise<SmtpReply>;
  /** DATA and the body, dots stuffed, final dot added. Resolves to the last reply, that to DATA if it refuses. */
  data(body: string | Buffer): Promise<SmtpReply>;
  authPlain(user: string, password: string): Promise<SmtpReply>;
  authLogin(user: string, password: string): Promise<SmtpReply>;
  /** QUIT; resolves when the connection has closed. */
  quit(): Promise<SmtpReply>;
  /** Breaks the connection off with a TCP RST. */
  reset(): void;
  /** Closes the socket without QUIT. */
  destroy(): void;
}

/** Connects and reads the greeting, whatever its code: a refusal such as 421 resolves too. */
export async function connectSmtp(options: SmtpClientOptions): Promise<SmtpClient> {
  const { host = '127.0.0.1', port, localAddress, tls = false, timeoutMs = 10_000, talkFirst } = options;
  const peer = `SMTP server at ${host}:${port}`;
  const raw = connect({ host, port, ...(localAddress === undefined ? {} : { localAddress }) });
  let socket: Socket = raw;
  let reader = readBytes(raw);
  let failure: Error | undefined;
  let isClosed = false;
  const keepFailure = (error: Error) => {
    failure ??= error;
  };
  raw.on('error', keepFailure).setNoDelay(true);
  const closed = new Promise<void>((resolve) => {
    raw.once('close', () => {
      isClosed = true;
      resolve();
    });
  });

  async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`The ${peer} took longer than ${timeoutMs} ms for ${what}`));
        // What it might still say would be taken for the answer to something else.
        raw.destroy();
      }, timeoutMs);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }

  async function readLines(what: string): Promise<SmtpReply> {
    const lines: string[] = [];
    for (;;) {
      const line = await reader.line();
      if (line === undefined) {
        const soFar = lines.length > 0 ? `, after "${lines.join('\\n')}"` : '';
        const why = failure === undefined ? '' : `: ${failure.message}`;
        throw new Error(`The ${peer} closed the connection before the end of ${what}${soFar}${why}`);
      }
      const match = /^(\d{3})(?:([ -])(.*))?$/.exec(line);
      if (match === null)
        throw new Error(`The ${peer} sent "${line}" as ${what}, which is not an SMTP reply`);
      lines.push(match[3] ?? '');
      if (match[2] !== '-') return { code: Number(match[1]), lines, text: lines.join('\n') };
    }
  }

  const readReply = (what = 'its reply') => inTime(what, readLines(what));

  function write(bytes: string | Buffer): void {
    if (!socket.writable)
      throw new Error(`The ${peer} has closed the connection${failure ? `: ${failure.message}` : ''}`);
    socket.write(bytes);
  }

  async function command(line: string): Promise<SmtpReply> {
    write(`${line}\r\n`);
    return readReply(`the reply to "${line}"`);
  }

  async function handshake(): Promise<void> {
    reader.detach();
    const secured = connectTls({ socket: raw, rejectUnauthorized: false });
    secured.on('error', keepFailure);
    socket = secured;
    const done = new Promise<boolean>((resolve) => {
      secured.once('secureConnect', () => resolve(true));
      secured.once('error', () => resolve(false));
      secured.once('close', () => resolve(false));
    });
    if (!(await inTime('the TLS handshake', done))) {
      raw.destroy();
      throw new Error(
        `The TLS handshake with the ${peer} failed: ${failure?.message ?? 'it closed the connection'}`,
      );
    }
    reader = readBytes(secured);
  }

  await inTime('the connection', once(raw, 'connect'));
  const localPort = raw.localPort ?? 0;
  if (tls) await handshake();
  if (talkFirst !== undefined) write(talkFirst);
  const greeting = await readReply('the greeting');

  return {
    greeting,
    localPort,
    closed,
    get isClosed() {
      return isClosed;
    },
    get peerCertificate() {
      if (socket === raw) return undefined;
      return (socket as TLSSocket).getPeerX509Certificate()?.toString();
    },
    command,
    async pipeline(lines) {
      write(lines.map((line) => `${line}\r\n`).join(''));
      const replies: SmtpReply[] = [];
      for (const line of lines) replies.push(await readReply(`the reply to "${line}"`));
      return replies;
    },
    write,
    readReply: () => readReply(),
    async startTls() {
      const reply = await command('STARTTLS');
      if (reply.code === 220) await handshake();
      return reply;
    },
    async data(body) {
      const goAhead = await command('DATA');
      if (goAhead.code !== 354) return goAhead;
      write(stuff(Buffer.from(body)));
      return readReply('the reply to the message');
    },
    authPlain: (user, password) => command(`AUTH PLAIN ${toBase64(`\0${user}\0${password}`)}`),
    async authLogin(user, password) {
      for (const line of ['AUTH LOGIN', toBase64(user)]) {
        const challenge = await command(line);
        if (challenge.code !== 334) return challenge;
      }
      return command(toBase64(password));
    },
    async quit() {
      const reply = await command('QUIT');
      socket.end();
      await inTime('closing after QUIT', closed);
      return reply;
    },
    reset: () => void raw.resetAndDestroy(),
    destroy: () => void raw.destroy(),
  };
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
