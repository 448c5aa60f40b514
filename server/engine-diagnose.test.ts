/** The tests of the ways in and out as window and command line ask for them: by settings, with stored secrets. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DiagnosisView } from './contract/diagnose.ts';
import { SettingsRefused } from './settings/service.ts';
import { startTestEngine, type TestEngine } from './testing/fixtures/engine.ts';
import { type Bench, openBench, PASSWORD, stepOf } from './testing/fixtures/smart-host-trial.ts';
import { eventually } from './testing/temp.ts';

let bench: Bench;
let waypost: TestEngine;
let port: number;

beforeEach(async () => {
  bench = openBench();
  const sink = await bench.peer({
    starttls: 'on',
    auth: { users: { anna: PASSWORD }, offered: 'after-tls' },
  });
  port = sink.port;
  waypost = await startTestEngine({ zone: { 'smart.test': { A: ['127.0.0.1'] } } });
  await waypost.engine.apply({
    smartHost: {
      enabled: true,
      host: `smart.test:${port}`,
      authenticate: true,
      account: 'anna',
      password: PASSWORD,
    },
  });
});
afterEach(async () => {
  await waypost.stop();
  await bench.stop();
});

async function smartHost(patch: object = {}, sendTo?: string): Promise<DiagnosisView> {
  const { engine } = waypost;
  let last: DiagnosisView | undefined;
  for await (const view of engine.diagnose.smartHost(engine.merge(patch), sendTo)) last = view;
  if (!last?.isOver) throw new Error('It has no end.');
  return last;
}

test('the stored password is used where none is entered, and never told', async () => {
  const seen = await smartHost({ 'smartHost.exclusive': true });
  expect(stepOf(seen, 'sign-in')?.state).toBe('passed');
  expect(JSON.stringify(seen)).not.toContain(PASSWORD);
});

test('what is entered counts before what is applied, and changes nothing', async () => {
  const before = waypost.engine.settings;
  const wrong = await smartHost({ 'smartHost.password': 'wrong' });
  expect(stepOf(wrong, 'sign-in')).toMatchObject({ state: 'failed' });
  expect(stepOf(await smartHost({ 'smartHost.host': 'nowhere.test' }), 'dns')).toMatchObject({
    state: 'failed',
    detail: 'The name nowhere.test does not exist.',
  });
  expect(waypost.engine.settings).toBe(before);
});

test('nothing of the password comes into the log', async () => {
  await smartHost();
  await smartHost({ 'smartHost.password': 'wr0ng-password' });
  const log = JSON.stringify(await waypost.engine.store.log.search({ limit: 1000 }));
  for (const secret of [PASSWORD, 'wr0ng-password', Buffer.from(PASSWORD).toString('base64')])
    expect(log).not.toContain(secret);
});

test('this very server is no SmartHost', async () => {
  expect(stepOf(await smartHost({ 'smartHost.host': `smart.test:${waypost.port}` }), 'dns')).toMatchObject({
    state: 'failed',
    detail: `smart.test port ${waypost.port} is this server itself: mail would go in circles.`,
  });
});

test.each(['anna', 'a@b@', 'anna@example.com\r\nDATA', 'jörg@example.com', ' anna@example.com'])(
  'no message goes to %j',
  (sendTo) => {
    const { diagnose, settings } = waypost.engine;
    expect(() => diagnose.smartHost(settings.settings, sendTo)).toThrow(SettingsRefused);
  },
);

test('leaving it, and stopping the engine, both end what runs', async () => {
  const mute = await bench.peer({ greeting: 'hang' });
  const { engine } = waypost;
  const start = () =>
    engine.diagnose.smartHost(engine.merge({ 'smartHost.host': `smart.test:${mute.port}` }));
  const left = start();
  await left.next();
  await eventually(() => mute.now === 1 || left.next().then(() => false), { what: 'the connection' });
  // A `next` that waits is what a generator finishes first; the signal of the caller is what ends it at once.
  const abort = new AbortController();
  const aborted = engine.diagnose.smartHost(
    engine.merge({ 'smartHost.host': `smart.test:${mute.port}` }),
    undefined,
    abort.signal,
  );
  const over = (async () => {
    for await (const _ of aborted);
  })();
  await eventually(() => mute.now === 2, { what: 'the second connection' });
  abort.abort();
  await over;
  await eventually(() => mute.now === 1, { what: 'the end of the second' });
  await left.return();
  await eventually(() => mute.now === 0, { what: 'the end of the first' });

  const last = (async () => {
    for await (const _ of start());
  })();
  await eventually(() => mute.now === 1, { what: 'the third connection' });
  await waypost.restart();
  await last;
  await eventually(() => mute.now === 0, { what: 'the end of the third' });
});
