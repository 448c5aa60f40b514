/** Messages of the soak, which say themselves whether they arrived whole. */
import { createHash } from 'node:crypto';

const LINE = `${'soak '.repeat(14)}\r\n`;
/** In bytes; most are small, and some go to files of their own. */
const SIZES = [200, 2_000, 2_000, 8_000, 8_000, 30_000, 60_000, 300_000];

export function makeMessage(number: number): string {
  const size = SIZES[(number * 7) % SIZES.length] ?? 200;
  const body = `${number}\r\n..dots\r\n${LINE.repeat(Math.ceil(size / LINE.length))}`;
  return `Subject: soak ${number}\r\nX-Digest: ${digest(body)}\r\n\r\n${body}`;
}

export interface Seen {
  /** Undefined when it is no message of the soak. */
  readonly number: number | undefined;
  readonly isWhole: boolean;
}

/** @param text the message with line ends of CRLF, in latin1 */
export function readMessage(text: string): Seen {
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end);
  const number = /^Subject: soak (\d+)\r?$/m.exec(head)?.[1];
  const expected = /^X-Digest: (\w+)\r?$/m.exec(head)?.[1];
  return {
    number: number === undefined ? undefined : Number(number),
    isWhole: digest(text.slice(end + 4)) === expected,
  };
}

function digest(body: string): string {
  return createHash('sha256').update(body, 'latin1').digest('hex');
}
