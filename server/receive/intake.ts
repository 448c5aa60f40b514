/**
 * Takes the content of a message as it streams in.
 *
 * Lines end in CRLF afterwards, whatever the client sent: bare CR or LF inside a message is how one message
 * is smuggled into another (RFC 5321 section 2.3.8). Bytes beyond the size limit are read, as the protocol
 * wants, and dropped. Whatever goes wrong, nothing is left behind.
 */
import type { SMTPServerDataStream } from 'smtp-server';
import type { Body } from '../mail/message.ts';
import { type HeaderFacts, readHeader } from '../mail/trace.ts';
import type { BodyWriter } from '../store/bodies.ts';
import { isOutOfSpace } from '../store/database.ts';
import { Refusal, storageFull } from './refusal.ts';

/** A message that is in, but not yet committed. */
export interface Received {
  readonly body: Body;
  readonly size: number;
  readonly eightBit: boolean;
  readonly header: HeaderFacts;
}

type Content = Pick<SMTPServerDataStream, 'sizeExceeded'> & AsyncIterable<Buffer>;

/**
 * Reads `content` to its end into `writer`.
 * Throws `Refusal` (552 5.3.4 over the limit, 452 4.3.1 when no space is left), or the stream's error.
 */
export async function takeContent(content: Content, writer: BodyWriter, limitMB: number): Promise<Received> {
  const lines = new LineEnds();
  let refusal: Refusal | undefined;
  try {
    for await (const chunk of content) {
      if (content.sizeExceeded)
        refusal ??= new Refusal(552, '5.3.4', `The message is larger than ${limitMB} MB`);
      if (refusal) await writer.discard();
      else refusal = await written(writer, lines.normalize(chunk));
    }
    // The limit may be crossed by the very last bytes.
    if (content.sizeExceeded)
      refusal ??= new Refusal(552, '5.3.4', `The message is larger than ${limitMB} MB`);
    refusal ??= await written(writer, lines.end());
    if (refusal) throw refusal;
    const header = readHeader(writer.head);
    return { body: await writer.finish(), size: writer.size, eightBit: lines.eightBit, header };
  } catch (error) {
    await writer.discard();
    throw isOutOfSpace(error) ? storageFull() : error;
  }
}

/** Writes, or says why not; the rest of the message must be read before the client can be told. */
async function written(writer: BodyWriter, bytes: Buffer): Promise<Refusal | undefined> {
  try {
    await writer.write(bytes);
    return undefined;
  } catch (error) {
    if (!isOutOfSpace(error)) throw error;
    await writer.discard();
    return storageFull();
  }
}

const CR = 13;
const LF = 10;

/** Turns every line end into CRLF, over chunk borders too, and notes whether a byte is above 127. */
export class LineEnds {
  eightBit = false;
  #afterCr = false;

  /** The chunk with its line ends put right; the chunk itself when there was nothing to do. */
  normalize(chunk: Buffer): Buffer {
    const parts: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte > 127) this.eightBit = true;
      const cr = this.#afterCr;
      this.#afterCr = byte === CR;
      if (cr === (byte === LF)) continue;
      // Either a CR that no LF followed, or an LF that no CR preceded: what is missing goes in here.
      parts.push(chunk.subarray(from, at), cr ? LF_BYTE : CR_BYTE);
      from = at;
    }
    if (parts.length === 0) return chunk;
    parts.push(chunk.subarray(from));
    return Buffer.concat(parts);
  }

  /** What is missing when the content ended in a bare CR. */
  end(): Buffer {
    return this.#afterCr ? LF_BYTE : Buffer.alloc(0);
  }
}

const LF_BYTE = Buffer.from([LF]);
const CR_BYTE = Buffer.from([CR]);
