import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRouter } from './api.ts';
import { startTestEngine, type TestEngine } from './testing/fixtures/engine.ts';
import { sendMail } from './testing/send-mail.ts';
import { type Sink, startSink } from './testing/sink.ts';
import { connectSmtp, type SmtpClientOptions } from './testing/smtp-client.ts';
import { eventually } from './testing/temp.ts';

const BODY = 'Subject: x\r\n\r\nText\r\n';
const REFUSAL = '421 4.3.2 mail.waypost.test Not receiving mail at the moment, please try again later';

let waypost: TestEngine;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  waypost = await startTestEngine({ settings: { incoming: { maxPerHost: 10 } } });
  await waypost.addAccount('anna@waypost.test');
});
afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0)) await stop();
  await waypost.stop();
});

const api = () => createRouterClient(createRouter(waypost.engine));
const serverLog = async () =>
  (await api().log.search({ kind: 'server', text: 'by hand', limit: 99 })).map(({ text }) => text);

/** What a newcomer is told first, and whether the connection is then closed. */
async function newcomer(options: SmtpClientOptions): Promise<string> {
  const client = await connectSmtp(options);
  const { code, text } = client.greeting;
  if (code === 421) await client.closed;
  else await client.quit();
  return `${code} ${text}`;
}

/** A SmartHost to which all mail goes. */
async function smartHost(script: Parameters<typeof startSink>[0] = {}): Promise<Sink> {
  const sink = await startSink(script);
  stops.push(sink.stop);
  await api().settings.apply({
    patch: { smartHost: { enabled: true, exclusive: true, host: `127.0.0.1:${sink.port}` } },
  });
  return sink;
}

const sendAway = () =>
  sendMail({ port: waypost.port, from: 'anna@waypost.test', to: 'bob@away.test', body: BODY });
const queue = () => api().queue.list();

describe('receiving that is paused', () => {
  it('turns newcomers away on every port, lets open sessions deliver, and begins again', async () => {
    const incoming = { secondary: { port: waypost.secondPort, security: 'tls' } };
    await api().settings.apply({ patch: { incoming } });
    const session = await connectSmtp({ port: waypost.port });
    await session.command('EHLO client.test');

    expect(await api().traffic.pause({ direction: 'incoming' })).toEqual({ incoming: true, outgoing: false });
    expect(await newcomer({ port: waypost.port })).toBe(REFUSAL);
    expect(await newcomer({ port: waypost.secondPort, tls: true })).toBe(REFUSAL);
    const status = await api().status.get();
    expect(status.paused).toEqual({ incoming: true, outgoing: false });
    expect(status.listeners.map(({ state }) => state)).toEqual(['listening', 'listening']);

    await session.command('MAIL FROM:<bob@remote.test>');
    await session.command('RCPT TO:<anna@waypost.test>');
    expect((await session.data(BODY)).code).toBe(250);
    await session.command('MAIL FROM:<bob@remote.test>');
    await session.command('RCPT TO:<anna@waypost.test>');
    expect((await session.data(BODY)).code).toBe(250);
    await session.quit();

    await api().traffic.pause({ direction: 'incoming' });
    expect(await api().traffic.resume({ direction: 'incoming' })).toEqual({
      incoming: false,
      outgoing: false,
    });
    expect(await newcomer({ port: waypost.port })).toMatch(/^220 /);
    expect(await newcomer({ port: waypost.secondPort, tls: true })).toMatch(/^220 /);
    expect(await waypost.mailbox('anna@waypost.test')).toHaveLength(2);
    expect(await serverLog()).toEqual(['Receiving was paused by hand.', 'Receiving was resumed by hand.']);
  });

  it('does not keep mail from being sent', async () => {
    const sink = await smartHost();
    const session = await connectSmtp({ port: waypost.port });
    await api().traffic.pause({ direction: 'incoming' });
    await session.command('EHLO client.test');
    await session.command('MAIL FROM:<anna@waypost.test>');
    await session.command('RCPT TO:<bob@away.test>');
    await session.data(BODY);
    await sink.waitFor(1);
    await session.quit();
  });

  it('receives again after a restart', async () => {
    await api().traffic.pause({ direction: 'incoming' });
    await waypost.restart();
    expect((await api().status.get()).paused).toEqual({ incoming: false, outgoing: false });
    expect(await newcomer({ port: waypost.port })).toMatch(/^220 /);
  });
});

