/**
 * Lets what is written to sockets during one turn of the event loop leave at the turn's end, one after the other.
 *
 * A peer that waits is asleep, and the system spends longer on waking it than on all the rest of a write. Written back
 * to back, what goes to many peers finds their machine awake after the first; replies to commands that came together
 * leave together, as RFC 2920 section 3.2 asks for; and so do the parts of a message.
 *
 * Not for sockets within TLS: what such a one holds when its peer resets never leaves, and keeps it open (Node 24).
 */
import type { Writable } from 'node:stream';

let held: Writable[] = [];

/** Holds back what is written to `socket` until the end of this turn, or until it is uncorked or ended. */
export function joinWrites(socket: Writable): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  if (held.push(socket) === 1) setImmediate(release);
}

function release(): void {
  const sockets = held;
  held = [];
  for (const socket of sockets) socket.uncork();
}
