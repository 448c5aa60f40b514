import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../store/directory.ts';
import type { LogEntry } from '../store/mail-log.ts';
import { testCertificate } from '../testing/certificate.ts';
import type { MailStore } from './maildrop.ts';
import { Pop3Server, type Pop3ServerOptions } from './pop3-server.ts';
import { SignInRefused } from './session-context.ts';

const certificate = await testCertificate({ names: ['pop.test'] });
const ANNA = { id: 1, address: 'anna@example.com' } as Account;

let stored: Map<string, Buffer>;
let reads: number;
let logged: LogEntry[];
let places: number;
let isLoopback: boolean;
let pop3: Pop3Server;
let server: Server;
let clients: Client[];

const mailboxes: MailStore = {
  list: async () =>
    [...stored].map(([id, { length }]) => ({ id, from: '', subject: '', size: length, receivedAt: 0 })),
  raw: async (_, id) => {
    const bytes = stored.get(id);
    return (
      bytes && {
        total: bytes.length,
        read: async (offset, length) => {
          reads++;
          return bytes.subarray(offset, offset + length);
        },
      }
    );
  },
  remove: async (_, ids) => {
    for (const id of ids) stored.delete(id);
    return ids.length;
  },
};

async function serve(
  more: Partial<Pop3ServerOptions> = {},
  security: 'starttls' | 'tls' = 'starttls',
): Promise<void> {
  pop3 = new Pop3Server({
    mailboxes,
    hostname: () => 'pop.test',
    admit: () => {
      if (places === 0) return { refusal: 'Too many connections from 127.0.0.1 (5 of 5)' };
      places--;
      let isGiven = true;
      return {
        id: String(places),
        release: () => {
          if (isGiven) places++;
          isGiven = false;
        },
      };
    },
    signIn: async (_, user, password) => {
      if (user === 'anna@example.com' && password === 'secret') return ANNA;
      throw new SignInRefused('[AUTH] Account name or password is wrong');
    },
    isLoopback: () => isLoopback,
    log: (entry) => logged.push(entry),
    ...more,
  });
  pop3.setCertificate(certificate);
  server = createServer((socket) => pop3.accept(socket, '127.0.0.1', security));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** A client that knows nothing of POP3 but where an answer ends. */
class Client {
  #socket: Socket;
  #text = '';
  closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen();
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.closed = true;
    });
  }

  send = (text: string) => void this.#socket.write(text);
  pause = () => void this.#socket.pause();
  resume = () => void this.#socket.resume();
  end = () => void this.#socket.end();
  destroy = () => void this.#socket.destroy();

  /** What has come until it matches; the match is taken away. */
  async until(pattern: RegExp): Promise<string> {
    for (let i = 0; i < 400; i++) {
      const found = pattern.exec(this.#text);
      if (found) {
        this.#text = this.#text.slice(found.index + found[0].length);
        return found[0];
      }
      await sleep(5);
    }
    throw new Error(`No ${pattern} in ${JSON.stringify(this.#text.slice(0, 500))}`);
  }

  say(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    return this.until(/^[^\r]*\r\n/);
  }

  async closes(): Promise<void> {
    for (let i = 0; i < 400 && !this.closed; i++) await sleep(5);
    expect(this.closed).toBe(true);
  }

  async startTls(): Promise<void> {
    this.#socket.removeAllListeners('data');
    this.#socket = connectTls({ socket: this.#socket, ca: certificate.cert, servername: 'pop.test' });
    await once(this.#socket, 'secureConnect');
    this.#listen();
  }
}

async function connect(): Promise<Client> {
  const socket = new Socket();
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const client = new Client(socket);
  clients.push(client);
  return client;
}

async function greeted(): Promise<Client> {
  const client = await connect();
  await client.until(/^\+OK pop\.test POP3 ready\r\n/);
  return client;
}

async function signedIn(): Promise<Client> {
  const client = await greeted();
  await client.say('USER anna@example.com');
  expect(await client.say('PASS secret')).toMatch(/^\+OK/);
  return client;
}

beforeEach(() => {
  stored = new Map([['a1', Buffer.from('Subject: a\r\n\r\n.dot\r\n')]]);
  reads = 0;
  logged = [];
  places = 5;
  isLoopback = true;
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await pop3.drain(0);
  server.close();
  expect(places, 'places given back').toBe(5);
  expect(pop3.connections).toBe(0);
});

test('a session from greeting to goodbye', async () => {
  await serve();
  const client = await signedIn();
  client.send('RETR 1\r\n');
  expect(await client.until(/^\+OK 20 octets\r\n[\s\S]*\r\n\.\r\n/)).toContain('\r\n\r\n..dot\r\n.\r\n');
  expect(await client.say('DELE 1')).toMatch(/^\+OK/);
  expect(await client.say('QUIT')).toBe('+OK Goodbye\r\n');
  client.end();
  await client.closes();
  expect(stored.size).toBe(0);
});

test('commands sent ahead are answered in turn, however they are cut', async () => {
  await serve();
  const client = await greeted();
  for (const byte of 'USER anna@example.com\r\nPASS secret\r\nSTAT\r\nLIST\r\nUIDL 1\r\nNOOP\r\n')
    client.send(byte);
  await client.until(
    /^\+OK Now the password\r\n\+OK 1 message \(20 octets\)\r\n\+OK 1 20\r\n\+OK 1 message\r\n1 20\r\n\.\r\n\+OK 1 a1\r\n\+OK Still here\r\n/,
  );
});

test('STLS encrypts, and forgets what was sent ahead of it', async () => {
  isLoopback = false;
  await serve();
  const client = await greeted();
  expect(await client.say('USER anna@example.com')).toMatch(/^-ERR \[AUTH\]/);
  client.send('STLS\r\nUSER eve@example.com\r\n');
  await client.until(/^\+OK Begin TLS\r\n/);
  await client.startTls();
  expect(await client.say('PASS secret')).toBe('-ERR USER comes before PASS\r\n');
  await client.say('USER anna@example.com');
  expect(await client.say('PASS secret')).toMatch(/^\+OK/);
});

test('TLS from the first byte', async () => {
  isLoopback = false;
  await serve({}, 'tls');
  const client = await connect();
  await client.startTls();
  await client.until(/^\+OK pop\.test POP3 ready\r\n/);
  await client.say('USER anna@example.com');
  expect(await client.say('PASS secret')).toMatch(/^\+OK/);
  client.send('CAPA\r\n');
  expect(await client.until(/^\+OK[\s\S]*\r\n\.\r\n/)).not.toContain('STLS');
});

test('the newest certificate is presented', async () => {
  await serve({}, 'tls');
  const other = await testCertificate({ names: ['other.test'] });
  pop3.setCertificate(other);
  const client = await connect();
  await expect(client.startTls()).rejects.toThrow(/self-signed|unable to verify/);
});

describe('whoever does not keep to it', () => {
  test.each(['starttls', 'tls'] as const)('finds no place (%s): told so, and closed', async (security) => {
    places = 0;
    await serve({}, security);
    const client = await connect();
    if (security === 'tls') await client.startTls();
    await client.until(
      /^-ERR \[SYS\/TEMP\] Too many connections from 127\.0\.0\.1 \(5 of 5\), please try again later\r\n/,
    );
    await client.closes();
    places = 5;
  });

  test('a line without an end', async () => {
    await serve();
    const client = await greeted();
    client.send('X'.repeat(5000));
    await client.until(/^-ERR That line is too long\r\n/);
    await client.closes();
  });

  test('a third wrong password', async () => {
    await serve();
    const client = await greeted();
    for (let i = 0; i < 3; i++) {
      await client.say('USER anna@example.com');
      expect(await client.say('PASS wrong')).toMatch(/^-ERR \[AUTH\]/);
    }
    await client.closes();
  });

  test('says nothing', async () => {
    await serve({ timing: { idle: 50 } });
    const client = await greeted();
    await client.closes();
  });

  test('begins no TLS', async () => {
    await serve({ timing: { handshake: 50 } }, 'tls');
    const client = await connect();
    await client.closes();
    expect(logged.at(-1)?.text).toMatch(/TLS handshake/);
  });

  test('talks on and on without signing in; whoever has signed in stays', async () => {
    await serve({ timing: { signIn: 300 } });
    const [stranger, anna] = [await greeted(), await signedIn()];
    await expect
      .poll(() => {
        stranger.send('CAPA\r\n');
        return pop3.connections;
      })
      .toBe(1);
    await stranger.closes();
    expect(await anna.say('NOOP')).toBe('+OK Still here\r\n');
  });

  test('does not read: nothing piles up, and in the end it is cut', async () => {
    stored.set('big', Buffer.alloc(64 * 1024 * 1024, 'x\r\n'));
    await serve({ timing: { stall: 300 } });
    const client = await signedIn();
    client.pause();
    client.send('RETR 2\r\n');
    await sleep(150);
    // What the sockets hold is a few megabytes; the rest has not even been read.
    expect(reads).toBeLessThan(64);
    await expect.poll(() => pop3.connections, { timeout: 3000 }).toBe(0);
  });

  test('leaves in the middle: marks are forgotten, and the mailbox is free', async () => {
    await serve();
    const client = await signedIn();
    await client.say('DELE 1');
    client.destroy();
    await expect.poll(() => pop3.connections).toBe(0);
    expect(stored.size).toBe(1);
    await signedIn();
  });
});

test('a message that breaks off closes the connection: half of it must not look whole', async () => {
  await serve({
    mailboxes: {
      ...mailboxes,
      raw: async () => ({ total: 100, read: async (offset) => Buffer.from(offset === 0 ? 'half' : '') }),
    },
  });
  const client = await signedIn();
  client.send('RETR 1\r\n');
  await client.closes();
  await expect(client.until(/\r\n\.\r\n/)).rejects.toThrow();
});

test('the end of the server: between commands at once, in the middle of an answer after it', async () => {
  stored.set('big', Buffer.alloc(8 * 1024 * 1024, 'x\r\n'));
  await serve();
  const [idle, busy] = [await greeted(), await signedIn()];
  busy.pause();
  busy.send('RETR 2\r\n');
  await sleep(50);
  const drained = pop3.drain(5000);
  await idle.closes();
  busy.resume();
  await busy.until(/\r\n\.\r\n$/);
  await drained;
  await busy.closes();
  const late = await connect();
  await late.until(/^-ERR \[SYS\/TEMP\] Waypost is stopping/);
});
