/**
 * Takes every message and forgets it: where both sides of the bench relay to. A process of its own, forked; tells its
 * port, then answers each `{ expect: n }` when it has taken n messages since the one before was answered.
 */
import { createServer, type Socket } from 'node:net';
import { portOf } from '../server/testing/ports.ts';

export interface SinkReport {
  readonly port?: number;
  readonly taken?: number;
}

const EHLO =
  '250-sink.bench.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250 SIZE\r\n';
const END = Buffer.from('\r\n.\r\n');

let taken = 0;
let expected = Number.POSITIVE_INFINITY;

function took(): void {
  taken++;
  if (taken < expected) return;
  process.send?.({ taken } satisfies SinkReport);
  [taken, expected] = [0, Number.POSITIVE_INFINITY];
}

/** One session: what comes is lines of commands, or content until its final dot. */
function converse(socket: Socket): void {
  let isContent = false;
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.write('220 sink.bench.test ESMTP\r\n');
  socket.on('data', (chunk: Buffer) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let replies = '';
    let isOver = false;
    for (;;) {
      const end = isContent ? bytes.indexOf(END) : bytes.indexOf('\r\n');
      if (end < 0) break;
      if (isContent) {
        isContent = false;
        bytes = bytes.subarray(end + END.length);
        replies += '250 2.0.0 Taken\r\n';
        took();
        continue;
      }
      const verb = bytes.toString('latin1', 0, 4).toUpperCase();
      bytes = bytes.subarray(end + 2);
      if (verb === 'DATA') {
        isContent = true;
        replies += '354 Go on\r\n';
      } else if (verb === 'EHLO') replies += EHLO;
      else if (verb === 'QUIT') {
        isOver = true;
        replies += '221 2.0.0 Bye\r\n';
      } else replies += '250 2.0.0 OK\r\n';
    }
    // Of content only what could be the beginning of its end is kept.
    rest = isContent ? bytes.subarray(-(END.length - 1)) : bytes;
    if (replies !== '') socket.write(replies);
    if (isOver) socket.end();
  });
}

const server = createServer(converse);
server.listen(0, '127.0.0.1', 1024, () => process.send?.({ port: portOf(server) } satisfies SinkReport));
process.on('message', ({ expect }: { expect: number }) => {
  expected = expect;
  if (taken >= expected) {
    taken--;
    took();
  }
});
process.on('disconnect', () => process.exit());
