import { afterEach, expect, it, vi } from 'vitest';
import { startEngine } from './engine/start.ts';
import { type Child, runWaypost } from './testing/fixtures/child-process.ts';
import { startTestEngine } from './testing/fixtures/engine.ts';
import { unusedPort } from './testing/ports.ts';
import { type ReadReport, readReport } from './testing/read-report.ts';
import { sendMail } from './testing/send-mail.ts';
import { type Sink, startSink } from './testing/sink.ts';
import { connectSmtp } from './testing/smtp-client.ts';
import { eventually, temporaryFolder } from './testing/temp.ts';

const HOUR = 3_600_000;
const ANNA = 'anna@waypost.test';
const MANY = 1000;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  vi.useRealTimers();
});

/** A SmartHost that refuses all recipients, and the settings for it. */
async function refusing(): Promise<{ relay: Sink; settings: object }> {
  const relay = await startSink({ rcpt: '550 5.1.1 No such user' });
  stops.push(relay.stop);
  const smartHost = { enabled: true, exclusive: true, host: `127.0.0.1:${relay.port}` };
  return { relay, settings: { smartHost, outgoing: { maxConnections: 4 } } };
}

async function start(settings: object) {
  const waypost = await startTestEngine({ settings });
  stops.push(waypost.stop);
  await waypost.addAccount(ANNA);
  return waypost;
}

/** Sends messages to r0, r1 … over a few connections, as long as somebody listens. Returns who was taken. */
async function sendMany(port: number, from: number, until: number): Promise<string[]> {
  const taken: string[] = [];
  const connections = 4;
  async function sendSome(offset: number): Promise<void> {
    const client = await connectSmtp({ port });
    await client.command('EHLO client.test');
    for (let index = from + offset; index < until; index += connections) {
      const to = `r${index}@away.test`;
      await client.command(`MAIL FROM:<${ANNA}>`);
      await client.command(`RCPT TO:<${to}>`);
      const { code } = await client.data(`Subject: ${index}\r\nMessage-ID: <${index}@x.test>\r\n\r\nHi\r\n`);
      if (code === 250) taken.push(to);
    }
    await client.quit();
  }
  await Promise.allSettled(Array.from({ length: connections }, (_, offset) => sendSome(offset)));
  return taken;
}

const named = (reports: readonly ReadReport[]) =>
  reports
    .flatMap(({ recipients }) => recipients.map((each) => each['final-recipient']?.split(' ')[1]))
    .sort();

type Waypost = Awaited<ReturnType<typeof startTestEngine>>;

async function reportsOf(waypost: Waypost, count: number): Promise<ReadReport[]> {
  await eventually(async () => (await waypost.mailbox(ANNA)).length === count, { what: `${count} reports` });
  return Promise.all((await waypost.mailbox(ANNA)).map(readReport));
}

const isEmpty = async ({ engine }: Pick<Waypost, 'engine'>) => (await engine.queue.list()).length === 0;

it('makes 1,000 failures 20 reports and one digest, which name everybody once', {
  timeout: 120_000,
}, async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 10), toFake: ['Date'] });
  const { settings } = await refusing();
  const waypost = await start(settings);
  const sent = await sendMany(waypost.port, 0, MANY);
  expect(sent).toHaveLength(MANY);
  const patience = { what: 'the failures', timeoutMs: 60_000, intervalMs: 200 };
  await eventually(() => isEmpty(waypost), patience);
  expect(await waypost.mailbox(ANNA)).toHaveLength(20);
  waypost.engine.sleep();
  vi.setSystemTime(Date.now() + HOUR);
  waypost.engine.wakeUp();
  const got = await reportsOf(waypost, 21);
  const digest = got.at(-1);
  expect(digest?.subject).toBe('What became of your messages (980 recipients)');
  expect(named(got)).toEqual(sent.sort());
  for (const each of digest?.recipients ?? []) {
    expect(each).toMatchObject({ action: 'failed', status: '5.1.1' });
    expect(each['diagnostic-code']).toBe('smtp; 550 5.1.1 No such user');
  }
  const lines = digest?.text.split('\n').filter((line) => line.includes('No such user')) ?? [];
  expect(lines).toHaveLength(980);
  expect(lines[0]).toMatch(
    /^ {4}r\d+@away\.test: the SmartHost 127\.0\.0\.1 said: 550 5\.1\.1 No such user \("\d+" of Sun, 22 Nov 2026,/,
  );
  // What comes after it is told at once again.
  await sendMail({ port: waypost.port, from: ANNA, to: 'one-more@away.test', body: 'Subject: x\r\n\r\n' });
  const more = await reportsOf(waypost, 22);
  expect(more.at(-1)?.recipients[0]?.['final-recipient']).toBe('rfc822; one-more@away.test');
});

