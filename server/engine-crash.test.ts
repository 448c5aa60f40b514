import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from './store/store.ts';
import { type Child, runWaypost } from './testing/fixtures/child-process.ts';
import { startTestEngine } from './testing/fixtures/engine.ts';
import { unusedPort } from './testing/ports.ts';
import { sendMail } from './testing/send-mail.ts';
import { startSink } from './testing/sink.ts';
import { connectSmtp } from './testing/smtp-client.ts';
import { eventually, temporaryFolder } from './testing/temp.ts';

const ROUNDS = 3;
const SESSIONS = 5;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let service: Child | undefined;

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  service?.process.kill('SIGKILL');
  await service?.ended;
  await folder.remove();
});

async function waypost(args: string[], input = ''): Promise<number | string> {
  const child = runWaypost([...args, '--data', folder.path]);
  child.process.stdin.end(input);
  return child.ended;
}

async function serve(settings: string[] = []): Promise<Child> {
  service = runWaypost(['serve', '--no-ui', '--data', folder.path, ...settings]);
  const up = async () => (await waypost(['status'])) === 0;
  await eventually(up, { what: 'the service', timeoutMs: 20_000 });
  return service;
}

/** Sends numbered messages until the connection breaks, and notes those that were acknowledged. */
async function sendUntilItBreaks(port: number, name: string, acknowledged: Set<string>): Promise<void> {
  try {
    const client = await connectSmtp({ port });
    await client.command('EHLO client.test');
    for (let index = 0; ; index++) {
      const id = `${name}-${index}`;
      // Every seventh is large enough to be stored as a file.
      const body = `Subject: ${id}\r\n\r\n${'x'.repeat(index % 7 === 0 ? 300_000 : 100)}\r\n`;
      await client.command('MAIL FROM:<load@client.test>');
      await client.command('RCPT TO:<anna@waypost.test>');
      if (index % 3 === 0) await client.command('RCPT TO:<bob@away.test>');
      if ((await client.data(body)).code === 250) acknowledged.add(id);
    }
  } catch {
    // The service was killed, as it should be.
  }
}

it('loses nothing that was acknowledged when it is killed under load', { timeout: 120_000 }, async () => {
  const port = await unusedPort('127.0.0.1');
  const at = (own: number) => ({ port: own, address: '127.0.0.1' });
  const settings = JSON.stringify({
    hostname: 'mail.waypost.test',
    incoming: { primary: at(port), secondary: at(await unusedPort('127.0.0.1')), maxPerHost: 10 },
    // Nobody listens there, so what is for others stays in the queue.
    smartHost: { enabled: true, exclusive: true, host: `127.0.0.1:${await unusedPort('127.0.0.1')}` },
  });
  await serve();
  expect(await waypost(['settings', 'apply', '-'], settings)).toBe(0);
  expect(await waypost(['account', 'add', 'anna@waypost.test', '--password-stdin'], 'secret')).toBe(0);
  const acknowledged = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const before = acknowledged.size;
    const load = Array.from({ length: SESSIONS }, (_, n) =>
      sendUntilItBreaks(port, `${round}-${n}`, acknowledged),
    );
    await eventually(() => acknowledged.size > before + 50 + round * 37, { what: 'load', timeoutMs: 20_000 });
    service?.process.kill('SIGKILL');
    await Promise.all(load);
    await serve();
  }
  service?.process.kill('SIGTERM');
  expect(await service?.ended).toBe(0);

  const store = await openStore(folder.path);
  const anna = await store.accounts.find('anna@waypost.test');
  const stored = await store.mailboxes.list(anna?.id ?? 0);
  const queued = await store.queue.list();
  const subjects = stored.map((entry) => entry.subject);
  expect([...acknowledged].filter((id) => !subjects.includes(id))).toEqual([]);
  // Every third went to bob too, in the same commit: as many are in the queue as in the mailbox.
  expect(queued).toHaveLength(subjects.filter((subject) => Number(subject.split('-')[2]) % 3 === 0).length);
  for (const entry of stored.slice(-20)) {
    const raw = await store.mailboxes.raw(anna?.id ?? 0, entry.id);
    expect((await raw?.read(0, raw.total))?.length).toBe(entry.size);
  }
  await store.close();
});

it('goes on with its queue after stop and start', async () => {
  const engine = await startTestEngine({ zone: { 'away.test': 'servfail' } });
  await sendMail({
    port: engine.port,
    from: 'a@b.test',
    to: 'bob@away.test',
    body: 'Subject: x\r\n\r\ny\r\n',
  });
  await eventually(async () => (await engine.engine.status()).queue.deferred === 1, {
    what: 'a deferred recipient',
  });
  await engine.restart();
  expect(await engine.engine.queue.list()).toMatchObject([
    { to: 'bob@away.test', state: 'deferred', attempts: 1 },
  ]);

  const sink = await startSink();
  await engine.engine.apply({
    smartHost: { enabled: true, exclusive: true, host: `127.0.0.1:${sink.port}` },
  });
  await sink.waitFor(1);
  await sink.stop();
  await engine.stop();
});

it('lets a delivery in flight finish when it stops, and keeps what could not', async () => {
  const slow = await startSink({ body: () => ({ delayMs: 500, reply: '250 2.0.0 ok' }) });
  const engine = await startTestEngine({
    settings: {
      smartHost: { enabled: true, exclusive: true, host: `127.0.0.1:${slow.port}` },
      outgoing: { maxConnections: 1 },
    },
  });
  for (const name of ['one', 'two']) {
    await sendMail({
      port: engine.port,
      from: 'a@b.test',
      to: `${name}@away.test`,
      body: 'Subject: x\r\n\r\ny\r\n',
    });
  }
  await eventually(() => slow.maxTransactions === 1, { what: 'a transaction under way' });
  await engine.restart();
  await slow.waitFor(2);
  expect(slow.messages.map((message) => message.rcpts[0]?.address)).toEqual([
    'one@away.test',
    'two@away.test',
  ]);
  await slow.stop();
  await engine.stop();
});
