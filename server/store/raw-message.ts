/** A stored message as a whole, read in parts: header lines of our own, then the content as it came. */
import type { Bodies } from './bodies.ts';

/** A message's bytes, in parts. */
export interface RawMessage {
  /** Bytes of the whole. */
  readonly total: number;
  /** Bytes `offset` to `offset + length`, fewer at the end. Rejects when the content can't be read. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** @param head what goes in front of the content of the message with this id, which has `size` bytes */
export function rawMessage(bodies: Bodies, id: string, head: Buffer, size: number): RawMessage {
  return {
    total: head.length + size,
    read: async (offset, length) => {
      const ours = head.subarray(offset, offset + length);
      const skip = Math.max(0, offset - head.length);
      const wanted = Math.min(length - ours.length, size - skip);
      if (wanted <= 0) return ours;
      return Buffer.concat([ours, await bodies.read(id, skip, wanted)]);
    },
  };
}
