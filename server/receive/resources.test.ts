/** What the receiving side costs under hostile clients, measured from outside in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../testing/temp.ts';

const MB = 1_048_576;
/** As the service is started. */
const YOUNG = '--max-semi-space-size=8';
const PROGRAM = fileURLToPath(new URL('../testing/fixtures/receiver-process.ts', import.meta.url));

interface Measured {
  readonly rss: number;
  readonly heap: number;
  readonly files: string[];
  readonly mails: number;
  readonly connections: number;
}

let child: ChildProcess | undefined;
const clients: Pourer[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  if (!child || child.exitCode !== null) return;
  const exited = new Promise((resolve) => child?.once('exit', resolve));
  child.stdin?.end('stop\n');
  await exited;
});

/** Starts the process; `fileBlocks`, of 512 bytes, is the size no file of it may exceed. */
async function start(maxMB: number, fileBlocks?: number) {
  const node = [process.execPath, YOUNG, '--expose-gc', PROGRAM, String(maxMB)];
  const limited = ['-c', `ulimit -f ${fileBlocks}; exec "$@"`, 'sh', ...node];
  const [command = '', ...args] = fileBlocks === undefined ? node : ['sh', ...limited];
  const started = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child = started;
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  return {
    port,
    measure: async (): Promise<Measured> => {
      started.stdin.write('measure\n');
      return JSON.parse((await lines.next()).value ?? '');
    },
  };
}

/** A client that sends no faster than the server takes it, and knows only what it was told last. */
class Pourer {
  readonly #socket: Socket;
  #said = '';

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket
      .on('error', () => {})
      .on('data', (chunk) => {
        this.#said += String(chunk);
      });
  }

  async pour(chunk: Buffer, times = 1): Promise<void> {
    for (let sent = 0; sent < times; sent++)
      if (!this.#socket.write(chunk)) await once(this.#socket, 'drain');
  }

  /** The next reply, once it has come whole. */
  async reply(): Promise<string> {
    const [whole] = await eventually(() => /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.#said), {
      timeoutMs: 40_000,
    });
    this.#said = this.#said.slice(whole.length);
    return whole.trimEnd();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

async function inData(port: number): Promise<Pourer> {
  const client = new Pourer(port);
  clients.push(client);
  await client.reply();
  for (const line of ['EHLO c', 'MAIL FROM:<joe@far.test>', 'RCPT TO:<ann@here.test>', 'DATA']) {
    await client.pour(Buffer.from(`${line}\r\n`));
    await client.reply();
  }
  return client;
}

/** What is measured once no more than 100 MB are held: what was read last may still be on its way to be collected. */
async function flat(measure: () => Promise<Measured>, before: Measured): Promise<Measured> {
  let now = before;
  await vi.waitFor(
    async () => {
      now = await measure();
      expect(now.rss - before.rss).toBeLessThan(100 * MB);
    },
    { timeout: 10_000, interval: 100 },
  );
  return now;
}

const END = Buffer.from('\r\n.\r\n');

describe('memory', () => {
  it('stays flat under 1 GB against a limit of 25 MB, and no file is left', async () => {
    const { port, measure } = await start(25);
    const before = await measure();
    const client = await inData(port);
    const line = Buffer.from(`${'x'.repeat(76)}\r\n`);
    const chunk = Buffer.concat(Array.from({ length: Math.floor(MB / line.length) }, () => line));
    await client.pour(chunk, 512);
    const during = await flat(measure, before);
    await client.pour(chunk, 513);
    await client.pour(END);
    expect(await client.reply()).toBe('552 5.3.4 The message is larger than 25 MB');
    const after = await flat(measure, before);
    expect(after.mails).toBe(0);
    expect(after.files).toEqual([]);
    expect(during.files).toEqual([]);
    expect(after.heap - before.heap).toBeLessThan(20 * MB);
  }, 60_000);

  it('stays small with messages made of dots at line starts, and of line feeds', async () => {
    const { port, measure } = await start(25);
    const before = await measure();
    for (const piece of ['..\r\n', '\n']) {
      const client = await inData(port);
      await client.pour(Buffer.from(piece.repeat(65_536 / piece.length)), 32);
      const during = await measure();
      expect(during.rss - before.rss).toBeLessThan(100 * MB);
      client.destroy();
    }
  }, 60_000);

  it('of many sessions with half a message each is a few hundred KB a session', async () => {
    const { port, measure } = await start(25);
    const before = await measure();
    for (let session = 0; session < 10; session++) {
      const client = await inData(port);
      await client.pour(Buffer.alloc(250 * 1024, 'x'));
    }
    const { connections, heap } = await measure();
    expect(connections).toBe(10);
    expect((heap - before.heap) / 10).toBeLessThan(MB);
  });
});

describe.skipIf(process.platform === 'win32')('a disk that is full', () => {
  it('is answered with 452 4.3.1 and nothing is kept, in the file or in the database', async () => {
    const { port, measure } = await start(25, 3 * 2048);
    const spilled = await inData(port);
    await spilled.pour(Buffer.concat([Buffer.alloc(8 * MB, 'x'), END]));
    const full = '452 4.3.1 No space is left to store messages, please try again later';
    expect(await spilled.reply()).toBe(full);
    expect(await measure()).toMatchObject({ mails: 0, files: [] });
    let accepted = 0;
    for (;;) {
      const client = await inData(port);
      await client.pour(Buffer.concat([Buffer.alloc(200 * 1024, 'x'), END]));
      const reply = await client.reply();
      client.destroy();
      if (!reply.startsWith('250 ')) {
        expect(reply).toBe(full);
        break;
      }
      accepted++;
      expect(accepted).toBeLessThan(100);
    }
    expect(accepted).toBeGreaterThan(0);
    expect(await measure()).toMatchObject({ mails: accepted, files: [] });
  }, 60_000);
});
