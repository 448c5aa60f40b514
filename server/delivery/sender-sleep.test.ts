import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../contract/settings.ts';
import { mergeSettings } from '../contract/validate.ts';
import { queuedFor, startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import { type Sink, type SinkOptions, startSink } from '../testing/sink.ts';
import type { SinkReply } from '../testing/sink-script.ts';
import { eventually } from '../testing/temp.ts';
import { Sender } from './sender.ts';

/** How long an attempt may get nowhere after waking, here. */
const PATIENCE_MS = 200;

let test: TestStore;
let sink: Sink;
let sender: Sender;
let isAwake: boolean;

async function start(options: SinkOptions): Promise<void> {
  sink = await startSink(options);
  const smartHost = { enabled: true, exclusive: true, host: `127.0.0.1:${sink.port}` };
  const merged = mergeSettings(defaultSettings('our.test'), { smartHost });
  if (!merged.ok) throw new Error('The settings are not valid.');
  const settings: Settings = merged.settings;
  sender = new Sender({
    store: test.store,
    settings: () => settings,
    ownPorts: () => [],
    mayStart: () => isAwake,
    log: (entry) => test.store.log.write(entry),
    patienceMs: PATIENCE_MS,
  });
  sender.start();
}

async function queue(id: string, content = 'Subject: x\r\n\r\nx\r\n'): Promise<void> {
  const queued = queuedFor('bob@away.test');
  await test.store.ledger.accept(testMessage(content, { id, queued, receivedAt: Date.now() }));
  sender.wake();
}

const sleep = () => {
  isAwake = false;
  sender.sleep();
};
const wakeUp = () => {
  isAwake = true;
  sender.wakeUp();
};
const rows = () => test.store.queue.list();
const isEmpty = () => eventually(async () => (await rows()).length === 0, { what: 'an empty queue' });

beforeEach(async () => {
  test = await startTestStore();
  isAwake = true;
});
afterEach(async () => {
  await sender.stop(0);
  await sink.stop();
  await test.stop();
});

/** The first connection does this at the step, later ones are friendly. */
const firstDoes =
  (reply: SinkReply) =>
  ({ session }: { session: { id: number } }) =>
    session.id === 1 ? reply : undefined;

describe('an attempt that the sleep catches', () => {
  it.each([
    ['at the greeting', { greeting: firstDoes('hang') }],
    ['at MAIL', { mail: firstDoes('hang') }],
    ['at DATA', { data: firstDoes('hang') }],
  ])('and that hangs %s is cut after waking, was none, and is made again', async (_, script) => {
    await start(script);
    await queue('M');
    await eventually(() => sink.now === 1 && sender.running === 1);
    sleep();
    await new Promise((resolve) => setTimeout(resolve, 3 * PATIENCE_MS));
    expect([sender.running, sink.sessions[0]?.closed]).toEqual([1, false]);
    wakeUp();
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS / 2));
    expect(sink.sessions[0]?.closed).toBe(false);
    await sink.waitFor(1);
    expect(sink.sessions).toHaveLength(2);
    await isEmpty();
    expect(await test.store.log.search({ limit: 99, text: 'the machine slept' })).toHaveLength(1);
  });

  it('and whose connection is lost stays as it was, and is not made again before waking', async () => {
    await start({ mail: firstDoes('hang') });
    await queue('M');
    await eventually(() => sink.sessions[0]?.transactions === 0 && sink.sessions[0]?.commands.length === 2);
    const before = await rows();
    sleep();
    const address = sink.port;
    await sink.stop();
    await eventually(() => sender.running === 0);
    sender.wake();
    expect(await rows()).toEqual(before);
    expect(before).toMatchObject([{ attempts: 0, state: 'due', lastReply: null }]);
    sink = await startSink({ port: address });
    wakeUp();
    await sink.waitFor(1);
    await isEmpty();
  });

  it('but has its answer counts: delivered and failed are final', async () => {
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<undefined>();
    await start({
      body: async ({ message }) => {
        await mayAnswer;
        return message.body.includes('bad') ? '554 5.6.0 no' : undefined;
      },
    });
    await queue('GOOD');
    await queue('BAD', 'Subject: bad\r\n\r\nbad\r\n');
    await eventually(() => sender.running === 2);
    sleep();
    answer(undefined);
    await eventually(() => sender.running === 0);
    expect([sink.messages, sink.refused].map(({ length }) => length)).toEqual([1, 1]);
    // All that is left is the report about the one that failed, and it waits for the waking.
    expect(await rows()).toMatchObject([{ from: '', to: 'ben@example.net', state: 'due' }]);
  });

  it('with the whole message out is not cut, and waits its turn when the reply never comes', async () => {
    const { promise: isOver, resolve: lose } = Promise.withResolvers<void>();
    await start({ body: ({ session }) => (session.id === 1 ? isOver.then(() => 'drop') : undefined) });
    await queue('M');
    await eventually(() => sink.sessions[0]?.commands.at(-1) === 'DATA' && sender.running === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    sleep();
    wakeUp();
    await new Promise((resolve) => setTimeout(resolve, 3 * PATIENCE_MS));
    expect([sender.running, sink.sessions[0]?.closed]).toEqual([1, false]);
    lose();
    await eventually(async () => (await rows())[0]?.attempts === 1);
    const [row] = await rows();
    expect([row?.state, sink.sessions.length]).toEqual(['deferred', 1]);
    expect(row?.nextAttemptAt).toBeGreaterThan(Date.now() + 60_000);
  });

  it('is not cut while its message moves on', async () => {
    await start({});
    const { promise, resolve } = Promise.withResolvers<void>();
    let parts = 0;
    // Stands for a line that is slow but alive: a part every now and then, over several times the patience.
    const original = test.store.bodies.open.bind(test.store.bodies);
    test.store.bodies.open = async (id) => {
      const { Readable } = await import('node:stream');
      const whole = Buffer.concat(await (await original(id)).toArray());
      async function* slowly() {
        for (; parts < whole.length; parts++) {
          yield whole.subarray(parts, parts + 1);
          if (parts === 1) await promise;
          await new Promise((after) => setTimeout(after, PATIENCE_MS / 4));
        }
      }
      return Readable.from(slowly(), { objectMode: false });
    };
    await queue('M', 'Subject: slow\r\n\r\nx\r\n');
    await eventually(() => parts === 1);
    sleep();
    wakeUp();
    resolve();
    await sink.waitFor(1);
    expect(sink.sessions).toHaveLength(1);
    await isEmpty();
  });
});

describe('an attempt after waking', () => {
  it('counts again, also when another one was caught', async () => {
    await start({ mail: '451 4.3.0 later' });
    sleep();
    wakeUp();
    await queue('M');
    await eventually(async () => (await rows())[0]?.attempts === 1);
  });

  it('takes no connection from before the sleep', async () => {
    await start({});
    await queue('ONE');
    await sink.waitFor(1);
    await isEmpty();
    sleep();
    await eventually(() => sink.now === 0);
    wakeUp();
    await queue('TWO');
    await sink.waitFor(2);
    expect(sink.sessions).toHaveLength(2);
  });
});
