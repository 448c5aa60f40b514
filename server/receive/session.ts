/**
 * One incoming session: what the client may do, and what becomes of what it sends. It runs to its end under
 * the settings it began with, whatever is applied in the meantime; limits and sizes are live.
 */
import type {
  SMTPServerAddress,
  SMTPServerDataStream,
  SMTPServerEnvelope,
  SMTPServerSession,
} from 'smtp-server';
import { BYTES_PER_MB, type Settings } from '../contract/settings.ts';
import { addressKey, domainOf } from '../mail/address.ts';
import { type NewMessage, newMessageId } from '../mail/message.ts';
import { Recording } from '../mail/transcript.ts';
import { inNetworks, isLoopback } from '../network/addresses.ts';
import { isWrong } from '../sign-in/sign-in.ts';
import { isOutOfSpace } from '../store/database.ts';
import type { Account } from '../store/directory.ts';
import { Unconfirmed } from '../store/disk-press.ts';
import type { LogEntry } from '../store/mail-log.ts';
import { acceptedMessage, reportedRecipients } from './accepted-message.ts';
import { type Received, takeContent } from './intake.ts';
import { type AccountFacts, checkSender, type Destination, decideRecipient, isPostmaster } from './policy.ts';
import { Refusal, storageFull } from './refusal.ts';
import type { SessionContext } from './session-context.ts';

/** What the session is doing, for people. */
export type Phase = 'connected' | 'signed in' | 'envelope' | 'receiving' | 'committing';

/** Guessing passwords takes a new connection each time, and those are limited. */
const MAX_WRONG_SIGN_INS = 10;

export class Session {
  readonly id: string;
  readonly remoteAddress: string;
  readonly localPort: number;
  readonly since = Date.now();
  /** What was said, for the transcript. */
  readonly recording = new Recording();
  messages = 0;
  /** Bytes of the message that is coming in. */
  bytes = 0;
  readonly #context: SessionContext;
  readonly #settings: Settings;
  readonly #destinations = new WeakMap<SMTPServerAddress, Destination>();
  readonly #onEnd: (() => void)[] = [];
  /** Neither the client's address nor the session's settings change, so it is decided once. */
  readonly #fromTrustedNetwork: boolean;
  #phase: Phase = 'connected';
  #account: Account | undefined;
  #declaredSize = 0;
  #wrongSignIns = 0;

  constructor(id: string, remoteAddress: string, localPort: number, context: SessionContext) {
    this.id = id;
    this.remoteAddress = remoteAddress;
    this.localPort = localPort;
    this.#context = context;
    this.#settings = context.settings();
    this.#fromTrustedNetwork = inNetworks(remoteAddress, this.#settings.relay.trustedNetworks);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** The address of the account it is signed in as, '' when it is not. */
  get account(): string {
    return this.#account?.address ?? '';
  }

  get fromLoopback(): boolean {
    return isLoopback(this.remoteAddress);
  }

  /** True for clients that are spared the wait which catches those that talk first. */
  get greetAtOnce(): boolean {
    return this.#fromTrustedNetwork || this.#context.known.has(this.remoteAddress);
  }

  /** Calls back once when the session is over. */
  onEnd(callback: () => void): void {
    this.#onEnd.push(callback);
  }

  end(): void {
    this.#context.ledger.expected.remove(this);
    for (const callback of this.#onEnd.splice(0)) callback();
    const seconds = Math.round((Date.now() - this.since) / 1000);
    const accepted = this.messages === 1 ? '1 message' : `${this.messages} messages`;
    this.#log({ text: `Session ended after ${seconds} s, ${accepted} accepted.` });
    this.#context.transcript({
      session: this.id,
      direction: 'incoming',
      host: this.remoteAddress,
      startedAt: this.since,
      endedAt: Date.now(),
      lines: this.recording.toString(),
    });
  }

  /** The connection is encrypted now; what was known of the client before is void (RFC 3207 section 4.2). */
  secured(): void {
    this.#account = undefined;
    this.#enter('connected');
  }

  /** AUTH (RFC 4954). Resolves to what identifies the account. Throws `Refusal`. */
  async authenticate(username: string, password: string, inTransaction: boolean): Promise<string> {
    if (inTransaction) throw new Refusal(503, '5.5.1', 'Sign in before MAIL, not after it');
    const outcome = await this.#context.signIn.signIn(this.remoteAddress, username, password);
    if (isWrong(outcome)) {
      this.#log({ level: 'warning', address: username, text: `Sign-in as ${username} was refused.` });
      this.#wrongSignIns++;
      throw outcome.blocked || this.#wrongSignIns >= MAX_WRONG_SIGN_INS
        ? new Refusal(421, '4.7.0', 'Too many wrong passwords')
        : new Refusal(535, '5.7.8', 'Account name or password is wrong');
    }
    this.#account = outcome;
    this.#enter('signed in');
    this.#log({ address: outcome.address, text: `Signed in as ${outcome.address}.` });
    return outcome.address;
  }

