/**
 * Takes the content of a message as it streams in.
 *
 * Lines end in CRLF afterwards, whatever the client sent: bare CR or LF inside a message is how one message
 * is smuggled into another (RFC 5321 section 2.3.8). What can't be kept, for whatever reason, is read to its
 * end all the same, since the client hears of it only after the final dot. Nothing of it is left behind.
 */
import { BYTES_PER_MB } from '../contract/settings.ts';
import { joined } from '../mail/joined.ts';
import type { Body } from '../mail/message.ts';
import { type HeaderFacts, readHeader } from '../mail/trace.ts';
import type { BodyWriter } from '../store/bodies.ts';
import { isOutOfSpace } from '../store/database.ts';
import { LineEnds } from './line-ends.ts';
import { Refusal, storageFull } from './refusal.ts';

/** A message that is in, but not yet committed. */
export interface Received {
  readonly body: Body;
  /** Bytes of the body, with its line ends put right. */
  readonly size: number;
  readonly eightBit: boolean;
  readonly header: HeaderFacts;
}

/**
 * Reads `content` to its end into `writer`. Small chunks are gathered, since a client may send a few
 * bytes at a time. `arrived` hears of the bytes of each chunk.
 * Throws `Refusal` (552 5.3.4 over `maxBytes`, 452 4.3.1 when no space is left), or what went wrong.
 */
export async function takeContent(
  content: AsyncIterable<Buffer>,
  writer: BodyWriter,
  maxBytes: number,
  arrived: (bytes: number) => void = () => {},
): Promise<Received> {
  const lines = new LineEnds();
  const gathered = new Gathered(writer, maxBytes);
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const chunk of content) {
      arrived(chunk.length);
      // A message that is refused already is only read.
      if (!failure) failure = await failureOf(() => gathered.add(lines.normalize(chunk)), writer);
    }
    if (failure) throw failure.error;
    await gathered.add(lines.end());
    await gathered.flush();
    const header = readHeader(await writer.head());
    return { body: await writer.finish(), size: writer.size, eightBit: lines.eightBit, header };
  } catch (error) {
    if (!failure) await writer.discard();
    throw isOutOfSpace(error) ? storageFull() : error;
  }
}

/** Runs `work`. If it fails, what was written is removed at once, not only when the message is at its end. */
async function failureOf(
  work: () => Promise<void>,
  writer: BodyWriter,
): Promise<{ error: unknown } | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    await writer.discard();
    return { error };
  }
}

/** Chunks smaller than this wait for others. */
const GATHER_BYTES = 16_384;

class Gathered {
  readonly #writer: BodyWriter;
  readonly #maxBytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(writer: BodyWriter, maxBytes: number) {
    this.#writer = writer;
    this.#maxBytes = maxBytes;
  }

  async add(chunk: Buffer): Promise<void> {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#writer.size + this.#waitingBytes > this.#maxBytes) {
      const limitMB = Math.floor(this.#maxBytes / BYTES_PER_MB);
      throw new Refusal(552, '5.3.4', `The message is larger than ${limitMB} MB`);
    }
    if (this.#waitingBytes >= GATHER_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    const bytes = joined(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#writer.write(bytes);
  }
}
