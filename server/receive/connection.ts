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
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection';

/** What a connection asks the rest of the receiving side; `id` is the session's. */
export interface ConnectionRules {
  greetAtOnce(id: string): boolean;
  mayAuthenticate(id: string, secure: boolean): boolean;
  /** The session is over; its socket may not be. */
  closing(id: string): void;
}

const ENHANCED = /^[245]\.\d{1,3}\.\d{1,3} /;

class Connection extends SMTPConnection {
  readonly #rules: ConnectionRules;

  constructor(
    server: Protocol,
    socket: Socket | TLSSocket,
    options: SMTPConnectionOptions,
    rules: ConnectionRules,
  ) {
    super(server, socket, options);
    this.#rules = rules;
  }

  override init(): void {
    if (this.#rules.greetAtOnce(this.id)) this._setListeners(() => this.connectionReady());
    else super.init();
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const hasCode = typeof data === 'string' && ENHANCED.test(data);
    super.send(code, data, hasCode ? false : context);
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
      this.send(538, '5.7.11 Encryption is required to sign in: use STARTTLS first');
      callback();
    }
  }

  override close(): void {
    this.#rules.closing(this.id);
    super.close();
  }

  #mayAuthenticate(): boolean {
    return this.#rules.mayAuthenticate(this.id, this.secure);
  }
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
    connection.on('error', (error) => this._onError(error));
    connection.init();
  }

  /** Encrypts an accepted socket from its first byte; resolves when the handshake is done. */
  handshake(socket: Socket): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      this._upgrade(socket, (error, secure) => (secure ? resolve(secure) : reject(error)));
    });
  }
}
