import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { DiagnosisView } from '../contract/diagnose.ts';
import type { ListenerView } from '../contract/views.ts';
import { startTestEngine, type TestEngine } from '../testing/fixtures/engine.ts';
import { portOf, unusedPort } from '../testing/ports.ts';
import { connectSmtp } from '../testing/smtp-client.ts';
import { eventually } from '../testing/temp.ts';
import { type IncomingTest, testIncoming } from './incoming.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function startEngine(): Promise<TestEngine> {
  const waypost = await startTestEngine();
  stops.push(waypost.stop);
  return waypost;
}

/** Another program, or one of ours, which says this. */
async function program(greet: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    greet(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => server.close());
  return portOf(server);
}

/** The engine's own test, as the window asks for it. */
async function ask({ engine }: TestEngine): Promise<DiagnosisView> {
  let last: DiagnosisView | undefined;
  for await (const view of engine.diagnose.incoming()) last = view;
  if (!last?.isOver) throw new Error('It has no end.');
  return last;
}

async function run(
  listeners: readonly ListenerView[],
  more: Partial<IncomingTest> = {},
): Promise<DiagnosisView> {
  let last: DiagnosisView | undefined;
  await testIncoming({
    listeners,
    hostname: 'mail.waypost.test',
    addresses: ['127.0.0.1'],
    hasArrived: () => false,
    portOwner: async () => 'nginx (pid 812)',
    platform: 'linux',
    publish: (view) => {
      last = view;
    },
    signal: new AbortController().signal,
    limitMs: 500,
    ...more,
  });
  if (!last?.isOver) throw new Error('It has no end.');
  return last;
}

const listener = (port: number, part: Partial<ListenerView> = {}): ListenerView => ({
  name: 'primary',
  address: '127.0.0.1',
  port,
  security: 'starttls',
  state: 'listening',
  reason: null,
  ...part,
});

test('every port of ours answers as Waypost: SMTP, TLS from the first byte, and POP3', async () => {
  const waypost = await startEngine();
  const [pop3, tlsPort] = [await unusedPort('127.0.0.1'), await unusedPort('127.0.0.1')];
  await waypost.engine.apply({
    incoming: { secondary: { security: 'tls' } },
    pickup: { pop3: { port: pop3, tlsPort, address: '127.0.0.1' } },
  });
  const seen = await ask(waypost);
  expect(seen.steps.map(({ state }) => state)).toEqual(['passed', 'passed', 'passed', 'passed', 'skipped']);
  expect(seen.steps[0]?.detail).toMatch(/^Waypost answers: 220 mail\.waypost\.test /);
  expect(seen.steps[1]?.detail).toMatch(/^Waypost answers over TLS: 220 /);
  expect(seen.steps[2]?.detail).toBe('Waypost answers: +OK mail.waypost.test POP3 ready');
  expect(seen.summary).toBe('On this machine every port answers as Waypost.');
});

test('all addresses means every one of this machine, IPv4 and IPv6', async () => {
  const waypost = await startEngine();
  await waypost.engine.apply({ incoming: { primary: { address: '' } } });
  const { steps, summary } = await ask(waypost);
  const addresses = waypost.engine.machine().addresses.map(({ address }) => address);
  expect(steps.map(({ title }) => title).slice(0, addresses.length)).toEqual(
    addresses.map((address) => `Port ${waypost.port} on ${address}`),
  );
  expect(summary).toBe('On this machine every port answers as Waypost.');
});

describe('ours, but taking nobody in: a reservation with its reason', () => {
  test('paused', async () => {
    const waypost = await startEngine();
    waypost.engine.traffic.pause('incoming');
    const seen = await ask(waypost);
    expect(seen.steps[0]).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('421 4.3.2 mail.waypost.test Not receiving mail'),
      advice: 'Receiving is paused: resume it in the Status tab.',
    });
    expect(seen.summary).toBe('Every port is Waypost’s, with the reservations above.');
  });

  test.each([
    [{ maxPerHost: 1 }, 1, /From a Single Host/],
    [{ maxTotal: 10, maxPerHost: 10 }, 10, /Total allows/],
  ])('at a limit: %j', async (incoming, count, advice) => {
    const waypost = await startEngine();
    await waypost.engine.apply({ incoming });
    // From another address where the total is meant, or the limit of the host would come first.
    const localAddress = count > 1 ? '127.0.0.2' : '127.0.0.1';
    for (let at = 0; at < count; at++) {
      const client = await connectSmtp({ port: waypost.port, localAddress });
      stops.unshift(() => client.destroy());
    }
    const seen = await ask(waypost);
    expect(seen.steps[0]).toMatchObject({ state: 'warning', advice: expect.stringMatching(advice) });
  });
});

