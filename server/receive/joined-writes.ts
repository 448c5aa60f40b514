/**
 * Lets what is written to sockets during one turn of the event loop leave at the turn's end, one after the other.
 *
 * A client that waits for its reply is asleep, and the system spends longer on waking it than on all the rest of a
 * write. Written back to back, the replies of many sessions find the client's machine awake after the first; and
 * those to commands that came together leave together, as RFC 2920 section 3.2 asks for.
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
