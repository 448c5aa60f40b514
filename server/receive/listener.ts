/**
 * The door to smtp-server: speaks SMTP with accepted sockets, one protocol instance for each kind of
 * security, whatever port the socket came in by. So a port can change its security, or close for newcomers,
 * without touching a session that is open.
 */
import type { Socket } from 'node:net';
import type { SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import { replyText, type SmtpReply } from '../mail/reply.ts';
import { type Admission, plainAddress } from './admission.ts';
import type { Certificate } from './certificate.ts';
import { type ConnectionRules, Protocol } from './connection.ts';
import type { Security } from './listeners.ts';
import { MAX_RECIPIENTS } from './policy.ts';
import { LOCAL_ERROR, Refusal } from './refusal.ts';
import type { Session } from './session.ts';

export interface SmtpOptions {
  readonly admission: Admission;
  /** Live values: what a session began with does not matter to these. */
  readonly limits: () => { readonly maxBytes: number; readonly hostname: string };
  /** Makes the session of an admitted connection. */
  readonly open: (id: string, remoteAddress: string, localPort: number) => Session;
  readonly certificate: Certificate;
  readonly refused: (remoteAddress: string, reply: SmtpReply) => void;
  /** An error that is ours, or a connection that broke. */
  readonly failed: (remoteAddress: string, error: Error) => void;
}

/** RFC 5321 section 4.5.3.2.7 asks for five minutes. */
const IDLE_MS = 300_000;
const HANDSHAKE_MS = 30_000;
/** How long a refused client may take to read why. */
const REFUSED_LINGER_MS = 5_000;
/** Commands of smtp-server that are jokes, or trust whoever asks. */
const DISABLED = ['WIZ', 'SHELL', 'KILL', 'XCLIENT', 'XFORWARD'];

export class SmtpListener {
  readonly #options: SmtpOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #protocols: Record<Security, Protocol>;
  #draining = false;

  constructor(options: SmtpOptions) {
    this.#options = options;
    const rules: ConnectionRules = {
      greetAtOnce: (id) => this.#session(id).greetAtOnce,
      mayAuthenticate: (id, secure) => secure || this.#session(id).fromLoopback,
      closing: (id) => this.#end(id),
    };
    const protocol = (security: Security) => {
      const made = new Protocol(this.#protocolOptions(security), rules);
      made.on('error', (error: Error & { remoteAddress?: string }) =>
        options.failed(error.remoteAddress ?? '', error),
      );
      return made;
    };
    this.#protocols = { none: protocol('none'), starttls: protocol('starttls'), tls: protocol('tls') };
  }

  /** The sessions that are open now. */
  get sessions(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  /** Takes a connection: admits or refuses it, then speaks SMTP with it. */
  accept(socket: Socket, security: Security): void {
    const { remoteAddress, localPort } = socket;
    socket.on('error', () => {});
    // The client may be gone before we got to look.
    if (remoteAddress === undefined || localPort === undefined) return void socket.destroy();
    const admitted = this.#draining
      ? { refusal: SHUTTING_DOWN }
      : this.#options.admission.admit(remoteAddress);
    if ('refusal' in admitted) return void this.#refuse(socket, security, admitted.refusal);
    const { ticket } = admitted;
    const session = this.#options.open(ticket.id, plainAddress(remoteAddress), localPort);
    session.onEnd(() => ticket.release());
    this.#sessions.set(ticket.id, session);
    socket.once('close', () => this.#end(ticket.id));
    void this.#converse(socket, security, ticket.id);
  }

  /** New sessions and new TLS handshakes use this certificate; open ones keep theirs. */
  useCertificate(certificate: Certificate): void {
    for (const protocol of Object.values(this.#protocols)) protocol.updateSecureContext({ ...certificate });
  }

  /**
   * Ends all sessions: those without a transaction at once with 421, the others when their transaction is
   * over. What is still open after `graceMs` is cut.
   */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    const deadline = Date.now() + graceMs;
    for (;;) {
      const connections = Object.values(this.#protocols).flatMap((protocol) => [...protocol.connections]);
      const cut = Date.now() >= deadline;
      for (const connection of connections) {
        const busy = Boolean(connection.session.envelope?.mailFrom);
        if (cut || !busy) connection.send(421, `4.3.2 ${SHUTTING_DOWN.text}`);
        if (cut) connection._socket.destroy();
      }
      if (cut || connections.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
  }

  async #converse(socket: Socket, security: Security, id: string): Promise<void> {
    const protocol = this.#protocols[security];
    if (security !== 'tls') return protocol.connect(socket, { id });
    try {
      const secure = await withinHandshakeTime(socket, () => protocol.handshake(socket));
      protocol.connect(secure, { id });
    } catch (error) {
      socket.destroy();
      this.#options.failed(plainAddress(socket.remoteAddress ?? ''), error as Error);
    }
  }

  async #refuse(socket: Socket, security: Security, reply: SmtpReply): Promise<void> {
    this.#options.refused(plainAddress(socket.remoteAddress ?? ''), reply);
    const linger = setTimeout(() => socket.destroy(), REFUSED_LINGER_MS).unref();
    socket.once('close', () => clearTimeout(linger));
    try {
      const channel = security === 'tls' ? await this.#protocols.tls.handshake(socket) : socket;
      channel.on('error', () => {});
      channel.end(`${replyText(reply)}\r\n`);
      channel.resume();
    } catch {
      socket.destroy();
    }
  }

  #protocolOptions(security: Security): SMTPServerOptions {
    const { limits, certificate } = this.#options;
    return {
      ...certificate,
      // smtp-server reads these at each command, so getters make them live.
      get size() {
        return limits().maxBytes;
      },
      get name() {
        return limits().hostname;
      },
      secure: security === 'tls',
      disabledCommands: security === 'starttls' ? DISABLED : [...DISABLED, 'STARTTLS'],
      authOptional: true,
      // Where AUTH is allowed at all is decided in connection.ts.
      allowInsecureAuth: true,
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: false,
      hideDSN: false,
      heloResponse: '%s',
      socketTimeout: IDLE_MS,
      maxRecipients: MAX_RECIPIENTS,
      logger: false,
      onSecure: (_socket, { id }, callback) => {
        this.#session(id).secured();
        callback();
      },
      onAuth: ({ username, password }, { id, envelope }, callback) => {
        const signIn = this.#session(id).authenticate(
          username ?? '',
          password ?? '',
          envelope.mailFrom !== false,
        );
        this.#answer(id, signIn, (error, user) => callback(error, { user }));
      },
      onMailFrom: (address, { id }, callback) => {
        if (this.#draining) return callback(replyError(SHUTTING_DOWN));
        this.#answer(id, this.#session(id).mail(address), callback);
      },
      onRcptTo: (address, session, callback) => {
        this.#answer(session.id, this.#session(session.id).recipient(address, session.envelope), callback);
      },
      onData: (stream: SMTPServerDataStream, session: SMTPServerSession, callback) => {
        this.#answer(session.id, this.#session(session.id).data(stream, session), callback);
      },
    };
  }

  #session(id: string): Session {
    const session = this.#sessions.get(id);
    // A command can be under way while its connection closes; its reply goes nowhere then.
    if (!session) throw new Error(`Session ${id} is over.`);
    return session;
  }

  #end(id: string): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    session?.end();
  }

  #answer<T>(id: string, work: Promise<T>, callback: (error: Error | null, result?: T) => void): void {
    work.then(
      (result) => callback(null, result),
      (error: Error) => {
        if (!(error instanceof Refusal))
          this.#options.failed(this.#sessions.get(id)?.remoteAddress ?? '', error);
        callback(replyError(error instanceof Refusal ? error.reply : LOCAL_ERROR));
      },
    );
  }
}

const DRAIN_POLL_MS = 20;
const SHUTTING_DOWN: SmtpReply = {
  code: 421,
  enhanced: '4.3.2',
  text: 'The server is shutting down, please try again later',
};

/** The form in which smtp-server takes a reply. */
function replyError({ code, enhanced, text }: SmtpReply): Error {
  return Object.assign(new Error(`${enhanced} ${text}`), { responseCode: code });
}

async function withinHandshakeTime<T>(socket: Socket, handshake: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => socket.destroy(), HANDSHAKE_MS).unref();
  try {
    return await handshake();
  } finally {
    clearTimeout(timer);
  }
}
