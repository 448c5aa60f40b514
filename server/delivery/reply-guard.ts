/**
 * How much a peer may say before we say something again.
 *
 * nodemailer ends a reply of more than 1 MB, but empty lines are no reply to it: it skips them one by one, more slowly
 * than they can be sent, and keeps what it has not got to. A peer that sends nothing else would fill the memory and
 * leave no time for anybody within seconds. So all that is said is counted here, whatever it is.
 */
import type { ForeignError } from './faults.ts';

/** Bytes. The longest replies of real servers, those to EHLO, have some hundred. */
export const MOST_REPLY_BYTES = 256 * 1024;

/**
 * Counts what `smtp` gets, and calls back once where it is too much; nodemailer sees no more of it then. Returns what
 * is to be called with each command of ours. Wraps nodemailer's internal `_onData`: should an upgrade lose it, no
 * connection opens and the tests say so.
 */
export function guardReplies(smtp: object, tooMuch: (error: ForeignError) => void): () => void {
  const internals = smtp as { _onData(chunk: Buffer): void };
  const onData = internals._onData.bind(smtp);
  let bytes = 0;
  let isOver = false;
  internals._onData = (chunk) => {
    bytes += chunk.length;
    if (isOver) return;
    isOver = bytes > MOST_REPLY_BYTES;
    if (isOver) tooMuch(Object.assign(new Error('Too long a reply'), { code: 'EENDLESS' }));
    else onData(chunk);
  };
  return () => {
    bytes = 0;
  };
}
