/**
 * What a hop's answer about one recipient means. This is where it is decided whether mail moves on from
 * the recipient's own servers (mx) to the SmartHost, waits, or goes back to its sender.
 *
 * At an mx, three questions in this order:
 * 1. Did anybody give a verdict? If not (DNS failed for now, refused, timed out, TLS broke, dropped before
 *    the end of DATA), the SmartHost may have more luck: move on. But once all of DATA was sent, the host may
 *    have taken the message: the recipient waits for the same hop, late rather than twice.
 * 2. Is it a verdict only for now? 4xx: move on. 4.2.x is about the mailbox (full, busy), which no other way
 *    would change: wait for the same hop.
 * 3. Is it about us (our address, our name, our reputation) or about the recipient or the message?
 *    5.7.x at any step and 5xx at greeting, EHLO or MAIL are about us: move on. The rest is final. One 5xx at
 *    MAIL is about the message: its SIZE was declared there and is too large (552, 5.3.4, 5.2.3).
 *
 * The SmartHost has nobody behind it: its verdict counts as the message's. What can be cured by correcting
 * its settings (name, security, account, password) must lose no mail, so 5xx at greeting, EHLO, TLS and AUTH,
 * and at MAIL those that ask for authentication or speak of policy (503, 53x, 5.7.x), only defer. Any other
 * 5xx at MAIL, and all at RCPT and after it, go back to the sender with the SmartHost's words.
 */
import type { Hop, Outcome } from '../mail/message.ts';
import type { SmtpReply } from '../mail/reply.ts';

/** The steps of a delivery, in their order. */
export const STEPS = [
  'dns',
  'connect',
  'greeting',
  'ehlo',
  'tls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'body',
] as const;
export type Step = (typeof STEPS)[number];

/** What happened at a hop for one recipient, and where it ended. */
export interface Happening {
  /** `data` is the reply to DATA, `body` everything after it. */
  readonly step: Step;
  /** Code 0: nobody answered. With a status 5.x.x that is our own final verdict, such as for a null MX. */
  readonly reply: SmtpReply;
  /** True when the whole message, final dot included, had been sent. */
  readonly sentAll: boolean;
  /** The peer offers DSN (RFC 3461), and so was told which reports are wanted. */
  readonly dsn?: boolean;
}

/** `move-on`: to the next hop. `same-hop`: wait, and begin with the first hop again. */
export type Verdict = 'delivered' | 'final' | 'move-on' | 'same-hop';

/** The verdict of one hop about one recipient. */
export function classify(hop: Hop, happening: Happening): Verdict {
  return hop === 'mx' ? classifyMx(happening) : classifySmartHost(happening);
}

/**
 * How the attempt ends for the recipient with this verdict; undefined when the next hop is to be tried.
 * Where there is none, a temporary problem waits and a permanent reply is the answer to the sender.
 */
export function outcomeKind(
  verdict: Verdict,
  reply: SmtpReply,
  hasNextHop: boolean,
): Outcome['kind'] | undefined {
  switch (verdict) {
    case 'delivered':
      return 'delivered';
    case 'final':
      return 'failed';
    case 'same-hop':
      return 'deferred';
    case 'move-on':
      if (hasNextHop) return undefined;
      return answerOf(reply) === 'permanent' ? 'failed' : 'deferred';
  }
}

/**
 * Whether another host of the same domain may still take the recipient (RFC 5321 section 5.1): where this one
 * gave no verdict or one for now, or wanted no conversation at all.
 */
export function mayTryNextHost({ step, reply, sentAll }: Happening): boolean {
  if (step === 'greeting' || step === 'ehlo') return true;
  const answer = answerOf(reply);
  return answer === 'temporary' ? !is(reply, '4.2.') : answer === 'none' && !sentAll;
}

/**
 * Of what two hosts of one hop said about a recipient, what counts and is shown. A decision counts; without
 * one, a verdict for now outranks silence, and silence a permanent one about us: as long as one host may take
 * the message later, it waits.
 */
export function weightier<T extends { readonly happening: Happening }>(
  hop: Hop,
  earlier: T | undefined,
  later: T,
): T {
  if (earlier === undefined) return later;
  const verdict = classify(hop, later.happening);
  const decided = verdict === 'same-hop' ? !mayTryNextHost(later.happening) : verdict !== 'move-on';
  return decided || rank(later.happening) >= rank(earlier.happening) ? later : earlier;
}

function rank({ reply }: Happening): number {
  const answer = answerOf(reply);
  return answer === 'temporary' ? 2 : answer === 'none' ? 1 : 0;
}

type Answer = 'positive' | 'temporary' | 'permanent' | 'none' | 'ours';

/** Whose word it is. Anything but 2xx, 4xx and 5xx where one of them was due is as good as no answer. */
function answerOf(reply: SmtpReply): Answer {
  if (reply.code === 0) return reply.enhanced.startsWith('5.') ? 'ours' : 'none';
  const class_ = Math.floor(reply.code / 100);
  return class_ === 2 ? 'positive' : class_ === 4 ? 'temporary' : class_ === 5 ? 'permanent' : 'none';
}

function is(reply: SmtpReply, ...prefixes: string[]): boolean {
  return prefixes.some((prefix) => reply.enhanced.startsWith(prefix));
}

function classifyMx({ step, reply, sentAll }: Happening): Verdict {
  switch (answerOf(reply)) {
    case 'positive':
      return step === 'body' ? 'delivered' : 'move-on';
    case 'none':
      return sentAll ? 'same-hop' : 'move-on';
    case 'ours':
      return 'final';
    case 'temporary':
      return is(reply, '4.2.') ? 'same-hop' : 'move-on';
    case 'permanent':
      if (is(reply, '5.7.')) return 'move-on';
      return isAboutMessageOrRecipient(step, reply) ? 'final' : 'move-on';
  }
}

function classifySmartHost({ step, reply }: Happening): Verdict {
  switch (answerOf(reply)) {
    case 'positive':
      return step === 'body' ? 'delivered' : 'same-hop';
    case 'none':
    case 'temporary':
      return 'same-hop';
    case 'ours':
      // That its name does not exist is a mistake in the settings, not a word about the message.
      return step === 'dns' ? 'same-hop' : 'final';
    case 'permanent':
      if (step === 'mail') return asksForAccount(reply) ? 'same-hop' : 'final';
      return reply.code !== 530 && isAboutMessageOrRecipient(step, reply) ? 'final' : 'same-hop';
  }
}

function isAboutMessageOrRecipient(step: Step, reply: SmtpReply): boolean {
  switch (step) {
    case 'dns':
    case 'connect':
    case 'greeting':
    case 'ehlo':
    case 'tls':
    case 'auth':
      return false;
    case 'mail':
      return reply.code === 552 || is(reply, '5.3.4', '5.2.3');
    case 'rcpt':
    case 'data':
    case 'body':
      return true;
  }
}

function asksForAccount(reply: SmtpReply): boolean {
  return reply.code === 503 || (reply.code >= 530 && reply.code <= 538) || is(reply, '5.7.');
}
