/** Speaks POP3 with accepted sockets, whatever port they came in by, within the limits of connections. */
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { plainAddress } from '../network/addresses.ts';
import type { Account } from '../store/directory.ts';
import type { LogEntry } from '../store/mail-log.ts';
import { POP3_TIMING, Pop3Connection, type Pop3Timing } from './connection.ts';
import { MailboxLocks, type MailStore } from './maildrop.ts';
import { Pop3Session } from './session.ts';

/** A place among the connections; giving it back twice does nothing. */
export interface Pop3Place {
  readonly id: string;
  release(): void;
}

export interface Pop3ServerOptions {
  readonly mailboxes: MailStore;
  readonly hostname: () => string;
  /** Gives a place to a host, or says why there is none. */
  readonly admit: (host: string) => Pop3Place | { readonly refusal: string };
  /** Rejects with SignInRefused. */
  readonly signIn: (host: string, user: string, password: string) => Promise<Account>;
  readonly isLoopback: (host: string) => boolean;
  readonly log: (entry: LogEntry) => void;
  readonly timing?: Partial<Pop3Timing>;
}

/** A connection as others see it; times are in ms since 1970. */
export interface PickupSession {
  readonly id: string;
  readonly remoteAddress: string;
  readonly localPort: number;
  readonly since: number;
  /** The account that is signed in, '' before. */
  readonly account: string;
}

/** How a port treats its connections: TLS from the first byte, or offered by STLS. */
export type Pop3Security = 'starttls' | 'tls';

export class Pop3Server {
  readonly #options: Pop3ServerOptions;
  readonly #timing: Pop3Timing;
  readonly #locks = new MailboxLocks();
  readonly #connections = new Map<Pop3Connection, Promise<void>>();
  readonly #sessions = new Map<Pop3Connection, PickupSession>();
  /** Nobody is accepted before there is one. */
  #secureContext: SecureContext = createSecureContext();
  #isDraining = false;

  constructor(options: Pop3ServerOptions) {
    this.#options = options;
    this.#timing = { ...POP3_TIMING, ...options.timing };
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#connections.size;
  }

  /** The sessions that are open now. */
  get sessions(): PickupSession[] {
    return [...this.#sessions.values()];
  }

  /** Ends a session between two of its commands; false when there is no such session. */
  endSession(id: string): boolean {
    for (const [connection, session] of this.#sessions) {
      if (session.id !== id) continue;
      connection.end();
      return true;
    }
    return false;
  }

  /** New sessions use this certificate; open ones keep theirs. */
  setCertificate(certificate: { readonly cert: string; readonly key: string }): void {
    this.#secureContext = createSecureContext({ ...certificate });
  }

  /** Takes a connection. @param host its address as people know it */
  accept(socket: Socket, host: string, security: Pop3Security): void {
    socket.on('error', () => {});
    const connection = new Pop3Connection(socket, {
      timing: this.#timing,
      secureContext: () => this.#secureContext,
    });
    const speaking = this.#speak(connection, socket, host, security);
    this.#connections.set(connection, speaking);
    void speaking.finally(() => this.#connections.delete(connection));
  }

  /** Ends all sessions between two commands; what is still open after `graceMs` is cut. */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    for (const connection of this.#connections.keys()) connection.end();
    const cut = setTimeout(() => {
      for (const connection of this.#connections.keys()) connection.destroy();
    }, graceMs);
    await Promise.all(this.#connections.values());
    clearTimeout(cut);
  }

  /** Never rejects. */
  async #speak(
    connection: Pop3Connection,
    socket: Socket,
    host: string,
    security: Pop3Security,
  ): Promise<void> {
    const { admit, log } = this.#options;
    const tell = (text: string, address = '', level: LogEntry['level'] = 'info') =>
      log({ kind: 'session', level, host, address, text: `POP3: ${text}` });
    const place = this.#isDraining ? { refusal: 'Waypost is stopping' } : admit(host);
    try {
      if ('refusal' in place) tell(`Refused: ${place.refusal}.`, '', 'warning');
      if (security === 'tls') await connection.encrypt();
      if ('refusal' in place) await connection.refuse(place.refusal);
      else
        await this.#converse(connection, socket, place.id, this.#session(connection, host, security, tell));
    } catch (error) {
      tell(`The connection broke: ${(error as Error).message}`, '', 'warning');
      socket.destroy();
    } finally {
      if ('release' in place) place.release();
    }
  }

  async #converse(
    connection: Pop3Connection,
    socket: Socket,
    id: string,
    session: Pop3Session,
  ): Promise<void> {
    const { remoteAddress, localPort = 0 } = socket;
    this.#sessions.set(connection, {
      id,
      remoteAddress: remoteAddress === undefined ? '' : plainAddress(remoteAddress),
      localPort,
      since: Date.now(),
      get account() {
        return session.account;
      },
    });
    try {
      await connection.converse(session);
    } finally {
      this.#sessions.delete(connection);
    }
  }

  #session(
    connection: Pop3Connection,
    host: string,
    security: Pop3Security,
    tell: (text: string, address: string) => void,
  ): Pop3Session {
    const { mailboxes, hostname, signIn, isLoopback } = this.#options;
    return new Pop3Session(
      {
        mailboxes,
        locks: this.#locks,
        hostname,
        signIn: (user, password) => signIn(host, user, password),
        tell,
      },
      () => ({
        secure: connection.isSecure,
        canEncrypt: security === 'starttls',
        maySignIn: connection.isSecure || isLoopback(host),
      }),
    );
  }
}
