/**
 * The load generator, a process of its own: sends messages over SMTP as fast as the server answers, each command
 * after the reply to the one before, and prints one JSON line (`LoadResult`).
 *
 * It must never be what is measured, so it costs as little as Node allows: what is said is the same few buffers
 * each time, replies go into a buffer that is there already, and nothing waits for a promise.
 *
 * node load.ts '{"port":2525,"sessions":5,"seconds":4,"keep":true,"bytes":4096,"to":"a@b.test"}'
 */
import { connect, type Socket } from 'node:net';

export interface Load {
  readonly port: number;
  /** Connections at a time. */
  readonly sessions: number;
  /** How long new messages are begun; what has begun is sent to its end. */
  readonly seconds?: number;
  /** How many messages there are; together with `seconds`, whichever comes first. */
  readonly messages?: number;
  /** One connection for all messages of a session, or a new one for each. */
  readonly keep: boolean;
  /** Of the content. */
  readonly bytes: number;
  readonly to: string;
}

export interface LoadResult {
  readonly messages: number;
  /** From the first connection to the last reply. */
  readonly seconds: number;
  /** From MAIL to the reply to the content, in ms. */
  readonly p50: number;
  readonly p99: number;
}

/** As many as the settings of `waypost.ts` let one host have, so that this limit is not what is measured. */
const SESSIONS_PER_ADDRESS = 5;

/** Each port of a closed connection is taken for a minute; where most of an address are, finding one takes long. */
const ADDRESSES = 200;
let connections = 0;

const load = JSON.parse(process.argv[2] ?? '{}') as Load;
const line = `${'x'.repeat(76)}\r\n`;
const header =
  'Date: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@bench.test>\r\nSubject: bench\r\n\r\n';
const lines = Math.max(1, Math.round((load.bytes - header.length) / line.length));
const [EHLO, MAIL, RCPT, DATA, CONTENT, QUIT] = [
  'EHLO bench.test\r\n',
  'MAIL FROM:<load@bench.test>\r\n',
  `RCPT TO:<${load.to}>\r\n`,
  'DATA\r\n',
  `${header}${line.repeat(lines)}.\r\n`,
  'QUIT\r\n',
].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];

const LF = 10;
const SPACE = 32;
const latencies: number[] = [];
let begun = 0;
let open = load.sessions;
const start = performance.now();
const until = load.seconds === undefined ? Number.POSITIVE_INFINITY : start + load.seconds * 1000;

function more(): boolean {
  return begun < (load.messages ?? Number.POSITIVE_INFINITY) && performance.now() < until;
}

function session(index: number): void {
  if (!more()) {
    over();
    return;
  }
  const localAddress = load.keep
    ? `127.0.0.${1 + Math.floor(index / SESSIONS_PER_ADDRESS)}`
    : `127.0.1.${1 + (connections++ % ADDRESSES)}`;
  let step = greeted;
  let length = 0;
  let since = 0;
  const replies = Buffer.alloc(4096);
  const onread = {
    buffer: Buffer.alloc(4096),
    callback: (bytes: number, chunk: Uint8Array) => {
      length += (chunk as Buffer).copy(replies, length, 0, bytes);
      if (isComplete()) {
        length = 0;
        step();
      }
      return true;
    },
  };
  const socket: Socket = connect({ port: load.port, host: '127.0.0.1', localAddress, onread, noDelay: true });
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => (step === said ? session(index) : fail('the connection closed')));

  /** The last line of a reply has a space after its code (RFC 5321 section 4.2.1). */
  function isComplete(): boolean {
    if (length < 5 || replies[length - 1] !== LF) return false;
    const last = replies.lastIndexOf(LF, length - 2) + 1;
    return replies[last + 3] === SPACE;
  }
  function expect(class_: string): void {
    if (replies[0] !== class_.charCodeAt(0)) fail(replies.toString('latin1').split('\r\n')[0] ?? '');
  }
  function say(what: Buffer, next: () => void): void {
    step = next;
    socket.write(what);
  }
  function greeted(): void {
    expect('2');
    say(EHLO, mail);
  }
  function mail(): void {
    expect('2');
    if (!more()) {
      say(QUIT, said);
      return;
    }
    begun++;
    since = performance.now();
    say(MAIL, rcpt);
  }
  function rcpt(): void {
    expect('2');
    say(RCPT, data);
  }
  function data(): void {
    expect('2');
    say(DATA, content);
  }
  function content(): void {
    expect('3');
    say(CONTENT, accepted);
  }
  function accepted(): void {
    expect('2');
    latencies.push(performance.now() - since);
    if (load.keep) mail();
    else say(QUIT, said);
  }
  function said(): void {
    socket.destroy();
  }
}

function over(): void {
  open--;
  if (open > 0) return;
  const seconds = (performance.now() - start) / 1000;
  latencies.sort((one, other) => one - other);
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? 0;
  const result: LoadResult = { messages: latencies.length, seconds, p50: at(0.5), p99: at(0.99) };
  console.log(JSON.stringify(result));
}

function fail(why: string): never {
  console.error(`The load broke off: ${why}`);
  process.exit(1);
}

for (let index = 0; index < load.sessions; index++) session(index);
