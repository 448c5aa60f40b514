import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DiagnosisView } from '../contract/diagnose.ts';
import { noReply } from '../mail/reply.ts';
import { portOf, unusedPort } from '../testing/ports.ts';
import { startSink } from '../testing/sink.ts';
import { eventually } from '../testing/temp.ts';
import type { NameService, Resolved } from './names.ts';
import { conclusion, testPort25, type Verdict } from './port-25.ts';

let stops: (() => unknown)[];
let zone: Record<string, Resolved>;
let names: NameService;

beforeEach(() => {
  stops = [];
  zone = {};
  const ask = async (name: string): Promise<Resolved> =>
    zone[name] ?? { kind: 'final', reply: noReply(`There is no ${name}.`) };
  names = { resolveHost: ask, resolveMail: ask };
});
afterEach(async () => {
  for (const stop of stops) await stop();
});

const at = (name: string, ...addresses: string[]): Resolved => ({
  kind: 'hosts',
  hosts: [{ name, addresses }],
});

async function run(...hosts: string[]): Promise<DiagnosisView> {
  let last: DiagnosisView | undefined;
  await testPort25({
    hosts,
    names,
    publish: (view) => {
      last = view;
    },
    signal: new AbortController().signal,
    limits: { connect: 300, greeting: 300 },
  });
  if (!last?.isOver) throw new Error('It has no end.');
  return last;
}

const attempt = ({ steps }: DiagnosisView, title: RegExp) => steps.find((step) => title.test(step.title));

test('a mail server that greets is proof, whatever it says', async () => {
  const sink = await startSink({ greeting: '554 5.7.1 Not from your network' });
  stops.push(sink.stop);
  zone['mx.test'] = at('mx.test', '127.0.0.1');
  const seen = await run(`mx.test:${sink.port}`);
  expect(attempt(seen, /over IPv4/)).toMatchObject({
    state: 'warning',
    detail: 'Greeted: 554 5.7.1 Not from your network',
    advice: expect.stringMatching(/^The port is open, but this server takes no mail from the address/),
  });
  expect(seen).toMatchObject({ summary: 'Port 25 is open: mail can be sent directly.', offer: null });
  sink.script.greeting = '421 4.3.2 Later';
  expect(attempt(await run(`mx.test:${sink.port}`), /over IPv4/)?.advice).toMatch(/takes nobody in just now/);
  sink.script.greeting = undefined;
  expect(attempt(await run(`mx.test:${sink.port}`), /over IPv4/)).toMatchObject({
    state: 'passed',
    advice: '',
  });
  await eventually(() => sink.now === 0, { what: 'the connections to end' });
});

test('each kind of trouble is told apart', async () => {
  const mute = await startSink({ greeting: 'hang' });
  const proxy = await startSink({ greeting: { raw: 'HTTP/1.1 400 Bad Request\r\n' } });
  const rude = await startSink({ greeting: 'drop' });
  const filter = createServer((socket) => setTimeout(() => socket.resetAndDestroy(), 20));
  filter.listen(0, '127.0.0.1');
  await once(filter, 'listening');
  stops.push(mute.stop, proxy.stop, rude.stop, () => filter.close());
  const nobody = await unusedPort('127.0.0.1');
  for (const name of ['mute.test', 'proxy.test', 'rude.test', 'filter.test', 'nobody.test'])
    zone[name] = at(name, '127.0.0.1');

  const seen = await run(
    `mute.test:${mute.port}`,
    `proxy.test:${proxy.port}`,
    `rude.test:${rude.port}`,
    `filter.test:${portOf(filter)}`,
    `nobody.test:${nobody}`,
    'unknown.test',
    'not a name',
  );
  expect(attempt(seen, /mute/)).toBeDefined();
  expect(attempt(seen, /mute\.test port \d+ over/)?.detail).toMatch(
    /^Something answered that is no mail server: it said nothing at all\.$/,
  );
  expect(attempt(seen, /proxy\.test port \d+ over/)?.detail).toMatch(
    /it said “HTTP\/1\.1 400 Bad Request”\.$/,
  );
  expect(attempt(seen, /rude\.test port \d+ over/)?.detail).toMatch(/it hung up without a word/);
  expect(attempt(seen, /filter\.test port \d+ over/)?.detail).toBe('The connection was cut at once (reset).');
  expect(attempt(seen, /nobody\.test port \d+ over/)?.detail).toBe('The connection was refused.');
  expect(attempt(seen, /Look up unknown\.test/)).toMatchObject({
    state: 'failed',
    detail: 'There is no unknown.test.',
  });
  expect(attempt(seen, /Look up not a name/)).toMatchObject({
    state: 'failed',
    advice: 'Use names such as example.com.',
  });
  expect(seen).toMatchObject({
    summary: expect.stringMatching(/turns mail on port 25 away/),
    offer: 'smart host',
  });
});

