/**
 * What became of each recipient of a transaction, read from what nodemailer leaves behind. Its error alone
 * would not do: when DATA or the message is refused, or the connection lost, it leaves out the recipients who
 * had been refused before, and when MAIL is refused, pipelined recipients look refused as well (503).
 */
import type { Happening, Step } from './classify.ts';
import { type ForeignError, peerReply, replyOf } from './faults.ts';
import { PeerFault } from './peer.ts';

/** The envelope object, which nodemailer completes in place. */
export interface EnvelopeTrace {
  accepted?: string[];
  rejectedErrors?: ForeignError[];
  mailError?: ForeignError;
}

/** How the transaction ended as a whole. */
export interface Ending {
  /** What nodemailer failed with, or our own fault for a time-out or an abort; undefined on success. */
  readonly failure: ForeignError | undefined;
  /** The reply to the message, where there was one. */
  readonly response: string;
  /** The peer asked for the content. */
  readonly begun: boolean;
  readonly sentAll: boolean;
}

/** One happening for each of the addresses; `peer` is its name in sentences. */
export function aftermath(
  addresses: readonly string[],
  { mailError, rejectedErrors = [], accepted = [] }: EnvelopeTrace,
  { failure, response, begun, sentAll }: Ending,
  peer: string,
): Happening[] {
  const step = lastStep(begun, accepted.length + rejectedErrors.length, addresses.length);
  return addresses.map((address): Happening => {
    if (mailError) return { step: 'mail', reply: replyOf(mailError, 'mail', peer), sentAll: false };
    const rejected = rejectedErrors.find(({ recipient }) => recipient === address);
    if (rejected) return { step: 'rcpt', reply: replyOf(rejected, 'rcpt', peer), sentAll: false };
    if (failure === undefined) return { step: 'body', reply: peerReply(response), sentAll: true };
    return { step, reply: replyOf(failure, step, peer), sentAll };
  });
}

/** True when the failure means that the peer has ended the connection, or soon will (RFC 5321 section 4.2). */
export function endsConnection({ code, response }: ForeignError): boolean {
  const refusal = (code === 'EENVELOPE' || code === 'EMESSAGE') && response !== undefined;
  return !refusal || response.startsWith('421');
}

/** A fault of our own making at `step`. */
export function fault(step: Step, reply: Happening['reply']): PeerFault {
  return new PeerFault({ step, reply, sentAll: false });
}

function lastStep(begun: boolean, answered: number, asked: number): Step {
  if (begun) return 'body';
  if (answered === 0) return 'mail';
  return answered < asked ? 'rcpt' : 'data';
}
