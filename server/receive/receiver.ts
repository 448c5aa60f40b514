/** The receiving side as the engine sees it: its listeners, its sessions and their certificate. */
import type { Socket } from 'node:net';
import { type ListenerName, plannedListeners } from '../contract/listeners.ts';
import { BYTES_PER_MB, type Settings } from '../contract/settings.ts';
import type { CertificateView, ListenerView } from '../contract/views.ts';
import type { NewMessage, Recipient } from '../mail/message.ts';
import { replyText } from '../mail/reply.ts';
import { type Certificate, type LoadedCertificate, loadCertificate } from '../network/certificate.ts';
import type { PortOwner } from '../network/endpoint.ts';
import { type Arrival, Listeners, type Security } from '../network/listeners.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { LogEntry } from '../store/mail-log.ts';
import type { Store } from '../store/store.ts';
import { Admission } from './admission.ts';
import { KnownClients } from './known-clients.ts';
import { SmtpListener } from './listener.ts';
import { TIMING, type Timing } from './pace.ts';
import { Session } from './session.ts';
import type { SessionContext } from './session-context.ts';

export interface ReceiverOptions {
  readonly store: Store;
  /** The newest settings. */
  readonly settings: () => Settings;
  /** Folder of the self-signed certificate. */
  readonly tlsFolder: string;
  readonly portOwner: PortOwner;
  readonly signIn: SignIn;
  /** Whether an address may not connect for now. Default: never. */
  readonly isBlocked?: (address: string) => boolean;
  /** Other protocols whose ports open and close with ours. */
  readonly companions?: readonly Companion[];
  /** Whether new connections are turned away although there is room. Default: never. */
  readonly paused?: () => boolean;
  readonly log: (entry: LogEntry) => void;
  /** Accepts a message like the ledger, and tells its sender in the same commit that these recipients have it. */
  readonly acceptReporting: (message: NewMessage, recipients: readonly Recipient[]) => Promise<void>;
  /** Tells that mail was queued. */
  readonly queued: (message: NewMessage) => void;
  /** Tells that a message was accepted. */
  readonly accepted?: () => void;
  /** How long clients may take, where it differs from `TIMING`. */
  readonly timing?: Partial<Timing>;
  /** How often a listener that failed is tried again, in milliseconds. */
  readonly retryMs?: number;
  /** How often the certificate's files are read again, in milliseconds. */
  readonly rereadMs?: number;
}

const RETRY_MS = 30_000;
const REREAD_MS = 3_600_000;

/** Another protocol: its ports are opened, secured and closed together with ours, as one change of settings. */
export interface Companion {
  readonly names: readonly ListenerName[];
  accept(socket: Socket, security: Security): void;
  setCertificate(certificate: Certificate): void;
  /** Ends its sessions; what is still open after `graceMs` is cut. */
  drain(graceMs: number): Promise<void>;
}

