/** How a rule says no: an error that carries the reply the client gets. Any other error becomes 451 4.3.0. */
import type { SmtpReply } from '../mail/reply.ts';

export class Refusal extends Error {
  override name = 'Refusal';
  readonly reply: SmtpReply;

  constructor(code: number, enhanced: string, text: string) {
    super(text);
    this.reply = { code, enhanced, text };
  }
}

/** What a client is told when the fault is ours: nothing about it. */
export const LOCAL_ERROR: SmtpReply = {
  code: 451,
  enhanced: '4.3.0',
  text: 'Local error, please try again later',
};

/** No space is left; the client keeps the message and tries again (RFC 3463: 4.3.1, system full). */
export function storageFull(): Refusal {
  return new Refusal(452, '4.3.1', 'No space is left to store messages, please try again later');
}

/** The server stops (RFC 3463: 4.3.2, system not accepting network messages). */
export const SHUTTING_DOWN: SmtpReply = {
  code: 421,
  enhanced: '4.3.2',
  text: 'The server is shutting down, please try again later',
};
