import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DiagnosisView } from '../contract/diagnose.ts';
import { noReply } from '../mail/reply.ts';
import { portOf } from '../testing/ports.ts';
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
    state: 'passed',
    detail: 'Greeted: 554 5.7.1 Not from your network',
  });
  expect(seen).toMatchObject({ summary: 'Port 25 is open: mail can be sent directly.', offer: null });
  await eventually(() => expect(sink.now).toBe(0));
});

test('each kind of trouble is told apart', async () => {
  const mute = await startSink({ greeting: 'hang' });
  const proxy = await startSink({ greeting: { raw: 'HTTP/1.1 400 Bad Request\r\n' } });
  const rude = await startSink({ greeting: 'drop' });
  stops.push(mute.stop, proxy.stop, rude.stop);
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const nobody = portOf(closed);
  await new Promise((resolve) => closed.close(resolve));
  for (const name of ['mute.test', 'proxy.test', 'rude.test', 'nobody.test'])
    zone[name] = at(name, '127.0.0.1');

  const seen = await run(
    `mute.test:${mute.port}`,
    `proxy.test:${proxy.port}`,
    `rude.test:${rude.port}`,
    `nobody.test:${nobody}`,
    'unknown.test',
    'not a name',
  );
  expect(attempt(seen, /mute/)).toBeDefined();
  expect(attempt(seen, /mute\.test over/)?.detail).toMatch(
    /^Something answered that is no mail server: it said nothing at all/,
  );
  expect(attempt(seen, /proxy\.test over/)?.detail).toMatch(/it said HTTP\/1\.1 400 Bad Request\.$/);
  expect(attempt(seen, /rude\.test over/)?.detail).toMatch(/it said nothing, and hung up/);
  expect(attempt(seen, /nobody\.test over/)?.detail).toBe('The connection was refused.');
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

describe('what all attempts come to', () => {
  const cases: [Verdict[], RegExp, boolean][] = [
    [['greeted', 'silent', 'no name'], /^Port 25 is open/, false],
    [['no name', 'no name'], /^DNS does not answer/, false],
    [['silent', 'no way'], /seems to be blocked by this network/, true],
    [['silent', 'refused', 'no name'], /seems to be blocked by this network/, true],
    [['refused', 'no way'], /turns mail on port 25 away/, true],
    [['no mail server'], /turns mail on port 25 away/, true],
    [['no way', 'no way'], /no way out of this machine/, false],
  ];
  test.each(cases)('%j', (verdicts, summary, isBlocked) => {
    expect(conclusion(verdicts)).toEqual({ summary: expect.stringMatching(summary), isBlocked });
  });
});