test('a domain is asked for its mail servers; a host with a port, or an address, is itself', async () => {
  const asked: string[] = [];
  const answer = (kind: string) => async (name: string) => {
    asked.push(`${kind} ${name}`);
    return at(name, '127.0.0.1');
  };
  names = { resolveHost: answer('host'), resolveMail: answer('mail') };
  await run('a.test', 'b.test:2525', '127.0.0.1', '[::1]', '[::1]:2525');
  expect(asked.sort()).toEqual(['host 127.0.0.1', 'host ::1', 'host ::1', 'host b.test', 'mail a.test']);
});

test.each([
  ['4.4.3', /^Check whether this machine is online/],
  ['5.1.2', /^Check the spelling/],
])('a name that leads nowhere, with status %s', async (status, advice) => {
  zone['lost.test'] = { kind: 'temporary', reply: noReply('No luck.', status) };
  expect((await run('lost.test:25')).steps).toMatchObject([
    { state: 'failed', detail: 'No luck.', advice: expect.stringMatching(advice) },
  ]);
});

test('whoever leaves ends it, sockets and all', async () => {
  const mute = await startSink({ greeting: 'hang' });
  stops.push(mute.stop);
  zone['a.test'] = zone['b.test'] = at('mute.test', '127.0.0.1');
  const abort = new AbortController();
  const over = testPort25({
    hosts: [`a.test:${mute.port}`, `b.test:${mute.port}`],
    names,
    publish: () => {},
    signal: abort.signal,
  });
  await eventually(() => mute.now === 2, { what: 'both connections' });
  abort.abort();
  await expect(over).rejects.toThrow();
  await eventually(() => mute.now === 0, { what: 'the connections to end' });
});

test('two domains with one mail server, and one host twice: each attempt is a step of its own', async () => {
  const sink = await startSink();
  stops.push(sink.stop);
  zone['a.test'] = zone['b.test'] = at('mx.test', '127.0.0.1');
  const { steps } = await run(`a.test:${sink.port}`, `b.test:${sink.port}`, `b.test:${sink.port}`);
  expect(steps).toHaveLength(4);
  expect(new Set(steps.map(({ id }) => id)).size).toBe(4);
  expect(steps.map(({ title }) => title)).toContain(`mx.test port ${sink.port} over IPv4`);
});

test('large providers that DNS does not know are no slip of the pen', async () => {
  const { steps, summary } = await run();
  expect(steps[0]?.advice).toMatch(/^The DNS server that this machine asks does not tell the truth/);
  expect(summary).toMatch(/^DNS knows no such mail servers/);
});

describe('what all attempts come to', () => {
  const cases: [Verdict[], RegExp, boolean][] = [
    [['greeted', 'silent', 'no name'], /^Port 25 is open/, false],
    [['no dns', 'no dns'], /^DNS does not answer/, false],
    [['no name', 'no dns'], /^DNS knows no such mail servers/, false],
    [['silent', 'no way'], /seems to be blocked by this network/, true],
    [['silent', 'refused', 'no name'], /seems to be blocked by this network/, true],
    [['reset'], /turns mail on port 25 away/, true],
    [['refused', 'no way'], /turns mail on port 25 away/, true],
    [['no mail server'], /turns mail on port 25 away/, true],
    [['no way', 'no way'], /no way out of this machine/, false],
  ];
  test.each(cases)('%j', (verdicts, summary, isBlocked) => {
    expect(conclusion(verdicts)).toEqual({ summary: expect.stringMatching(summary), isBlocked });
  });
});
