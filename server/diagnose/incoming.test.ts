import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { DiagnosisView } from '../contract/diagnose.ts';
import type { ListenerView } from '../contract/views.ts';
import { startTestEngine, type TestEngine } from '../testing/fixtures/engine.ts';
import { portOf, unusedPort } from '../testing/ports.ts';
import { type IncomingTest, outsideAdvice, testIncoming } from './incoming.ts';

let waypost: TestEngine | undefined;
let other: Server | undefined;
afterEach(async () => {
  await waypost?.stop();
  waypost = undefined;
  other?.close();
});

async function run(
  listeners: readonly ListenerView[],
  more: Partial<IncomingTest> = {},
): Promise<DiagnosisView> {
  let last: DiagnosisView | undefined;
  await testIncoming({
    listeners,
    hostname: 'mail.waypost.test',
    addresses: ['127.0.0.1'],
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
  waypost = await startTestEngine();
  const [pop3, tlsPort] = [await unusedPort('127.0.0.1'), await unusedPort('127.0.0.1')];
  await waypost.engine.apply({
    incoming: { secondary: { security: 'tls' } },
    pickup: { pop3: { port: pop3, tlsPort, address: '127.0.0.1' } },
  });
  const seen = await run(waypost.engine.listeners);
  expect(seen.steps.map(({ state }) => state)).toEqual(['passed', 'passed', 'passed', 'passed', 'skipped']);
  expect(seen.steps[0]?.detail).toMatch(/^Waypost answers: 220 mail\.waypost\.test /);
  expect(seen.steps[2]?.detail).toBe('Waypost answers: +OK mail.waypost.test POP3 ready');
  expect(seen.summary).toBe('On this machine every port answers as Waypost.');
});

test('turned away by our own limits or a pause: a reservation, not a fault', async () => {
  waypost = await startTestEngine();
  waypost.engine.traffic.pause('incoming');
  const seen = await run(waypost.engine.listeners);
  expect(seen.steps[0]).toMatchObject({
    state: 'warning',
    detail: expect.stringContaining('421 4.3.2 mail.waypost.test Not receiving mail'),
  });
});

test('another program in our place is named', async () => {
  other = createServer((socket) => socket.end('220 other.test ESMTP\r\n')).listen(0, '127.0.0.1');
  await new Promise((resolve) => other?.once('listening', resolve));
  const seen = await run([listener(portOf(other), { state: 'failed', reason: 'In use.' })]);
  expect(seen.steps[0]).toMatchObject({
    state: 'failed',
    detail: 'Another program answers there: “220 other.test ESMTP”.',
    advice: expect.stringContaining('It is nginx (pid 812).'),
  });
  expect(seen.summary).toBe('Not every port answers as Waypost; see above.');
});

test('a port that is not open says why', async () => {
  const seen = await run(
    [listener(await unusedPort('127.0.0.1'), { state: 'failed', reason: 'Not permitted.' })],
    {
      portOwner: async () => undefined,
    },
  );
  expect(seen.steps[0]).toMatchObject({ state: 'failed', detail: 'Not permitted.' });
});

test('nobody answers, or nobody speaks', async () => {
  const port = await unusedPort('127.0.0.1');
  expect((await run([listener(port)])).steps[0]).toMatchObject({
    detail: 'It can’t be reached: ECONNREFUSED.',
  });
  other = createServer(() => {}).listen(port, '127.0.0.1');
  await new Promise((resolve) => other?.once('listening', resolve));
  expect((await run([listener(port)])).steps[0]).toMatchObject({ detail: 'Nothing answers within 5 s.' });
});

test.each([
  ['linux', /firewall-cmd --add-port=587\/tcp.*ufw allow 587\/tcp/],
  ['win32', /Windows Defender Firewall/],
  ['darwin', /System Settings/],
] as const)('what router and firewall need on %s', (platform, firewall) => {
  const advice = outsideAdvice(587, '192.168.1.10', platform);
  expect(advice).toMatch(/^In the router: forward TCP port 587 to 192\.168\.1\.10\./);
  expect(advice).toMatch(firewall);
});
