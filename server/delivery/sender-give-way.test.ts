/** Few outgoing connections, and a destination that says nothing: mail for others does not wait for it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultSettings } from '../contract/settings.ts';
import { mergeSettings } from '../contract/validate.ts';
import { startDns } from '../testing/dns.ts';
import { queuedFor, startTestStore, type TestStore, testMessage } from '../testing/fixtures/store.ts';
import { canListenOn } from '../testing/ports.ts';
import { type SinkHosts, startSinkHosts } from '../testing/sink.ts';
import { eventually } from '../testing/temp.ts';
import { Sender } from './sender.ts';

const SILENT = '127.0.0.1';
const GOOD = '127.0.0.2';

let test: TestStore;
let hosts: SinkHosts;
let sender: Sender;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  test = await startTestStore();
  stops.push(() => test.stop());
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(): Promise<void> {
  hosts = await startSinkHosts([SILENT, GOOD], (host) => (host === SILENT ? { greeting: 'hang' } : {}));
  stops.push(() => hosts.stop());
  const dns = await startDns({ 'silent.test': { A: [SILENT] }, 'good.test': { A: [GOOD] } });
  stops.push(() => dns.stop());
  const merged = mergeSettings(defaultSettings('our.test'), {
    outgoing: { maxConnections: 1 },
    delivery: { dnsServers: [dns.address], mxPort: hosts.port },
  });
  if (!merged.ok) throw new Error('The settings are not valid.');
  sender = new Sender({
    store: test.store,
    settings: () => merged.settings,
    ownPorts: () => [],
    log: (entry) => test.store.log.write(entry),
    timeouts: { giveWay: 200 },
  });
  stops.push(() => sender.stop(0));
  sender.start();
}

async function queue(id: string, address: string): Promise<void> {
  const queued = queuedFor(address);
  await test.store.ledger.accept(
    testMessage('Subject: x\r\n\r\nx\r\n', { id, queued, receivedAt: Date.now() }),
  );
  sender.wake();
}

it.runIf(await canListenOn(GOOD))('it gives way to them, waits its turn, and keeps its mail', async () => {
  await start();
  const [silent, good] = hosts.sinks;
  await queue('S', 'bob@silent.test');
  await eventually(() => silent?.now === 1);
  await queue('G', 'bob@good.test');
  await good?.waitFor(1);
  await eventually(async () => (await test.store.queue.list()).length === 1);
  expect(await test.store.queue.list()).toMatchObject([
    {
      id: 'S-1',
      state: 'deferred',
      attempts: 1,
      lastReply: expect.stringContaining('did not answer in time'),
    },
  ]);
});