export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #admission: Admission;
  readonly #smtp: SmtpListener;
  readonly #listeners: Listeners;
  #certificate: LoadedCertificate;
  #rereading: NodeJS.Timeout | undefined;

  /** Loads the certificate; throws `CertificateUnreadable`. */
  static async create(options: ReceiverOptions): Promise<Receiver> {
    return new Receiver(options, await loadCertificate(options.settings(), options.tlsFolder));
  }

  private constructor(options: ReceiverOptions, certificate: LoadedCertificate) {
    const {
      store,
      settings,
      log,
      queued,
      acceptReporting,
      accepted = () => {},
      portOwner,
      paused = () => false,
      signIn,
    } = options;
    this.#options = options;
    this.#certificate = certificate;
    const { companions = [] } = options;
    for (const companion of companions) companion.setCertificate(certificate);
    const limits = () => ({ ...settings().incoming, hostname: settings().hostname, paused: paused() });
    this.#admission = new Admission(limits, options.isBlocked);
    const known = new KnownClients();
    const transcript: SessionContext['transcript'] = (one) => store.log.writeTranscript(one);
    const context = { ...store, signIn, settings, log, transcript, queued, accepted, acceptReporting, known };
    this.#smtp = new SmtpListener({
      admission: this.#admission,
      limits: () => ({ maxBytes: settings().maxMessageSizeMB * BYTES_PER_MB, hostname: settings().hostname }),
      open: (id, remoteAddress, localPort) => new Session(id, remoteAddress, localPort, context),
      certificate,
      timing: { ...TIMING, ...options.timing },
      refused: (host, reply) =>
        log({ kind: 'session', level: 'warning', host, text: `Refused with ${replyText(reply)}` }),
      broke: (peer, error) => log({ kind: 'session', level: 'warning', ...peer, text: faultText(error) }),
      failed: (peer, error) =>
        log({ kind: 'session', level: 'error', ...peer, text: `Unexpected error: ${error.message}` }),
    });
    this.#listeners = new Listeners({
      accept: (socket, security, name) => {
        const companion = companions.find(({ names }) => names.includes(name));
        (companion ?? this.#smtp).accept(socket, security);
      },
      portOwner,
      retryMs: options.retryMs ?? RETRY_MS,
    });
  }

  get views(): ListenerView[] {
    return this.#listeners.views();
  }

  get sessions(): readonly Session[] {
    return this.#smtp.sessions;
  }

  /** Ends a session with 421 and the given words; false when there is no such session. */
  endSession(id: string, text: string): boolean {
    return this.#smtp.endSession(id, text);
  }

  /** The certificate in use. */
  get certificate(): CertificateView {
    const { expiresAt, own } = this.#certificate;
    return { expiresAt, own };
  }

  /** Incoming connections now, and the hosts they come from. */
  get incoming(): { readonly connections: number; readonly hosts: number } {
    return { connections: this.#admission.total, hosts: this.#admission.hosts };
  }

  onListenersChange(listener: () => void): () => void {
    return this.#listeners.onChange(listener);
  }

  /** Calls back with every connection that is taken, whatever its protocol. Returns the end of it. */
  onArrival(watcher: (arrival: Arrival) => void): () => void {
    return this.#listeners.onArrival(watcher);
  }

  start(): Promise<void> {
    this.#rereading = setInterval(
      () => void this.#rereadCertificate(),
      this.#options.rereadMs ?? REREAD_MS,
    ).unref();
    return this.#listeners.start(plannedListeners(this.#options.settings()));
  }

  /** Gets a change of settings ready. Throws `ListenerRefused` or `CertificateUnreadable`; nothing changed then. */
  async prepare(before: Settings, after: Settings): Promise<{ commit(): void; abort(): Promise<void> }> {
    const certificate = await this.#newCertificate(before, after);
    const listeners = await this.#listeners.prepare(plannedListeners(after));
    return {
      abort: () => listeners.abort(),
      commit: () => {
        listeners.commit();
        if (certificate) this.#presentCertificate(certificate);
      },
    };
  }

  /** Accepts nothing more and ends all sessions; transactions in flight get `graceMs` to finish. */
  async stop(graceMs: number): Promise<void> {
    clearInterval(this.#rereading);
    await this.#listeners.stop();
    const { companions = [] } = this.#options;
    await Promise.all([this.#smtp, ...companions].map((protocol) => protocol.drain(graceMs)));
  }

  /** A certificate that was renewed in its place is taken up; one that can't be read just now changes nothing. */
  async #rereadCertificate(): Promise<void> {
    const { settings, tlsFolder, log } = this.#options;
    try {
      const certificate = await loadCertificate(settings(), tlsFolder);
      if (certificate.cert === this.#certificate.cert) return;
      this.#presentCertificate(certificate);
      log({ kind: 'server', text: 'The renewed certificate is in use.' });
    } catch (error) {
      log({ kind: 'server', level: 'warning', text: (error as Error).message });
    }
  }

  #presentCertificate(certificate: LoadedCertificate): void {
    this.#certificate = certificate;
    const { companions = [] } = this.#options;
    for (const protocol of [this.#smtp, ...companions]) protocol.setCertificate(certificate);
  }

  #newCertificate(before: Settings, after: Settings): Promise<LoadedCertificate> | undefined {
    const same = before.tls.certFile === after.tls.certFile && before.tls.keyFile === after.tls.keyFile;
    return same ? undefined : loadCertificate(after, this.#options.tlsFolder);
  }
}

function faultText(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ECONNECTION')
    return 'The connection was lost in the middle of a message; nothing of it was kept.';
  return `Connection fault: ${error.message}${code ? ` (${code})` : ''}`;
}
