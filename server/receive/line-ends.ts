/** Turns every line end into CRLF (RFC 5321 section 2.3.8), over chunk borders too. */
import { isAscii } from 'node:buffer';

const CR = 13;
const LF = 10;

export class LineEnds {
  /** A byte above 127 was seen. */
  eightBit = false;
  #afterCr = false;

  /** The chunk with its line ends put right; the chunk itself when there was nothing to do. */
  normalize(chunk: Buffer): Buffer {
    if (!isAscii(chunk)) this.eightBit = true;
    const right = areRight(chunk, this.#afterCr)
      ? chunk
      : repaired(chunk, this.#missingIn(chunk), this.#afterCr);
    if (chunk.length > 0) this.#afterCr = chunk[chunk.length - 1] === CR;
    return right;
  }

  /** What is missing when the content ended in a bare CR. */
  end(): Buffer {
    return this.#afterCr ? Buffer.from([LF]) : Buffer.alloc(0);
  }

  /** How many line ends of the chunk are only half there. */
  #missingIn(chunk: Buffer): number {
    let missing = 0;
    let afterCr = this.#afterCr;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (afterCr !== (byte === LF)) missing++;
      afterCr = byte === CR;
    }
    return missing;
  }
}

/**
 * Whether each CR is followed by an LF, and each LF preceded by a CR, as nearly always. Searching in text is many
 * times as fast as looking at each byte, and faster than searching in bytes. A CR at the very end is right: what
 * follows is not known yet.
 */
function areRight(chunk: Buffer, afterCr: boolean): boolean {
  const text = chunk.toString('latin1');
  if (text === '') return true;
  if (afterCr !== text.startsWith('\n')) return false;
  for (let from = afterCr ? 1 : 0; ; ) {
    const cr = text.indexOf('\r', from);
    const lf = text.indexOf('\n', from);
    if (cr < 0) return lf < 0;
    if (lf < 0) return cr === text.length - 1;
    if (lf !== cr + 1) return false;
    from = lf + 1;
  }
}

function repaired(chunk: Buffer, missing: number, afterCrBefore: boolean): Buffer {
  const right = Buffer.allocUnsafe(chunk.length + missing);
  let afterCr = afterCrBefore;
  let to = 0;
  for (let at = 0; at < chunk.length; at++) {
    const byte = chunk[at] as number;
    // Either a CR that no LF followed, or an LF that no CR preceded.
    if (afterCr !== (byte === LF)) right[to++] = afterCr ? LF : CR;
    right[to++] = byte;
    afterCr = byte === CR;
  }
  return right;
}
