/** Size, outgoing limit, server name and trusted networks: felt by the next message. */

import { startSink } from '../server/testing/sink.ts';
import { connectSmtp } from '../server/testing/smtp-client.ts';
import { expect, test } from './fixtures.ts';
import { BODY, send, zoneOf } from './mail.ts';
import { ANNA, startService } from './service.ts';
import { SettingsWindow } from './window.ts';

const MB = 1_048_576;

test('Maximum Message Size: more is refused, declared or not', async ({ app, service }) => {
  const large = BODY + `${'x'.repeat(998)}\r\n`.repeat(1049);
  expect((await send(service, ANNA.address, { body: large })).final.code).toBe(250);
  await app.type('Maximum Message Size (MB)', '1');
  await app.applyNow();
  const declared = await send(service, ANNA.address, { mailParams: `SIZE=${MB + 1}` });
  expect(declared.final).toMatchObject({ code: 552, text: expect.stringContaining('5.3.4') });
  const undeclared = await send(service, ANNA.address, { body: large });
  expect(undeclared.final).toMatchObject({ code: 552, text: expect.stringContaining('5.3.4') });
  expect((await send(service, ANNA.address)).final.code).toBe(250);
});

test('Server name: the next client is greeted with it', async ({ app, service }) => {
  await app.openAdvanced();
  await app.type('Server name', 'Post.Example.ORG');
  await app.applyNow();
  const client = await connectSmtp({ port: service.port });
  expect(client.greeting.text).toMatch(/^post\.example\.org /i);
  await client.quit();
});

test('Trusted networks: who is not in them may not relay', async ({ app, service }) => {
  await app.openAdvanced();
  await app.type('Trusted networks', '192.0.2.0/24');
  await app.applyNow();
  const refused = await send(service, 'bob@remote.test');
  expect(refused.final).toMatchObject({ code: 550, text: expect.stringContaining('5.7.1') });
  await app.type('Trusted networks', '192.0.2.0/24\n127.0.0.1/32');
  await app.applyNow();
  expect((await send(service, 'bob@remote.test')).final.code).toBe(250);
});

test('Outgoing maximum: so many at a time, from the next message on', async ({ page, seed, atEnd }) => {
  const sink = await startSink({ body: { delayMs: 150, reply: '250 2.0.0 Taken' } });
  atEnd(sink.stop);
  const domains = ['a.test', 'b.test', 'c.test'];
  const service = await startService({
    seed,
    zone: zoneOf(...domains),
    settings: { outgoing: { maxConnections: 1 }, delivery: { mxPort: sink.port } },
  });
  atEnd(service.remove);
  const app = new SettingsWindow(page);
  await app.open(service.address);

  const sendAll = () => Promise.all(domains.map((domain) => send(service, `bob@${domain}`)));
  await sendAll();
  await sink.waitFor(3);
  expect(sink.maxTransactions).toBe(1);
  await app.type('Maximum Connections', '3');
  await expect(app.preview).toHaveText('Outgoing, Maximum Connections: 3.');
  await app.applyNow();
  await sendAll();
  await sink.waitFor(6);
  expect(sink.maxTransactions).toBe(3);
});
