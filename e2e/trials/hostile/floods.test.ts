/** Too much of everything: each flood is bounded, costs little, and leaves room for a good client. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { unusedPort } from '../../../server/testing/ports.ts';
import { connectSmtp, type SmtpClient } from '../../../server/testing/smtp-client.ts';
import { ANNA } from '../../service.ts';
import { dice } from '../dice.ts';
import { complaints, controlOf, pidOf, readVitals, settled, type Vitals } from '../vitals.ts';
import { GoodClient } from './good-client.ts';
import { exchange, foreignRequests, garbage, garbageFrames, windowOf } from './surfaces.ts';
import { mailbox, startTrial, type Trial } from './trial.ts';

vi.setConfig({ testTimeout: 60_000 });

const MB = 1_048_576;
/** The most that memory may grow by a flood: its size lies far above. */
const ROOM_MB = 150;
const STRANGER = '127.0.0.2';

let trial: Trial;
let pop3Port: number;
let pid: number;
let baseline: Vitals;
const sockets: Socket[] = [];

beforeAll(async () => {
  pop3Port = await unusedPort('127.0.0.1');
  trial = await startTrial({
    incoming: { maxTotal: 20, maxPerHost: 4 },
    maxMessageSizeMB: 1,
    pickup: { pop3: { port: pop3Port, address: '127.0.0.1' } },
  });
  pid = await pidOf(trial.service);
  baseline = await readVitals(trial.service);
}, 60_000);
afterAll(async () => {
  try {
    expect(await complaints(trial.service)).toEqual([]);
  } finally {
    await trial.stop();
  }
}, 60_000);

let good: GoodClient;
let floods = 0;
beforeEach(() => {
  good = new GoodClient({ port: trial.service.port, pop3Port, everyMs: 50, name: `good-${++floods}` });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await good.stop();
  expect(good.sent).toBeGreaterThan(0);
  await good.check();
  const now = await settled(trial.service, { ...baseline, descriptors: baseline.descriptors + 5 });
  expect(now.rssMB - baseline.rssMB).toBeLessThan(ROOM_MB);
  expect(await pidOf(trial.service)).toBe(pid);
}, 60_000);

async function stranger(lines: string[] = []): Promise<SmtpClient> {
  const client = await connectSmtp({ port: trial.service.port, localAddress: STRANGER, timeoutMs: 30_000 });
  for (const line of lines) await client.command(line);
  return client;
}

/** Sends no faster than the server takes it; resolves to the ends of what it said, when it has hung up. */
async function pour(
  localAddress: string,
  first: string,
  chunk: string,
  times: number,
  last = '',
): Promise<string> {
  const socket = connect({ port: trial.service.port, host: '127.0.0.1', localAddress });
  sockets.push(socket);
  let said = '';
  socket.on('error', () => {});
  socket.on('data', (data) => {
    said += data.toString('latin1').slice(-1000);
  });
  const closed = once(socket, 'close').catch(() => []);
  await once(socket, 'data');
  socket.write(first);
  for (let sent = 0; sent < times && socket.writable; sent++)
    if (!socket.write(chunk)) await Promise.race([closed, once(socket, 'drain').catch(() => [])]);
  // A server need not answer whoever has hung up.
  if (last === '') socket.end();
  else socket.write(last);
  await closed;
  return said;
}

const ENVELOPE = ['EHLO c', 'MAIL FROM:<joe@far.test>', `RCPT TO:<${ANNA.address}>`];