  /** MAIL (RFC 5321 section 4.1.1.2). Throws `Refusal`. */
  async mail({ address, args }: SMTPServerAddress): Promise<void> {
    this.#refusing(address, () => checkSender(address, this.#account));
    const { SIZE } = (args || {}) as { SIZE?: string };
    this.#declaredSize = Number(SIZE ?? 0);
    this.#enter('envelope');
  }

  /** RCPT (RFC 5321 section 4.1.1.3). Throws `Refusal`. */
  async recipient(recipient: SMTPServerAddress, { mailFrom }: SMTPServerEnvelope): Promise<void> {
    const { accounts } = this.#context;
    const { address } = recipient;
    const key = addressKey(address);
    if (key === undefined && address.includes('@'))
      throw new Refusal(553, '5.1.3', `${address} is not a mail address`);
    const account = key === undefined ? undefined : await this.#withUsage(await accounts.find(key));
    const domainIsLocal =
      account !== undefined || (key !== undefined && (await accounts.isLocalDomain(domainOf(key))));
    const postmaster = isPostmaster(address) ? await this.#withUsage(await accounts.first()) : undefined;
    const mayRelay = this.#mayRelay;
    const facts = { address, domainIsLocal, account, postmaster, mayRelay, declaredSize: this.#declaredSize };
    const sender = mailFrom ? mailFrom.address : '';
    const destination = this.#refusing(address, () => decideRecipient(facts), `From <${sender}>: `);
    this.#destinations.set(recipient, destination);
  }

  /** DATA: resolves, after the durable commit, to the reply's text. Throws `Refusal`. */
  async data(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const { envelope } = session;
    const id = newMessageId();
    this.#enter('receiving');
    try {
      const writer = this.#context.bodies.writer(id);
      const maxBytes = this.#context.settings().maxMessageSizeMB * BYTES_PER_MB;
      const received = await takeContent(stream, writer, maxBytes, (bytes) => {
        this.bytes += bytes;
      });
      this.#enter('committing');
      // smtp-server starts a new envelope when the transaction is over, so the present one is kept here.
      await this.#commit(id, received, { ...session, envelope });
    } catch (error) {
      if (error instanceof Refusal)
        this.#logRefusal(envelope.mailFrom ? envelope.mailFrom.address : '', error);
      throw error;
    } finally {
      this.bytes = 0;
      this.#enter(this.#account ? 'signed in' : 'connected');
    }
    return `2.0.0 Queued as ${id}`;
  }

  async #commit(id: string, received: Received, session: SMTPServerSession): Promise<void> {
    const { ledger, bodies, known, queued, accepted, acceptReporting } = this.#context;
    let message: NewMessage;
    try {
      const destinationOf = (recipient: SMTPServerAddress) => this.#destinations.get(recipient);
      message = acceptedMessage({
        id,
        received,
        session,
        remoteAddress: this.remoteAddress,
        hostname: this.#settings.hostname,
        fromOurUser: this.#mayRelay,
        destinationOf,
      });
      const reported = reportedRecipients({ session, destinationOf });
      await (reported.length > 0 ? acceptReporting(message, reported) : ledger.accept(message));
    } catch (error) {
      // What is stored all the same needs its content.
      if (!(error instanceof Unconfirmed)) await bodies.abandon(received.body);
      throw isOutOfSpace(error) ? storageFull() : error;
    }
    this.messages++;
    known.add(this.remoteAddress);
    this.#logAccepted(message);
    accepted();
    if (message.queued.length > 0) queued(message);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    const { expected } = this.#context.ledger;
    if (phase === 'envelope' || phase === 'receiving') expected.add(this);
    else expected.remove(this);
  }

  get #mayRelay(): boolean {
    return this.#fromTrustedNetwork || this.#account !== undefined;
  }

  /** What the mailbox holds is asked only where a quota makes it matter. */
  async #withUsage(account: Account | undefined): Promise<AccountFacts | undefined> {
    if (!account) return undefined;
    const usedBytes = account.quotaMB === 0 ? 0 : await this.#context.accounts.usedBytes(account.id);
    return { ...account, usedBytes };
  }

  #refusing<T>(address: string, decide: () => T, prefix = ''): T {
    try {
      return decide();
    } catch (error) {
      if (error instanceof Refusal) this.#logRefusal(address, error, prefix);
      throw error;
    }
  }

  #logRefusal(address: string, { reply }: Refusal, prefix = ''): void {
    const text = `${prefix}Refused with ${reply.code} ${reply.enhanced} ${reply.text}`;
    this.#log({ kind: 'message', level: 'warning', address, text });
  }

  #logAccepted(message: NewMessage): void {
    const { id, envelope, size, mailboxes, queued } = message;
    const to = [
      ...mailboxes.map((one) => `${one.recipient} (mailbox)`),
      ...queued.map((one) => `${one.address} (queue)`),
    ];
    const text = `Accepted ${size} bytes from <${envelope.sender}> for ${to.join(', ')}.`;
    this.#log({ kind: 'message', message: id, address: envelope.sender, text });
  }

  #log(entry: Omit<LogEntry, 'kind'> & Partial<Pick<LogEntry, 'kind'>>): void {
    this.#context.log({ kind: 'session', session: this.id, host: this.remoteAddress, ...entry });
  }
}
