/** A stored message as RETR and TOP send it, in parts, so that a big one is never in memory as a whole. */
import type { RawMessage } from '../store/mailboxes.ts';

const PART_BYTES = 512 * 1024;
const LF = 10;

/** The whole message. */
export async function* messageBody({ total, read }: RawMessage): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < total; ) {
    const part = await read(offset, PART_BYTES);
    // Shorter than promised: the content is gone, and a cut message must not look whole.
    if (part.length === 0) throw new Error('The content of the message is incomplete.');
    offset += part.length;
    yield part;
  }
}

/** The header, the empty line, and the first `most` lines of the body (RFC 1939, TOP). */
export async function* messageTop(raw: RawMessage, most: number): AsyncGenerator<Buffer> {
  let isHeader = true;
  let lineLength = 0;
  let left = most;
  for await (const part of messageBody(raw)) {
    for (let at = 0; at < part.length; at++) {
      if (part[at] !== LF) {
        // A carriage return alone does not make a line longer than empty.
        if (part[at] !== 13) lineLength++;
        continue;
      }
      if (!isHeader) left--;
      if (isHeader && lineLength === 0) isHeader = false;
      lineLength = 0;
      if (!isHeader && left <= 0) {
        yield part.subarray(0, at + 1);
        return;
      }
    }
    yield part;
  }
}