it('counts reports over a restart, and its digest comes after one', async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 10), toFake: ['Date'] });
  const { settings } = await refusing();
  const waypost = await start(settings);
  const sent = await sendMany(waypost.port, 0, 15);
  await reportsOf(waypost, 15);
  await waypost.restart();
  sent.push(...(await sendMany(waypost.port, 15, 30)));
  await reportsOf(waypost, 20);
  await eventually(() => isEmpty(waypost));
  vi.setSystemTime(Date.now() + 2 * HOUR);
  await waypost.restart();
  const got = await reportsOf(waypost, 21);
  expect(got.at(-1)?.recipients).toHaveLength(10);
  expect(named(got)).toEqual(sent.sort());
});

it('holds for what is removed by hand, too', async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 10), toFake: ['Date'] });
  const { settings } = await refusing();
  const waypost = await start(settings);
  waypost.engine.traffic.pause('outgoing');
  const sent = await sendMany(waypost.port, 0, 30);
  const filter = { text: '', domain: '' };
  const steered = await waypost.engine.queue.steerMany({ verb: 'remove', report: true, filter, except: [] });
  expect(steered).toMatchObject({ count: 30, reports: 20 });
  waypost.engine.sleep();
  vi.setSystemTime(Date.now() + HOUR);
  waypost.engine.wakeUp();
  const got = await reportsOf(waypost, 21);
  expect(got.at(-1)?.text).toContain('Removed by the administrator of this server:');
  expect(named(got)).toEqual(sent.sort());
});

it('loses nobody when Waypost is killed between the failures and the digest', {
  timeout: 240_000,
}, async () => {
  const { path: folder, remove } = await temporaryFolder();
  stops.push(remove);
  let service: Child | undefined;
  stops.push(async () => {
    service?.process.kill('SIGKILL');
    await service?.ended;
  });
  const { relay, settings } = await refusing();
  const port = await unusedPort('127.0.0.1');
  const at = (own: number) => ({ port: own, address: '127.0.0.1' });
  const incoming = { primary: at(port), secondary: at(await unusedPort('127.0.0.1')) };
  const settingsPatch = { ...settings, hostname: 'mail.waypost.test', incoming };
  const before = await startEngine({ dataFolder: folder, version: 'test', settingsPatch });
  await before.accounts.add({ address: ANNA, password: 'secret' });
  await before.stop();

  const serve = async () => {
    service = runWaypost(['serve', '--no-ui', '--data', folder]);
    const greets = async () => {
      const client = await connectSmtp({ port });
      client.destroy();
      return client.greeting.code === 220;
    };
    await eventually(greets, { what: 'the service', timeoutMs: 60_000, intervalMs: 100 });
  };
  const sent: string[] = [];
  const refused = () =>
    relay.sessions.flatMap(({ commands }) => commands).filter((line) => /^RCPT/.test(line));
  for (const round of [0, 1]) {
    await serve();
    const earlier = refused().length;
    const sending = sendMany(port, round * 1000, round * 1000 + 500);
    // In the middle of sending, of settling, and of postponing.
    await eventually(() => refused().length > earlier + 60 + round * 53, {
      what: 'refusals',
      timeoutMs: 60_000,
    });
    service?.process.kill('SIGKILL');
    await service?.ended;
    sent.push(...(await sending));
  }
  expect(sent.length).toBeGreaterThan(100);

  // Reports count by the time of the process that wrote them.
  vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
  const engine = await startEngine({ dataFolder: folder, version: 'test', graceMs: 0 });
  stops.push(() => engine.stop());
  await eventually(() => isEmpty({ engine }), { what: 'an empty queue', timeoutMs: 30_000 });
  engine.sleep();
  vi.setSystemTime(Date.now() + 2 * HOUR);
  engine.wakeUp();
  const { id } = await engine.accounts.find(ANNA);
  const entries = await eventually(
    async () => {
      const all = await engine.store.mailboxes.list(id);
      return all.length === 21 ? all : undefined;
    },
    { what: '20 reports and a digest' },
  );
  const reports = await Promise.all(
    entries.map(async (entry) => {
      const raw = await engine.store.mailboxes.raw(id, entry.id);
      return readReport((await raw?.read(0, raw.total)) ?? Buffer.alloc(0));
    }),
  );
  const all = named(reports);
  expect(new Set(all).size).toBe(all.length);
  expect(sent.filter((address) => !all.includes(address))).toEqual([]);
});
