/**
 * Where we reach behind smtp-server's public API, all in one place. The package is pinned, and
 * `connection.test.ts` fails if an upgrade changes what is relied on here:
 *
 * - `init` waits 100 ms before the greeting, to catch clients that talk first. For clients we trust or know
 *   that wait costs most of a short session's time, so they are greeted at once.
 * - `send` derives enhanced status codes from the reply code alone; our replies bring their own.
 * - AUTH is announced before TLS, so careless clients send their password in clear only to be refused. It
 *   is announced where it is accepted.
 * - `close` is the moment a session is over; the socket may linger for seconds until the client hangs up.
 *   `upgrade` takes every listener off the socket, so the one that sees it close is put back.
 * - `send` and `_onCommand` are all that is said on either side; the session's dialogue is recorded there.
 * - `send` writes to the socket at once; replies wait for the end of the turn, but never beyond the begin of TLS. Within
 *   TLS nothing waits: what a TLS socket holds when its client resets never leaves, and keeps it open (Node 24).
 * - `_feedDataStream` of its parser is slow; ours takes its place.
 * - Its time limit starts again with every byte, so one byte a minute would hold a connection for good.
 *   `pace.ts` has the limit for those; what it needs to know is read from the parser.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection';
import type { SMTPStream } from 'smtp-server/lib/smtp-stream';
import type { Recording } from '../mail/transcript.ts';
import { joinWrites } from '../network/joined-writes.ts';
import { feedContent } from './content-feed.ts';
import { type Awaited, Pace, type Timing } from './pace.ts';
import { shownCommand } from './shown-command.ts';

/** What a connection asks the rest of the receiving side; `id` is the session's, which may be over. */
export interface ConnectionRules {
  readonly timing: Timing;
  greetAtOnce(id: string): boolean;
  mayAuthenticate(id: string, secure: boolean): boolean;
  /** Where the session's dialogue is recorded. */
  recording(id: string): Recording;
  /** The session is over; its socket may not be. May be called more than once. */
  closing(id: string): void;
}

/** Commands that leave a session where it was. */
const ASK_NOTHING = new Set(['NOOP', 'RSET', 'VRFY', 'EXPN', 'HELP']);

const ENHANCED = /^[245]\.\d{1,3}\.\d{1,3} /;

class Connection extends SMTPConnection {
  readonly recording: Recording;
  readonly #rules: ConnectionRules;
  readonly #pace: Pace;
  /** The verb of the command that is being answered. */
  #verb = '';
  #saidHello = false;

