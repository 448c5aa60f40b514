import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../contract/settings.ts';
import { mergeSettings } from '../contract/validate.ts';
import { queuedFor, startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import { type Sink, startSink } from '../testing/sink.ts';
import { eventually } from '../testing/temp.ts';
import { Sender } from './sender.ts';

let test: TestStore;
let sink: Sink;
let sender: Sender;

beforeEach(async () => {
  test = await startTestStore();
  sink = await startSink({ rcpt: ({ address }) => (address.startsWith('no') ? '550 5.1.1 No' : undefined) });
  const smartHost = { enabled: true, exclusive: true, host: `127.0.0.1:${sink.port}` };
  const merged = mergeSettings(defaultSettings('our.test'), { smartHost });
  if (!merged.ok) throw new Error('The settings are not valid.');
  const settings: Settings = merged.settings;
  const { store } = test;
  sender = new Sender({
    store,
    settings: () => settings,
    ownPorts: () => [],
    log: (entry) => store.log.write(entry),
  });
});
afterEach(async () => {
  await sender.stop(0);
  await sink.stop();
  await test.stop();
});

async function queue(...to: string[]): Promise<void> {
  const envelope = { sender: 'ann@our.test', smtpUtf8: false, ret: null, envid: null };
  const message = { envelope, queued: queuedFor(...to), receivedAt: Date.now() };
  await test.store.ledger.accept(testMessage('Subject: x\r\n\r\nx\r\n', message));
  sender.wake();
}

const isEmpty = () => eventually(async () => (await test.store.queue.list()).length === 0);

it('writes the report anew when its mailbox goes while it is being committed, and sends nothing twice', async () => {
  const { ledger } = test.store;
  const ann = await test.addAccount('ann@our.test');
  await test.addAccount('ben@our.test');
  const settle = ledger.settle.bind(ledger);
  ledger.settle = async (...change) => {
    ledger.settle = settle;
    await test.store.accounts.remove(ann.id);
    return settle(...change);
  };
  sender.start();
  await queue('yes@a.test', 'no@a.test');
  await isEmpty();
  expect(sink.messages.map(({ rcpts }) => rcpts.map(({ address }) => address))).toEqual([['yes@a.test']]);
  const texts = (await test.store.log.search({ limit: 9 })).map(({ text }) => text);
  expect(texts).toContain('No report: the sender ann@our.test has no mailbox here any more.');
  expect(texts.filter((text) => text.startsWith("The outcome can't be stored yet:"))).toHaveLength(1);
});

it('keeps an outcome that can not be reported yet, and does not send the message again', async () => {
  const { accounts } = test.store;
  await test.addAccount('ann@our.test');
  const find = accounts.find.bind(accounts);
  let faults = 0;
  accounts.find = (key) => (faults++ === 0 ? Promise.reject(new Error('disk I/O error')) : find(key));
  sender.start();
  await queue('yes@a.test', 'no@a.test');
  await isEmpty();
  expect([sink.messages.length, faults]).toEqual([1, 2]);
  expect(await test.store.mailboxes.list(1)).toHaveLength(1);
});
