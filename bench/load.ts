/**
 * A load generator, run as a process of its own so that it doesn't share a core with what it measures.
 * Sends messages over SMTP as fast as the server answers and prints how long that took as one JSON line.
 *
 * node load.ts '{"port":2525,"sessions":5,"messages":10000,"keep":true,"bytes":4096,"to":"a@b.test"}'
 */
import { connect, type Socket } from 'node:net';

interface Load {
  readonly port: number;
  /** Connections at a time. */
  readonly sessions: number;
  readonly messages: number;
  /** One connection for all messages of a session, or a new one for each. */
  readonly keep: boolean;
  readonly bytes: number;
  readonly to: string;
}

const load = JSON.parse(process.argv[2] ?? '{}') as Load;
const line = `${'x'.repeat(76)}\r\n`;
const content = `Subject: bench\r\nMessage-ID: <1@bench.test>\r\n\r\n${line.repeat(Math.ceil(load.bytes / line.length))}.\r\n`;
let left = load.messages;

/** One conversation; `expect` resolves with the next complete reply and throws when it is not the one. */
async function converse(socket: Socket): Promise<(code: string, command?: string) => Promise<void>> {
  let text = '';
  let wake = () => {};
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    wake();
  });
  socket.on('close', () => wake());
  return async (code, command) => {
    if (command !== undefined) socket.write(command);
    for (;;) {
      const end = /^\d{3} .*\r\n/m.exec(text);
      if (end) {
        const reply = end[0];
        text = text.slice(end.index + reply.length);
        if (!reply.startsWith(code)) throw new Error(`Expected ${code}, got ${reply.trim()}`);
        return;
      }
      if (socket.destroyed) throw new Error(`Expected ${code}, the connection closed`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}

/** Five sessions to a source address, so that the limit for a single host is not what is measured. */
async function session(index: number): Promise<void> {
  const localAddress = `127.0.0.${1 + Math.floor(index / 5)}`;
  while (left > 0) {
    const socket = connect({ port: load.port, host: '127.0.0.1', localAddress });
    const expect = await converse(socket);
    await expect('220');
    await expect('250', 'EHLO bench.test\r\n');
    while (left > 0) {
      left--;
      await expect('250', 'MAIL FROM:<load@bench.test>\r\n');
      await expect('250', `RCPT TO:<${load.to}>\r\n`);
      await expect('354', 'DATA\r\n');
      await expect('250', content);
      if (!load.keep) break;
    }
    await expect('221', 'QUIT\r\n');
    socket.destroy();
  }
}

const start = performance.now();
await Promise.all(Array.from({ length: load.sessions }, (_, index) => session(index)));
console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000 }));
