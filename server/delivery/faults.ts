/** Errors of sockets and of nodemailer, translated once into replies that people can read. */
import { noReply, parseReply, type SmtpReply } from '../mail/reply.ts';
import type { Step } from './classify.ts';
import { PeerFault } from './peer.ts';

/** An error as sockets and nodemailer (`NodemailerError`) make them. */
export type ForeignError = Error & {
  code?: string;
  /** The reply that caused it, all its lines. */
  response?: string;
  recipient?: string;
};

const WHEN: Record<Step, string> = {
  dns: 'while its address was looked up',
  connect: 'when connecting',
  greeting: 'before its greeting',
  ehlo: 'after EHLO',
  tls: 'during the TLS handshake',
  auth: 'while signing in',
  mail: 'after MAIL',
  rcpt: 'after RCPT',
  data: 'after DATA',
  body: 'during or after the message',
};

/** A peer's reply as it came. Characters that would end a line for anybody, or steer a terminal, become spaces. */
export function peerReply(response: string): SmtpReply {
  return parseReply(response.replace(/[^\P{Cc}\n]|[\u2028\u2029]/gu, ' '));
}

/** What ended an exchange at `step`: the peer's reply, or what it did instead (RFC 3463: 4.4.x, 4.5.0, 4.7.5). */
export function replyOf(error: ForeignError, step: Step, peer: string): SmtpReply {
  if (error instanceof PeerFault) return error.happening.reply;
  const { response, code } = error;
  if (response !== undefined) {
    if (/^[45]\d\d/.test(response)) return peerReply(response);
    return noReply(`${peer} gave a strange answer ${WHEN[step]}: ${response.slice(0, 200)}`, '4.5.0');
  }
  if (code === 'ETIMEDOUT') return silence(peer, step);
  if (code === 'EENDLESS') return noReply(`${peer} talks without end (${WHEN[step]}).`, '4.5.0');
  if (step === 'tls') {
    // Behind the semicolon Node advises developers about its own options.
    const why = error.message.split(';')[0];
    return noReply(`The TLS handshake with ${peer} failed: ${why}.`, '4.7.5');
  }
  if (code === 'EAUTH' || code === 'EENVELOPE') return noReply(`${error.message}.`, '4.3.5');
  return noReply(`${peer} closed the connection ${WHEN[step]}.`);
}

/** The stand-in for a reply that took too long. */
export function silence(peer: string, step: Step): SmtpReply {
  return noReply(`${peer} did not answer in time (${WHEN[step]}).`);
}

/** What an attempt to connect ended with, in words; `place` is the peer with its port. */
export function connectText(place: string, error: ForeignError): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return `${place} refused the connection.`;
    case 'ECONNRESET':
      return `${place} closed the connection at once.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return `${place} can't be reached from here: no network leads to it.`;
    case 'ETIMEDOUT':
      return `${place} did not answer in time.`;
    default:
      return `${place} can't be reached: ${error.message}.`;
  }
}

/** Why a signal was aborted, in words: its reason is made by us and says so in one sentence. */
export function abortText(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : 'The attempt was interrupted.';
}

/** The reply without the password, should a peer repeat it. */
export function withoutSecret(reply: SmtpReply, secret: string | undefined): SmtpReply {
  if (!secret) return reply;
  const shown = [secret, Buffer.from(secret).toString('base64')];
  return { ...reply, text: shown.reduce((text, one) => text.replaceAll(one, '•••'), reply.text) };
}
