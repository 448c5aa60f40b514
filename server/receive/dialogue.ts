/**
 * What smtp-server asks for while it speaks SMTP, and how our answers go back. It names sessions by their
 * id; a session may be over while one of its commands is still under way, and its reply goes nowhere then.
 */
import type { SMTPServerOptions } from 'smtp-server';
import type { SmtpReply } from '../mail/reply.ts';
import type { Certificate } from '../network/certificate.ts';
import type { Security } from '../network/listeners.ts';
import { MAX_RECIPIENTS } from './policy.ts';
import { LOCAL_ERROR, Refusal, SHUTTING_DOWN } from './refusal.ts';
import type { Session } from './session.ts';

/** Whom an event is about. */
export interface Peer {
  readonly host: string;
  /** '' when it has no session. */
  readonly session: string;
}

export interface DialogueOptions {
  readonly security: Security;
  readonly limits: () => { readonly maxBytes: number; readonly hostname: string };
  readonly certificate: Certificate;
  readonly idleMs: number;
  readonly session: (id: string) => Session | undefined;
  /** No new transaction may begin. */
  readonly draining: () => boolean;
  /** A connection that broke. */
  readonly broke: (peer: Peer, error: Error) => void;
  /** An error that is ours. */
  readonly failed: (peer: Peer, error: Error) => void;
  /** Gets what a session does, to wait for it. */
  readonly started: (work: Promise<unknown>) => void;
}

/** Commands of smtp-server that are jokes, or trust whoever asks. */
const DISABLED = ['WIZ', 'SHELL', 'KILL', 'XCLIENT', 'XFORWARD'];

/** The options of an smtp-server that serves one kind of security. */
export function protocolOptions(options: DialogueOptions): SMTPServerOptions {
  const { security, limits, certificate, draining } = options;
  return {
    cert: certificate.cert,
    key: certificate.key,
    // smtp-server reads these at each command, so getters make them live.
    get size() {
      return limits().maxBytes;
    },
    get name() {
      return limits().hostname;
    },
    secure: security === 'tls',
    disabledCommands: security === 'starttls' ? DISABLED : [...DISABLED, 'STARTTLS'],
    authMethods: ['PLAIN', 'LOGIN'],
    authOptional: true,
    // Where AUTH is allowed at all is decided in connection.ts.
    allowInsecureAuth: true,
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: false,
    hideDSN: false,
    heloResponse: '%s',
    socketTimeout: options.idleMs,
    maxRecipients: MAX_RECIPIENTS,
    logger: false,
    onSecure: (_socket, { id }, callback) => {
      options.session(id)?.secured();
      callback();
    },
    onAuth: ({ username, password }, { id, envelope }, callback) => {
      const inTransaction = envelope.mailFrom !== false;
      answer(
        options,
        id,
        (session) => session.authenticate(username ?? '', password ?? '', inTransaction),
        (error, user) => callback(error, { user }),
      );
    },
    onMailFrom: (address, { id }, callback) => {
      if (draining()) return callback(replyError(SHUTTING_DOWN));
      answer(options, id, (session) => session.mail(address), callback);
    },
    onRcptTo: (address, { id, envelope }, callback) => {
      answer(options, id, (session) => session.recipient(address, envelope), callback);
    },
    onData: (stream, smtp, callback) => {
      answer(options, smtp.id, (session) => session.data(stream, smtp), callback);
    },
  };
}

/** Lets the session work, and calls back with its result or with the reply to its failure. */
function answer<T>(
  { session: find, started, broke, failed }: DialogueOptions,
  id: string,
  work: (session: Session) => Promise<T>,
  callback: (error: Error | null, result?: T) => void,
): void {
  const session = find(id);
  if (!session) {
    callback(replyError(LOCAL_ERROR));
    return;
  }
  const peer = { host: session.remoteAddress, session: id };
  const working = work(session);
  started(working);
  working
    .then(
      (result) => callback(null, result),
      (error: Error) => {
        if (isLostConnection(error)) broke(peer, error);
        else if (!(error instanceof Refusal)) failed(peer, error);
        callback(replyError(error instanceof Refusal ? error.reply : LOCAL_ERROR));
      },
    )
    // Sending the reply failed: that ends this session, not the process.
    .catch((error: Error) => failed(peer, error));
}

/** What the stream of a message ends with when its client goes away. */
function isLostConnection(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNECTION';
}

/** The form in which smtp-server takes a reply. */
function replyError({ code, enhanced, text }: SmtpReply): Error {
  return Object.assign(new Error(`${enhanced} ${text}`), { responseCode: code });
}
