/** What a POP3 session gets from outside: the mailboxes, who may sign in, and what its connection is like. */
import type { Account } from '../store/directory.ts';
import type { MailboxLocks, MailStore } from './maildrop.ts';

/** Signing in was refused; the text is for the client, with its response code (RFC 3206). */
export class SignInRefused extends Error {
  override name = 'SignInRefused';
  /** It was one too many: this session ends too. */
  readonly isLast: boolean;
  constructor(text: string, isLast = false) {
    super(text);
    this.isLast = isLast;
  }
}

export interface Pop3Context {
  readonly mailboxes: MailStore;
  readonly locks: MailboxLocks;
  /** Rejects with SignInRefused. */
  readonly signIn: (user: string, password: string) => Promise<Account>;
  readonly hostname: () => string;
  /** Tells what the session did, for the mail log. */
  readonly tell: (text: string, account: string) => void;
}

/** What the connection is like just now. */
export interface Channel {
  readonly secure: boolean;
  /** Whether STLS can be had. */
  readonly canEncrypt: boolean;
  /** Whether a password may come over it: encrypted, or from this machine. */
  readonly maySignIn: boolean;
}

/** What CAPA tells (RFC 2449), which depends on how far the session is. */
export function capabilities(
  { secure, canEncrypt, maySignIn }: Channel,
  hasMailbox: boolean,
): readonly string[] {
  return [
    'TOP',
    'UIDL',
    'RESP-CODES',
    'AUTH-RESP-CODE',
    'PIPELINING',
    'EXPIRE NEVER',
    ...(maySignIn ? ['USER', 'SASL PLAIN'] : []),
    ...(canEncrypt && !secure && !hasMailbox ? ['STLS'] : []),
    'IMPLEMENTATION Waypost',
  ];
}