describe('another program in our place', () => {
  test('is named, with what it says', async () => {
    const port = await program((socket) => socket.end('220 other.test ESMTP\r\n'));
    const seen = await run([listener(port, { state: 'failed', reason: 'In use.' })]);
    expect(seen.steps[0]).toMatchObject({
      state: 'failed',
      detail: 'Another program answers there: “220 other.test ESMTP”.',
      advice: 'It is nginx (pid 812). Stop it, or choose another port for Waypost.',
    });
    expect(seen.summary).toBe('Not every port answers as Waypost; see above.');
  });

  test('is not believed when it greets in our name', async () => {
    const port = await program((socket) => socket.end('220 mail.waypost.test ESMTP\r\n'));
    const seen = await run([listener(port)], { portOwner: async () => undefined });
    expect(seen.steps[0]).toMatchObject({
      state: 'failed',
      detail:
        'Another program answers there, even in the name of this server: “220 mail.waypost.test ESMTP”.',
      advice: 'This system does not tell which one. Stop it, or choose another port for Waypost.',
    });
  });

  test('may say nothing', async () => {
    const port = await program(() => {});
    expect((await run([listener(port)])).steps[0]?.detail).toBe(
      'Another program answers there and says nothing.',
    );
  });
});

describe('ours, and broken', () => {
  const hasArrived = () => true;

  test('without a greeting', async () => {
    const silent = await program(() => {});
    const rude = await program((socket) => socket.end());
    expect((await run([listener(silent)], { hasArrived })).steps[0]).toMatchObject({
      state: 'failed',
      detail: 'Waypost took the connection, but did not greet: nothing came within 1 s.',
    });
    expect((await run([listener(rude)], { hasArrived })).steps[0]?.detail).toBe(
      'Waypost took the connection, but did not greet: the connection was closed.',
    );
  });

  test('without encryption', async () => {
    const port = await program((socket) => socket.write('220 mail.waypost.test\r\n'));
    expect((await run([listener(port, { security: 'tls' })], { hasArrived })).steps[0]).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(
        /^Waypost took the connection, but no encryption came about: .*wrong version/,
      ),
      advice: expect.stringContaining('certificate'),
    });
  });
});

test('a port that is not open says why, and one that is blocked as well', async () => {
  const port = await unusedPort('127.0.0.1');
  const failed = listener(port, { state: 'failed', reason: 'Not permitted.' });
  expect((await run([failed])).steps[0]).toMatchObject({ state: 'failed', detail: 'Not permitted.' });
  expect((await run([listener(port)])).steps[0]).toMatchObject({
    detail: 'The connection is refused, although Waypost listens.',
    advice: 'A firewall on this machine may block it.',
  });
});

test('an address that this machine has no more', async () => {
  const gone = listener(25, { address: '2001:db8::dead' });
  const [step] = (await run([gone])).steps;
  expect(step).toMatchObject({ state: 'failed' });
  expect(step?.detail).toMatch(
    /^(This machine does not have that address now|Nothing answers within 1 s)\.$/,
  );
});

test('whoever leaves ends it, sockets and all', async () => {
  let open = 0;
  const port = await program((socket) => {
    open++;
    socket.on('close', () => open--);
  });
  const abort = new AbortController();
  const over = run([listener(port)], { signal: abort.signal, limitMs: 60_000 });
  await eventually(() => open === 1, { what: 'the connection' });
  abort.abort();
  await expect(over).rejects.toThrow();
  await eventually(() => open === 0, { what: 'its end' });
});
