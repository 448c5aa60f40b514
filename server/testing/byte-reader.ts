import type { Socket } from 'node:net';

const LINE_FEED = 10;
const END_OF_BODY = Buffer.from('\r\n.\r\n');
const DOT_AT_LINE_START = Buffer.from('\r\n.');

/** Pulls lines and message bodies out of a socket in the order they arrived, however they were chopped up. */
export interface ByteReader {
  /** The next line without its line end, or undefined when the peer closed first. */
  line(): Promise<string | undefined>;
  /** A message up to its final dot, dots unstuffed, or undefined when the peer closed first (RFC 5321, 4.5.2). */
  body(): Promise<Buffer | undefined>;
  /** Lets go of the socket, paused, so that TLS can take it over. Bytes not yet read are dropped. */
  detach(): void;
}

/** Starts reading `socket`; both sides of the tests use it, so that neither depends on how TCP cuts the stream. */
export function readBytes(socket: Socket): ByteReader {
  const chunks: Buffer[] = [];
  let ended = false;
  let wake: (() => void) | undefined;

  const onData = (chunk: Buffer) => {
    chunks.push(chunk);
    wake?.();
  };
  const onEnd = () => {
    ended = true;
    wake?.();
  };
  socket.on('data', onData).on('end', onEnd).on('close', onEnd);

  async function next(): Promise<Buffer | undefined> {
    while (chunks.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return chunks.shift();
  }

  function putBack(rest: Buffer): void {
    if (rest.length > 0) chunks.unshift(rest);
  }

  return {
    async line() {
      const parts: Buffer[] = [];
      for (;;) {
        const chunk = await next();
        if (chunk === undefined) return undefined;
        const end = chunk.indexOf(LINE_FEED);
        if (end === -1) {
          parts.push(chunk);
          continue;
        }
        parts.push(chunk.subarray(0, end));
        putBack(chunk.subarray(end + 1));
        return Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
      }
    },

    async body() {
      // A line break before the first byte makes a dot on the first line no special case.
      const parts: Buffer[] = [Buffer.from('\r\n')];
      let tail: Buffer = Buffer.from('\r\n');
      for (;;) {
        const chunk = await next();
        if (chunk === undefined) return undefined;
        const window = Buffer.concat([tail, chunk]);
        const found = window.indexOf(END_OF_BODY);
        if (found === -1) {
          parts.push(chunk);
          tail = window.subarray(-(END_OF_BODY.length - 1));
          continue;
        }
        const end = found + END_OF_BODY.length - tail.length;
        parts.push(chunk.subarray(0, end));
        putBack(chunk.subarray(end));
        return unstuff(Buffer.concat(parts).subarray(0, -'.\r\n'.length));
      }
    },

    detach() {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd);
      socket.pause();
      chunks.length = 0;
      onEnd();
    },
  };
}

/** `body` as it goes over the wire: dots at line starts doubled, a last CRLF if it had none, then the final dot. */
export function stuff(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  if (body[0] === 0x2e) parts.push(Buffer.from('.'));
  for (let at = body.indexOf(DOT_AT_LINE_START); at !== -1; at = body.indexOf(DOT_AT_LINE_START, from)) {
    parts.push(body.subarray(from, at + 3), Buffer.from('.'));
    from = at + 3;
  }
  const closed = body.length === 0 || body.subarray(-2).equals(Buffer.from('\r\n'));
  parts.push(body.subarray(from), Buffer.from(closed ? '.\r\n' : '\r\n.\r\n'));
  return Buffer.concat(parts);
}

function unstuff(lineBreakAndBody: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (
    let at = lineBreakAndBody.indexOf(DOT_AT_LINE_START);
    at !== -1;
    at = lineBreakAndBody.indexOf(DOT_AT_LINE_START, from)
  ) {
    parts.push(lineBreakAndBody.subarray(from, at + 2));
    from = at + 3;
  }
  parts.push(lineBreakAndBody.subarray(from));
  return Buffer.concat(parts).subarray(2);
}
