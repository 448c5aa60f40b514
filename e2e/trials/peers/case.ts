/** What a check is, and what the checks have in common. */
import { ACCOUNTS, type Ports, SOURCES } from './layout.ts';
import { type Inbox, is } from './maildir.ts';
import { type Mail, protocolOf, traceOf } from './messages.ts';
import type { Security, Where } from './python.ts';
import type { PeerName, Stage } from './stage.ts';

/** One check. It throws when what it says in its sentence is not so. */
export interface Case {
  readonly what: string;
  check(stage: Stage): Promise<void>;
}

/** Throws unless both are equal as JSON. */
export function equal(what: string, is: unknown, should: unknown): void {
  const [a, b] = [JSON.stringify(is), JSON.stringify(should)];
  if (a !== b) throw new Error(`${what} is ${a} and should be ${b}`);
}

/** Throws unless `text` matches. */
export function matching(what: string, text: string | undefined, pattern: RegExp): void {
  if (!pattern.test(text ?? ''))
    throw new Error(`${what} does not match ${String(pattern)}: ${text?.slice(-1500)}`);
}

/** Waits for the message and throws unless it is what was sent, and came by the protocol (RFC 3848) named. */
export async function arrives(at: Inbox, mail: Mail, protocol?: string): Promise<readonly string[]> {
  const trace = traceOf(await at.take(`the message ${mail.id}`, is(mail)), mail.raw);
  if (protocol !== undefined) equal('The protocol of the Received line', protocolOf(trace), protocol);
  return trace;
}

export const SECURITIES: readonly Security[] = ['none', 'starttls', 'tls'];

export const IN_WORDS: Record<Security, string> = {
  none: 'without TLS',
  starttls: 'with STARTTLS',
  tls: 'over TLS',
};

/** Where a program finds Waypost. */
export function waypost(ports: Ports, program: keyof typeof SOURCES, security: Security = 'none'): Where {
  const port = security === 'tls' ? ports.waypostTls : ports.waypost;
  return { host: '127.0.0.1', port, source: SOURCES[program], security };
}

export const ANNA = ACCOUNTS.anna.address;
export const SENDER = 'sender@trial.test';

export const PEERS: readonly PeerName[] = ['postfix', 'exim'];
export const NAMES: Record<PeerName, string> = { postfix: 'Postfix', exim: 'Exim' };

/** The bodies of `messages.ts`, in words. */
export const BODY_WORDS = {
  text: 'plain text',
  dots: 'lines of dots',
  eightBit: '8-bit bytes (8BITMIME)',
  longLines: 'lines of up to 9,999 bytes',
};