describe('sending that is paused', () => {
  it('starts nothing, whoever asks for it, and sends what is due when it goes on', async () => {
    const sink = await smartHost();
    await api().traffic.pause({ direction: 'outgoing' });
    await sendAway();
    const before = await queue();
    expect(before).toMatchObject([{ state: 'due', attempts: 0 }]);
    await api().queue.retry({ ids: [] });
    await sendAway();
    expect(await newcomer({ port: waypost.port })).toMatch(/^220 /);
    expect([sink.sessions.length, (await api().status.get()).outgoing.now]).toEqual([0, 0]);
    expect(await queue()).toMatchObject([
      { state: 'due', attempts: 0 },
      { state: 'due', attempts: 0 },
    ]);

    await api().traffic.resume({ direction: 'outgoing' });
    await sink.waitFor(2);
    await eventually(async () => (await queue()).length === 0);
    expect(await serverLog()).toEqual(['Sending was paused by hand.', 'Sending was resumed by hand.']);
  });

  it('lets what is being sent finish, and takes the next only afterwards', async () => {
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<undefined>();
    const sink = await smartHost({ body: () => mayAnswer });
    await api().settings.apply({ patch: { outgoing: { maxConnections: 1 } } });
    await sendAway();
    await sendAway();
    await eventually(async () => (await api().status.get()).outgoing.now === 1);
    await api().traffic.pause({ direction: 'outgoing' });
    answer(undefined);
    await sink.waitFor(1);
    await eventually(async () => (await queue()).length === 1);
    await api().queue.retry({ ids: [] });
    expect(await queue()).toMatchObject([{ state: 'due', attempts: 0 }]);
    await api().traffic.resume({ direction: 'outgoing' });
    await sink.waitFor(2);
  });
});

it('tells those who watch of a pause at once', async () => {
  const leave = new AbortController();
  const seen: boolean[] = [];
  const watching = (async () => {
    for await (const { status } of waypost.engine.watch(leave.signal)) seen.push(status.paused.outgoing);
  })();
  await eventually(() => seen.length > 0);
  await api().traffic.pause({ direction: 'outgoing' });
  await eventually(() => seen.at(-1) === true);
  await api().traffic.resume({ direction: 'outgoing' });
  await eventually(() => seen.at(-1) === false);
  leave.abort();
  await watching;
});

describe('a machine that sleeps', () => {
  it('uses up no attempt, and sends when it is awake and sending is not paused', async () => {
    const sink = await smartHost({ mail: ({ session }) => (session.id === 1 ? 'hang' : undefined) });
    await sendAway();
    await eventually(() => sink.sessions[0]?.commands.some((line) => line.startsWith('MAIL')));
    waypost.engine.sleep();
    waypost.engine.sleep();
    await sink.stop();
    await eventually(async () => (await api().status.get()).outgoing.now === 0);
    expect(await queue()).toMatchObject([{ state: 'due', attempts: 0, lastReply: null }]);
    const again = await startSink({ port: sink.port });
    stops.push(again.stop);
    await sendAway();
    await api().traffic.pause({ direction: 'outgoing' });
    waypost.engine.wakeUp();
    expect((await api().status.get()).outgoing.now).toBe(0);
    await api().traffic.resume({ direction: 'outgoing' });
    await again.waitFor(2);
    await eventually(async () => (await queue()).length === 0);
    const log = await api().log.search({ kind: 'server', text: 'machine', limit: 99 });
    expect(log.map(({ text }) => text)).toEqual([
      'The machine goes to sleep: nothing is sent until it wakes up.',
      'The machine is awake again.',
    ]);
  });
});

describe('status', () => {
  const HOUR = 3_600_000;

  it('counts mail that waits for longer than the delay notice takes', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const stuck = async () => {
      const { queue, stuckAfterHours } = await api().status.get();
      return [queue.stuck, stuckAfterHours];
    };
    await api().traffic.pause({ direction: 'outgoing' });
    await sendAway();
    vi.setSystemTime(Date.now() + 1.5 * HOUR);
    await sendAway();
    expect(await stuck()).toEqual([0, 4]);
    await api().settings.apply({ patch: { delivery: { delayNoticeHours: 1 } } });
    expect(await stuck()).toEqual([1, 1]);
    await api().settings.apply({ patch: { delivery: { delayNoticeHours: 0 } } });
    expect(await stuck()).toEqual([0, 4]);
    vi.setSystemTime(Date.now() + 2.6 * HOUR);
    expect(await stuck()).toEqual([1, 4]);
    vi.setSystemTime(Date.now() + 2 * HOUR);
    expect(await stuck()).toEqual([2, 4]);
    await api().queue.hold({ ids: [(await queue())[0]?.id ?? ''] });
    expect(await stuck()).toEqual([1, 4]);
  });

  it('tells of the certificate in use and of what protects passwords', async () => {
    const { certificate } = await api().status.get();
    expect(certificate.own).toBe(true);
    expect(certificate.expiresAt.getTime() - Date.now()).toBeGreaterThan(9 * 365 * 24 * HOUR);
    expect((await api().machine.get()).secrets).toBe('file');
  });
});
