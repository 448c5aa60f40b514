/** The bytes of a message on their way out: whether all are there, and how far they got. */
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { joined } from '../mail/joined.ts';
import type { QueuedMessage } from './job.ts';
import { ContentError, type Timeouts } from './peer.ts';

/**
 * Opens what is sent. Rejects with ContentError when the stored content can't be read; so does the stream where it turns
 * out to be shorter than `size`, since half a message must never get its final dot.
 */
export async function openContent(message: QueuedMessage): Promise<Readable> {
  let source: Readable;
  try {
    source = await message.open();
  } catch (error) {
    throw new ContentError(`The stored message ${message.id} can't be opened.`, { cause: error });
  }
  // An error before the first read, such as that of a file that is gone, waits for the reader.
  source.on('error', () => {});
  const stream = Readable.from(complete(source, message), { objectMode: false });
  // A generator closes it by itself only once it has begun to read, and a peer may refuse the message before.
  stream.once('close', () => source.destroy());
  return stream;
}

async function* complete(source: Readable, { id, head, size, moved }: QueuedMessage): AsyncGenerator<Buffer> {
  let ours = head ? [head] : [];
  let seen = 0;
  for await (const part of source) {
    moved?.();
    // Together, since each write that wakes the peer has its price.
    const bytes = joined([...ours, part]);
    ours = [];
    seen += bytes.length;
    yield bytes;
  }
  // Nothing is behind them: an empty message.
  for (const bytes of ours) {
    seen += bytes.length;
    yield bytes;
  }
  if (seen < size) throw new ContentError(`The stored message ${id} has ${seen} bytes instead of ${size}.`);
}

/** How far the content got. */
export interface Flow {
  /** The peer asked for it. */
  readonly begun: boolean;
  /** All of it was handed to the socket. */
  readonly ended: boolean;
  /** All of it, final dot included, has left this process. */
  readonly sentAll: boolean;
}

/**
 * Whether the reply to DATA asks for the content (RFC 5321 section 4.1.1.4). A peer that says 250 reads on for
 * commands, and would take what a stranger wrote for ours.
 */
export function isGoAhead(reply: string): boolean {
  return reply.startsWith('3');
}

/** What a flow is told of, and asks, while it runs. */
export interface FlowCalls {
  /** Whether the content may be sent; asked when nodemailer would begin, which takes any 2xx or 3xx for a yes. */
  mayBegin(): boolean;
  /** All of it is out. */
  sentAll?: (() => void) | undefined;
}

/**
 * Watches the content from the moment nodemailer pipes it into the stream that stuffs its dots. `socket` is
 * asked when needed: STARTTLS puts another in its place. Its limit of silence follows RFC 5321's phases.
 */
export function watchFlow(
  content: Readable,
  socket: () => Socket,
  timeouts: Timeouts,
  { mayBegin, sentAll }: FlowCalls,
): Flow {
  const flow = { begun: false, ended: false, sentAll: false };
  socket().setTimeout(timeouts.command);
  const pipe = content.pipe.bind(content);
  content.pipe = (destination, options) => {
    if (!mayBegin()) return destination;
    flow.begun = true;
    destination.once('end', () => {
      flow.ended = true;
      socket().setTimeout(timeouts.afterData);
      // Called once everything written before it is out.
      socket().write('', (error) => {
        flow.sentAll = !error;
        if (!error) sentAll?.();
      });
    });
    return pipe(destination, options);
  };
  return flow;
}
