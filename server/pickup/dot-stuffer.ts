/** A multi-line response on its way out (RFC 1939 section 3): lines end in CRLF, and no line looks like the end. */

const CR = 13;
const LF = 10;
const DOT = 46;
const END = Buffer.from('.\r\n');
const BREAK = Buffer.from('\r\n');

/** Takes content in parts, cut anywhere; what it gives is ready to be sent. One for each response. */
export class DotStuffer {
  #atLineStart = true;
  #last = 0;

  /** The part with a second dot before each line that begins with one. */
  push(part: Buffer): Buffer {
    const pieces: Buffer[] = [];
    let from = 0;
    for (let at = part.indexOf(DOT); at !== -1; at = part.indexOf(DOT, at + 1)) {
      const isLineStart = at === 0 ? this.#atLineStart : part[at - 1] === LF;
      if (!isLineStart) continue;
      // The dot goes out twice: once with what is before it, once with what follows.
      pieces.push(part.subarray(from, at + 1));
      from = at;
    }
    const last = part.at(-1);
    if (last !== undefined) {
      this.#atLineStart = last === LF;
      this.#last = last;
    }
    return pieces.length === 0 ? part : Buffer.concat([...pieces, part.subarray(from)]);
  }

  /** What ends the response: the last line's end where it is missing, and the dot. */
  end(): Buffer {
    if (this.#atLineStart) return END;
    return Buffer.concat([this.#last === CR ? Buffer.from('\n') : BREAK, END]);
  }
}
