/**
 * One connection to an SMTP server, through nodemailer's SMTPConnection: the only file that knows it.
 *
 * The TCP socket is ours and handed over once connected. So the address is the one we resolved (nodemailer
 * would ask DNS itself), a refusal is told from a silence, and `closed` means that the socket has closed.
 *
 * nodemailer reports a failure in one of several ways, all gathered in `exchange.ts`: by callback, by the `error`
 * event (the only one when a connection is lost during AUTH), or by the `end` event (after some 421s).
 *
 * Its commands go through our hands (`command-hook.ts`), to know the step, and to say what nodemailer can't: NOTIFY and
 * ORCPT for each recipient, SMTPUTF8 for the content's sake, and no HELO to a peer that refused EHLO for a reason.
 */
import type { Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { noReply } from '../mail/reply.ts';
import type { Recording } from '../mail/transcript.ts';
import { joinWrites } from '../network/joined-writes.ts';
import { aftermath, type EnvelopeTrace, endsConnection, fault } from './aftermath.ts';
import { clientOptions, envelopeOf } from './client-options.ts';
import { hookCommands } from './command-hook.ts';
import { isGoAhead, watchFlow } from './content.ts';
import { Exchange } from './exchange.ts';
import { mailParameters, parseFacts, rcptParameters } from './extensions.ts';
import { type ForeignError, peerReply, replyOf, withoutSecret } from './faults.ts';
import {
  type Connection,
  ContentError,
  type OpeningOptions,
  type PeerFacts,
  PeerFault,
  type Sent,
  type Timeouts,
  type Transaction,
} from './peer.ts';
import { Recorder } from './recorder.ts';
import { guardReplies } from './reply-guard.ts';
import { connectSocket, cutAfter, type SocketOpening } from './socket.ts';
import { describeTarget, type Target } from './target.ts';

/** A connection under way. `ready` rejects with a PeerFault; `closed` resolves in any case, in the end. */
export interface Opening {
  readonly ready: Promise<Connection>;
  readonly closed: Promise<void>;
}

/** Connects, encrypts and signs in as the target says, recording it. An abort of `signal` cuts it off. */
export function openConnection(target: Target, signal: AbortSignal, options: OpeningOptions): Opening {
  const { timeouts, recording } = options;
  recording?.note(`Connecting to ${describeTarget(target)} port ${target.port}`);
  const opening = connectSocket(target, timeouts.connect, signal);
  const { socket, connected, closed } = opening;
  const ready = connected.then(async () => {
    const client = new Client(opening, target, options);
    await client.greet(signal);
    return client;
  });
  ready.catch(() => cutAfter(socket, timeouts.quit));
  return { ready, closed };
}

class Client implements Connection {
  readonly target: Target;
  readonly closed: Promise<void>;
  facts: PeerFacts = parseFacts('', false);
  transactions = 0;
  readonly #socket: Socket;
  readonly #timeouts: Timeouts;
  readonly #smtp: SMTPConnection;
  readonly #name: string;
  readonly #recorder: Recorder;
  readonly #exchange: Exchange;
  /** The reply to EHLO before STARTTLS. */
  #clearEhlo = '';
  #transaction: Transaction | undefined;
  #needsReset = false;

  constructor({ socket, closed }: SocketOpening, target: Target, options: OpeningOptions) {
    const { timeouts, othersWait, recording } = options;
    this.target = target;
    this.closed = closed;
    this.#socket = socket;
    this.#timeouts = timeouts;
    this.#name = describeTarget(target);
    this.#exchange = new Exchange({ name: this.#name, othersWait, giveWay: timeouts.giveWay });
    this.#recorder = new Recorder(target, recording);
    this.#smtp = new SMTPConnection({
      ...clientOptions(socket, target, timeouts),
      ...this.#recorder.listening(),
    });
    const asked = guardReplies(this.#smtp, (error) => {
      this.#exchange.fail(error);
      this.destroy();
    });
    hookCommands(this.#smtp, (line) => {
      const said = this.#edit(line);
      if (said === undefined) return undefined;
      asked();
      this.#recorder.line(said, this.#exchange.step === 'auth', this.#smtp._socket);
      this.#joinWrites();
      return said;
    });
    this.#smtp.on('error', (error: ForeignError) => this.#exchange.fail(error));
    // A callback with the peer's last words may be on its way: it comes in the same turn.
    this.#smtp.on('end', () => setImmediate(() => this.#exchange.fail(new Error('closed'))));
  }

  get usable(): boolean {
    return !this.#exchange.isOpen && !this.#smtp.destroyed && this.#socket.writable;
  }

  record(recording: Recording | undefined): void {
    this.#recorder.switchTo(recording, this.transactions > 0);
  }

  /** From the greeting to a signed-in session; rejects with a PeerFault. */
  async greet(signal: AbortSignal): Promise<void> {
    const { tls, account } = this.target;
    const smtp = this.#smtp;
    try {
      this.#exchange.enter(tls === 'implicit' ? 'tls' : 'greeting', this.#timeouts.command);
      await this.#exchange.run(signal, (done) => smtp.connect((error) => done(error)));
      // After a refused STARTTLS, what the EHLO before it offered still holds.
      const ehlo = this.#exchange.step === 'tls' ? this.#clearEhlo : smtp.lastServerResponse || '';
      this.facts = parseFacts(ehlo, smtp.secure);
      if (account === undefined) return;
      this.#exchange.step = 'auth';
      if (!smtp.secure && tls !== 'never')
        throw fault(
          'auth',
          noReply(`${this.#name} offers no encryption, and a password is never sent in clear.`, '4.7.11'),
        );
      if (!smtp.allowsAuth) throw fault('auth', noReply(`${this.#name} offers no way to sign in.`, '4.7.0'));
      const { user, password: pass } = account;
      await this.#exchange.run<boolean>(signal, (done) => smtp.login({ user, pass }, done));
    } catch (error) {
      smtp.close();
      throw this.#asFault(error as ForeignError);
    }
  }

  async send(transaction: Transaction, signal: AbortSignal, sentAll?: () => void): Promise<Sent> {
    const { content, size } = transaction;
    const smtp = this.#smtp;
    const envelope: ReturnType<typeof envelopeOf> & EnvelopeTrace = envelopeOf(transaction);
    const mayBegin = () => this.#mayBegin();
    const flow = watchFlow(content, () => smtp._socket || this.#socket, this.#timeouts, {
      mayBegin,
      sentAll,
    });
    content.once('end', () => this.#recorder.content(size));
    this.transactions++;
    this.#exchange.step = 'mail';
    let asked = false;
    let response = '';
    let failure: ForeignError | undefined;
    try {
      if (this.#needsReset) await this.#exchange.run<boolean>(signal, (done) => smtp.reset(done));
      this.#needsReset = false;
      this.#transaction = transaction;
      asked = true;
      smtp.lastServerResponse = false;
      // nodemailer holds its envelope back by itself, and then no line of it is held any longer than that.
      this.#joinWrites();
      const info = await this.#exchange.run<{ response: string }>(signal, (done) =>
        smtp.send(envelope, content, done),
      );
      response = info?.response ?? '';
    } catch (error) {
      failure = error as ForeignError;
      // A refusal before the end of the content leaves the peer waiting for the rest of it.
      if (endsConnection(failure) || (flow.begun && !flow.ended)) smtp.close();
      else this.#needsReset = true;
    }
    this.#transaction = undefined;
    content.destroy();
    if (failure?.code === 'ESTREAM') throw new ContentError(failure.message, { cause: failure });
    const silent = !asked || !smtp.lastServerResponse || envelope.mailError?.response?.startsWith('421');
    return {
      happenings: aftermath(envelope.to, envelope, { failure, response, ...flow }, this.#name),
      unanswered: failure !== undefined && silent === true,
    };
  }

  async quit(): Promise<void> {
    if (this.usable) this.#smtp.quit();
    else this.#smtp.close();
    cutAfter(this.#socket, this.#timeouts.quit);
    await this.closed;
  }

  destroy(): void {
    this.#smtp.close();
    this.#socket.destroy();
  }

  #mayBegin(): boolean {
    const response = this.#smtp.lastServerResponse || '';
    this.#exchange.endWait();
    const may = isGoAhead(response);
    if (may) this.#joinWrites();
    else this.#exchange.fail(Object.assign(new Error('No go-ahead'), { code: 'EPROTOCOL', response }));
    return may;
  }

  /** What is written in this turn leaves together; never within TLS (see `joined-writes.ts`). */
  #joinWrites(): void {
    if (!this.#smtp.secure) joinWrites(this.#socket);
  }

  /** What to send instead of nodemailer's line; undefined: nothing, since the exchange has failed. */
  #edit(line: string): string | undefined {
    const last = this.#smtp.lastServerResponse || '';
    const { command, handshake } = this.#timeouts;
    // What follows AUTH is base64 and could look like anything.
    if (this.#exchange.step === 'auth' && !/^(AUTH|QUIT)\b/.test(line)) return line;
    if (line.startsWith('EHLO ')) this.#exchange.enter('ehlo', command);
    if (line.startsWith('AUTH ')) this.#exchange.enter('auth', command);
    if (line === 'STARTTLS') {
      if (!parseFacts(last, false).extensions.has('STARTTLS')) {
        this.#exchange.fail(
          fault('tls', noReply(`${this.#name} does not offer STARTTLS, which is required.`, '4.7.4')),
        );
        return undefined;
      }
      this.#clearEhlo = last;
      this.#exchange.enter('tls', handshake);
    }
    // RFC 5321 section 3.2: HELO is for servers that don't know EHLO. Other refusals are meant for us.
    if (line.startsWith('HELO ') && !/^50[024]/.test(last)) {
      this.#exchange.fail(fault('ehlo', peerReply(last)));
      return undefined;
    }
    if (!this.#transaction) return line;
    this.#exchange.awaitReply();
    if (line.startsWith('MAIL FROM:')) return line + mailParameters(line, this.#transaction, this.facts);
    if (line.startsWith('RCPT TO:')) return line + rcptParameters(line, this.#transaction, this.facts);
    return line;
  }

  #asFault(error: ForeignError): PeerFault {
    if (error instanceof PeerFault) return error;
    // Implicit TLS begins before the greeting, and nodemailer does not say when it is done.
    const greeting =
      this.target.tls === 'implicit' && this.#exchange.step === 'tls' && this.#smtp.stage === 'connected';
    const step = greeting ? 'greeting' : this.#exchange.step;
    return fault(step, withoutSecret(replyOf(error, step, this.#name), this.target.account?.password));
  }
}
