/**
 * A faster way through the content of a message than smtp-server's own, which looks at each byte and takes a turn of
 * the event loop for each line that begins with a dot.
 *
 * Dots at line starts are searched for, and a chunk is passed on whole, without those that were put in (RFC 5321
 * section 4.5.2). Only CRLF.CRLF ends the content. What comes out is the same to the byte, however the content is cut
 * into chunks: `content-feed.test.ts` compares the two.
 */
import type { SMTPStream } from 'smtp-server/lib/smtp-stream';
import { joined } from '../mail/joined.ts';

const DOT = 46;
const LINE_DOT = Buffer.from('\n.');
const END = Buffer.from('\r\n.\r\n');
/** As the first line; no line end of ours is before it. */
const END_AT_START = END.subarray(2);
/** The end may be cut in two, so all but its last byte is held back. */
const HELD_BACK = END.length - 1;

/** Takes a chunk of content, in place of `parser._feedDataStream`. */
export function feedContent(parser: SMTPStream, arrived: Buffer, done: (error?: Error | null) => void): void {
  let chunk = parser._lastBytes ? Buffer.concat([parser._lastBytes, arrived]) : arrived;
  parser._lastBytes = false;
  if (parser._atDataStart) {
    if (startsWith(chunk, END_AT_START)) {
      parser._endDataMode(false, chunk.subarray(END_AT_START.length), done);
      return;
    }
    if (chunk[0] === DOT && chunk[1] === DOT) {
      chunk = chunk.subarray(1);
      // From here on a dot is content.
      parser._atDataStart = false;
    }
  }
  const parts: Buffer[] = [];
  let from = 0;
  for (let search = 1; ; ) {
    const dot = chunk.indexOf(LINE_DOT, search) + 1;
    if (dot === 0 || dot > chunk.length - END_AT_START.length) break;
    search = dot + 1;
    if (startsWith(chunk.subarray(dot - 2), END)) {
      const last = joined([...parts, chunk.subarray(from, dot)]);
      parser._countDataBytes(last.length);
      parser._endDataMode(last, chunk.subarray(dot + END_AT_START.length), done);
      return;
    }
    if (chunk[dot + 1] !== DOT) continue;
    parts.push(chunk.subarray(from, dot));
    from = dot + 1;
  }
  const rest = chunk.subarray(from);
  const passed = rest.length < HELD_BACK ? 0 : rest.length - HELD_BACK;
  parser._lastBytes = rest.subarray(passed);
  pass(parser, joined([...parts, rest.subarray(0, passed)]), done);
}

/** Passes bytes on, and calls back when there is room for more. */
function pass(parser: SMTPStream, bytes: Buffer, done: (error?: Error | null) => void): void {
  const { _dataStream: stream } = parser;
  parser._countDataBytes(bytes.length);
  if (!stream?.writable || bytes.length === 0 || stream.write(bytes) || stream.destroyed) {
    done();
    return;
  }
  // A stream that was destroyed never has room again; it closes.
  const more = () => {
    stream.off('drain', more).off('close', more);
    done();
  };
  stream.once('drain', more).once('close', more);
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.length).equals(start);
}