describe('one client', () => {
  it('with a command line of 1 MB is put out', async () => {
    const said = await pour(STRANGER, '', 'x'.repeat(65_536), 16);
    expect(said).toContain('421 ');
  });

  it('with 10,000 recipients gets a hundred of them', async () => {
    const client = await stranger(ENVELOPE.slice(0, 2));
    const codes = new Map<number, number>();
    for (let round = 0; round < 10; round++) {
      const lines = Array.from(
        { length: 1000 },
        (_, at) => `RCPT TO:<anna+${round * 1000 + at}@waypost.test>`,
      );
      for (const { code } of await client.pipeline(lines)) codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect(Object.fromEntries(codes)).toEqual({ 250: 100, 452: 9900 });
    client.destroy();
  });

  it.each([
    ['headers without an end', 'X-Header: some text that goes on and on\r\n'],
    ['one line without an end', 'x'.repeat(64)],
  ])(
    'with %s is refused, and nothing is kept',
    async (_, piece) => {
      const client = await stranger([...ENVELOPE, 'DATA']);
      const chunk = piece.repeat(Math.ceil(65_536 / piece.length));
      for (let sent = 0; sent < 4 * MB; sent += chunk.length) {
        client.write(chunk);
        // Long enough for the sockets' buffers to move on, so that it is not this process that holds it all.
        await new Promise((resolve) => setImmediate(resolve));
      }
      client.write('\r\n.\r\n');
      expect((await client.readReply()).code).toBe(552);
      client.destroy();
      const subjects = (await mailbox(trial.service)).map(({ subject }) => subject);
      expect(subjects.every((subject) => subject.startsWith('good'))).toBe(true);
    },
    60_000,
  );

  it('with nothing but bad commands is put out after ten', async () => {
    const said = await pour(STRANGER, 'EHLO c\r\n', 'NONSENSE\r\n'.repeat(100), 100);
    expect(said.match(/^500 /gm)?.length).toBeLessThan(11);
    expect(said).toContain('421 ');
  });

  it('with 100,000 NOOPs is answered, and so are others', async () => {
    const said = await pour(STRANGER, 'EHLO c\r\n', 'NOOP\r\n'.repeat(2000), 50, 'QUIT\r\n');
    // Commands are answered one after the other, so all before it were.
    expect(said).toMatch(/^221 /m);
  });
});

describe('many clients', () => {
  const host = (index: number) => `127.0.2.${1 + (index % 100)}`;

  it('of one network that connect and say nothing are refused beyond the limit, a good one is not', async () => {
    let refused = 0;
    for (let index = 0; index < 200; index++) {
      const socket = connect({
        port: trial.service.port,
        host: '127.0.0.1',
        // Four each, and never more than 16 of 20, so there is room for the good client.
        localAddress: host(index % 4),
      });
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        if (chunk.toString().startsWith('421')) refused++;
      });
      sockets.push(socket);
    }
    await Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once('data', resolve).once('close', resolve))),
    );
    expect(refused).toBe(200 - 16);
    const before = good.sent;
    await expect.poll(() => good.sent, { timeout: 20_000 }).toBeGreaterThan(before + 2);
  });

  it('that connect and leave at once take no place', async () => {
    for (let round = 0; round < 30; round++) {
      const now = Array.from({ length: 20 }, (_, index) =>
        connect({ port: trial.service.port, host: '127.0.0.1', localAddress: host(index % 4) }),
      );
      await Promise.all(
        now.map(async (socket, index) => {
          const closed = new Promise((resolve) => socket.once('close', resolve));
          socket.on('error', () => {});
          if (index % 2 === 0) socket.once('connect', () => socket.resetAndDestroy());
          else socket.once('connect', () => socket.destroy());
          await closed;
        }),
      );
    }
  });
});

describe('the doors that are not for mail', () => {
  it('refuse whoever is not the window of this machine', async () => {
    for (const [why, request] of foreignRequests(trial.service))
      expect(await exchange(windowOf(trial.service), request), why).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('outlive garbage', async () => {
    const random = dice(1);
    await garbage(trial.service, random, 10);
    await garbageFrames(trial.service, random, 10);
    if (process.platform !== 'win32')
      expect(
        await exchange(controlOf(trial.service), 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      ).toMatch(/^HTTP\/1\.1 404 /);
  });
});
