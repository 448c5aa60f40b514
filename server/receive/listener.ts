/**
 * Speaks SMTP with accepted sockets, one protocol instance for each kind of security, whatever port the
 * socket came in by. So a port can change its security, or close for newcomers, without touching a session
 * that is open.
 */
import type { Socket } from 'node:net';
import { replyText, type SmtpReply } from '../mail/reply.ts';
import { Recording } from '../mail/transcript.ts';
import { plainAddress } from '../network/addresses.ts';
import type { Certificate } from '../network/certificate.ts';
import type { Security } from '../network/listeners.ts';
import type { Admission } from './admission.ts';
import { type ConnectionRules, Protocol } from './connection.ts';
import { type Peer, protocolOptions } from './dialogue.ts';
import type { Timing } from './pace.ts';
import { SHUTTING_DOWN } from './refusal.ts';
import type { Session } from './session.ts';

export interface SmtpOptions {
  readonly admission: Admission;
  /** Live values: what a session began with does not matter to these. */
  readonly limits: () => { readonly maxBytes: number; readonly hostname: string };
  /** Makes the session of an admitted connection. */
  readonly open: (id: string, remoteAddress: string, localPort: number) => Session;
  readonly certificate: Certificate;
  readonly timing: Timing;
  readonly refused: (remoteAddress: string, reply: SmtpReply) => void;
  /** A connection that broke. */
  readonly broke: (peer: Peer, error: Error) => void;
  /** An error that is ours. */
  readonly failed: (peer: Peer, error: Error) => void;
}

/** More refused clients than this at a time aren't told why: each costs a socket, and with TLS a handshake. */
const MAX_REFUSED = 200;
const DRAIN_POLL_MS = 20;

export class SmtpListener {
  readonly #options: SmtpOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #protocols: Record<Security, Protocol>;
  /** Sockets without a session: in their TLS handshake, or being told why they are refused. */
  readonly #waiting = new Set<Socket>();
  readonly #refused = new Set<Socket>();
  /** What sessions are doing; it outlives a session whose client is gone. */
  readonly #work = new Set<Promise<unknown>>();
  #draining = false;

  constructor(options: SmtpOptions) {
    this.#options = options;
    const rules: ConnectionRules = {
      timing: options.timing,
      greetAtOnce: (id) => this.#sessions.get(id)?.greetAtOnce ?? false,
      mayAuthenticate: (id, secure) => secure || (this.#sessions.get(id)?.fromLoopback ?? false),
      recording: (id) => this.#sessions.get(id)?.recording ?? new Recording(),
      closing: (id) => this.#end(id),
    };
    const protocol = (security: Security) => {
      const made = new Protocol(this.#protocolOptions(security), rules);
      made.on('error', (error: Error & { remoteAddress?: string; session?: string }) =>
        options.broke({ host: error.remoteAddress ?? '', session: error.session ?? '' }, error),
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
    const address = plainAddress(remoteAddress);
    const admitted = this.#draining ? { refusal: SHUTTING_DOWN } : this.#options.admission.admit(address);
    if ('refusal' in admitted) return void this.#refuse(socket, security, address, admitted.refusal);
    const { ticket } = admitted;
    const session = this.#options.open(ticket.id, address, localPort);
    session.onEnd(() => ticket.release());
    this.#sessions.set(ticket.id, session);
    socket.once('close', () => this.#end(ticket.id));
    if (security === 'tls') void this.#converseInTls(socket, session);
    else this.#protocols[security].connect(socket, { id: ticket.id });
  }

  /**
   * Ends a session with 421 and the given words; a message that is being committed is answered first. False when
   * there is no such session.
   */
  endSession(id: string, text: string): boolean {
    const session = this.#sessions.get(id);
    if (!session) return false;
    void this.#endGently(session, text);
    return true;
  }

  /** New sessions and new TLS handshakes use this certificate; open ones keep theirs. */
  setCertificate({ cert, key }: Certificate): void {
    for (const protocol of Object.values(this.#protocols)) protocol.updateSecureContext({ cert, key });
  }

  /**
   * Ends all sessions: those without a transaction at once with 421, the others when their transaction is
   * over. What is still open after `graceMs` is cut. Resolves when nothing is being written any more.
   */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    const deadline = Date.now() + graceMs;
    for (const socket of this.#waiting) socket.destroy();
    for (;;) {
      const connections = Object.values(this.#protocols).flatMap((protocol) => [...protocol.connections]);
      const cut = Date.now() >= deadline;
      for (const connection of connections) {
        const busy = Boolean(connection.session.envelope?.mailFrom);
        if (cut || !busy) connection.send(421, `${SHUTTING_DOWN.enhanced} ${SHUTTING_DOWN.text}`);
        if (cut) connection._socket.destroy();
      }
      if (cut || connections.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    }
    await Promise.allSettled(this.#work);
  }

  async #endGently(session: Session, text: string): Promise<void> {
    // Its client would send the message again, since it never heard that it was accepted.
    while (session.phase === 'committing') await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    const connection = Object.values(this.#protocols)
      .flatMap((protocol) => [...protocol.connections])
      .find(({ id }) => id === session.id);
    connection?.send(421, `4.3.2 ${text}`);
    this.#end(session.id);
  }

  async #converseInTls(socket: Socket, { id, remoteAddress }: Session): Promise<void> {
    const { tls } = this.#protocols;
    const { channel, done } = tls.handshake(socket);
    try {
      const secure = await this.#within(this.#options.timing.handshake, channel, () => done);
      // A connection that is over by now would never be seen to close.
      if (secure.destroyed || !this.#sessions.has(id)) secure.destroy();
      else tls.connect(secure, { id });
    } catch (error) {
      channel.destroy();
      this.#options.broke({ host: remoteAddress, session: id }, error as Error);
    }
  }

  async #refuse(socket: Socket, security: Security, address: string, reply: SmtpReply): Promise<void> {
    this.#options.refused(address, reply);
    if (this.#refused.size >= MAX_REFUSED) return void socket.destroy();
    this.#refused.add(socket);
    socket.once('close', () => this.#refused.delete(socket));
    const inClear = { channel: socket, done: Promise.resolve(socket) };
    const { channel, done } = security === 'tls' ? this.#protocols.tls.handshake(socket) : inClear;
    await this.#within(this.#options.timing.refusedLinger, channel, async () => {
      await done;
      channel.on('error', () => {});
      channel.end(`${replyText(reply)}\r\n`);
      // What the client sends is read, or closing would reset the connection before the reply is through.
      channel.resume();
      await new Promise((resolve) => channel.once('close', resolve));
    }).catch(() => channel.destroy());
  }

  /** Waits for `work` with a socket that has no session yet; after `ms` the socket is destroyed. */
  async #within<T>(ms: number, socket: Socket, work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => socket.destroy(), ms).unref();
    this.#waiting.add(socket);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(socket);
    }
  }

  #protocolOptions(security: Security) {
    const { limits, certificate, timing, broke, failed } = this.#options;
    return protocolOptions({
      security,
      limits,
      certificate,
      idleMs: timing.idle,
      session: (id) => this.#sessions.get(id),
      draining: () => this.#draining,
      broke,
      failed,
      started: (work) => {
        this.#work.add(work);
        const over = () => this.#work.delete(work);
        work.then(over, over);
      },
    });
  }

  #end(id: string): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    session?.end();
  }
}
