/** Fetches the bytes of a message, part by part. */
import type { Client } from '../../client.ts';

/** Messages over this are not fetched to be shown, only to be saved. */
export const MOST_SHOWN_BYTES = 30 * 1_048_576;

/** Gives a part of a message, from a byte on. */
export type RawSource = (
  offset: number,
  options: { readonly signal: AbortSignal },
) => Promise<{ readonly total: number; readonly part: Blob }>;

/** A message in a mailbox. */
export function mailSource({ mail }: Pick<Client, 'mail'>, address: string, id: string): RawSource {
  return (offset, options) => mail.raw({ address, id, offset }, options);
}

export interface RawMail {
  /** Bytes of the whole message. */
  readonly total: number;
  /** What was fetched, from the beginning. */
  readonly bytes: Blob;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** A larger message is left after its first part. */
  readonly most?: number;
  readonly onProgress?: (fetched: number, total: number) => void;
}

/** The bytes ended before the message did. */
class EndedEarly extends Error {
  override name = 'EndedEarly';
}

/**
 * Fetches a message. The parts stay the browser's, which puts large ones on disk, so that 1 GB is no burden.
 * Rejects as the call does, or when aborted.
 */
export async function fetchRaw(
  source: RawSource,
  { signal, most = Number.POSITIVE_INFINITY, onProgress = () => {} }: FetchOptions,
): Promise<RawMail> {
  const parts: Blob[] = [];
  let offset = 0;
  for (;;) {
    const { total, part } = await source(offset, { signal });
    signal.throwIfAborted();
    parts.push(part);
    offset += part.size;
    onProgress(offset, total);
    if (offset >= total || total > most) return { total, bytes: new Blob(parts) };
    if (part.size === 0) throw new EndedEarly(`The message ended after ${offset} of ${total} bytes.`);
  }
}