  constructor(
    server: Protocol,
    socket: Socket | TLSSocket,
    options: SMTPConnectionOptions,
    rules: ConnectionRules,
  ) {
    super(server, socket, options);
    this.#rules = rules;
    this.recording = rules.recording(this.id);
    this.#pace = new Pace(rules.timing, {
      awaited: () => this.#awaited(),
      tooSlow: () => this.send(421, '4.4.2 Timeout, closing connection'),
    });
  }

  override init(): void {
    if (this.secure) this.#recordEncryption();
    if (this.#rules.greetAtOnce(this.id)) this._setListeners(() => this.connectionReady());
    else super.init();
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    if (this.#leadsOn(code)) this.#pace.step();
    const hasCode = typeof data === 'string' && ENHANCED.test(data);
    const shown = hasCode ? false : context;
    this.#recordReply(code, data, shown);
    if (!this.secure && !this._upgrading) joinWrites(this._socket);
    super.send(code, data, shown);
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    const line = command.toString();
    this.recording.client(shownCommand(line, Boolean(this._nextHandler)));
    if (!this._nextHandler) this.#verb = line.split(' ', 1)[0]?.toUpperCase() ?? '';
    super._onCommand(command, callback);
  }

  override _createParser(): SMTPStream {
    const parser = super._createParser();
    parser._feedDataStream = (chunk, done) => feedContent(parser, chunk, done);
    return parser;
  }

  override handler_EHLO(command: Buffer, callback: () => void): void {
    const { session } = this;
    const { disabledCommands } = session;
    const hidden = this.#mayAuthenticate() ? [] : ['AUTH'];
    // smtp-server builds its list of extensions before this call returns.
    session.disabledCommands = [...this._server.options.disabledCommands, ...hidden];
    super.handler_EHLO(command, callback);
    session.disabledCommands = disabledCommands;
  }

  override handler_AUTH(command: Buffer, callback: () => void): void {
    if (this.#mayAuthenticate()) {
      super.handler_AUTH(command, callback);
    } else {
      this.send(538, '5.7.11 Encryption is required to sign in');
      callback();
    }
  }

  override upgrade(callback: () => void, secureCallback?: () => void): void {
    const { _socket: socket } = this;
    socket.uncork();
    super.upgrade(callback, () => {
      this.#recordEncryption();
      secureCallback?.();
    });
    socket.once('close', () => this.#over());
  }

  override close(): void {
    this.#over();
    super.close();
  }

  override _onClose(): void {
    this.#over();
    super._onClose();
  }

  #recordReply(code: number, data: string | string[] | null | undefined, context?: string | false): void {
    const enhanced = this._getEnhancedStatusCode(code, context);
    const lines = Array.isArray(data) ? data : [data ?? ''];
    for (const [index, line] of lines.entries()) {
      const start = code + (index < lines.length - 1 ? '-' : ' ');
      this.recording.server(start + (enhanced ? `${enhanced} ` : '') + line);
    }
    const { _parser: parser } = this;
    if (code === 354 && parser) this.recording.content(() => parser.dataBytes);
  }

  /** Whether a reply lets the client come further. Whatever becomes of a message, the time it took is over. */
  #leadsOn(code: number): boolean {
    const verb = this.#verb;
    if (verb === 'DATA') return true;
    if (code >= 400 || ASK_NOTHING.has(verb)) return false;
    const isHello = verb === 'EHLO' || verb === 'HELO';
    const isFirst = isHello && !this.#saidHello;
    this.#saidHello ||= isHello;
    return isFirst || !isHello;
  }

  #recordEncryption(): void {
    const { tlsOptions } = this;
    this.recording.note(`Encrypted${tlsOptions ? ` (${tlsOptions.version}, ${tlsOptions.name})` : ''}`);
  }

  #over(): void {
    this.#pace.stop();
    this.#rules.closing(this.id);
  }

  #mayAuthenticate(): boolean {
    return this.#rules.mayAuthenticate(this.id, this.secure);
  }

  /** What we wait for: null while it is the client who waits for us. */
  #awaited(): Awaited {
    if (this._upgrading) return 'handshake';
    const parser = this._parser || undefined;
    if (parser?._dataMode) return { messageBytes: parser.dataBytes };
    return this._handlerPending || this._dataStream ? null : 'command';
  }
}

/** A TLS handshake under way. */
export interface Handshake {
  /**
   * The TLS socket. To give up, destroy this one and never the socket below it: smtp-server then asks the
   * TLS socket for its protocol, and Node dies of that (segmentation fault, Node 24).
   */
  readonly channel: Socket;
  /** Resolves when the handshake is done. */
  readonly done: Promise<TLSSocket>;
}

/** smtp-server with our connections; it never listens itself, sockets are handed to it. */
export class Protocol extends SMTPServer {
  readonly #rules: ConnectionRules;

  constructor(options: SMTPServerOptions, rules: ConnectionRules) {
    super(options);
    this.#rules = rules;
  }

  override connect(socket: Socket | TLSSocket, options?: SMTPConnectionOptions | null): void {
    const connection = new Connection(this, socket, options ?? {}, this.#rules);
    this.connections.add(connection);
    connection.on('error', (error) => {
      connection.recording.note(`Fault: ${error.message}`);
      this._onError(Object.assign(error, { session: connection.id }));
    });
    connection.init();
  }

  /** Encrypts an accepted socket from its first byte. */
  handshake(socket: Socket): Handshake {
    // Where `_upgrade` leaves the TLS socket as soon as it has made it.
    this._pendingSockets.set(socket, socket);
    const done = new Promise<TLSSocket>((resolve, reject) => {
      this._upgrade(socket, (error, secure) => (secure ? resolve(secure) : reject(error)));
    });
    const channel = this._pendingSockets.get(socket) ?? socket;
    this._pendingSockets.delete(socket);
    return { channel, done };
  }
}
