import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRouter } from './api.ts';
import type { LiveView } from './contract/views.ts';
import { startTestEngine, type TestEngine } from './testing/fixtures/engine.ts';
import { sendMail } from './testing/send-mail.ts';
import { startSink } from './testing/sink.ts';
import { connectSmtp } from './testing/smtp-client.ts';
import { eventually } from './testing/temp.ts';

let waypost: TestEngine;
/** The newest view. */
let view: LiveView | undefined;
let leave: AbortController;
let watching: Promise<void>;

beforeEach(async () => {
  waypost = await startTestEngine();
  await waypost.addAccount('anna@waypost.test');
  leave = new AbortController();
  view = undefined;
  watching = (async () => {
    for await (const next of waypost.engine.watch(leave.signal)) view = next;
  })();
});

afterEach(async () => {
  leave.abort();
  await watching;
  await waypost.stop();
});

const seen = (check: (view: LiveView) => unknown) =>
  eventually(() => (view && check(view) ? view : undefined), { what: 'that view' });

describe('a session', () => {
  it('is shown from its greeting to its end, phase by phase', async () => {
    const session = await connectSmtp({ port: waypost.secondPort });
    const [shown] = (await seen(({ incoming }) => incoming.length === 1)).incoming;
    expect(shown).toMatchObject({
      peer: '127.0.0.1',
      port: waypost.secondPort,
      phase: 'connected',
      account: '',
      bytes: 0,
      messages: 0,
    });
    expect(Date.now() - Number(shown?.since)).toBeLessThan(10_000);
    await session.command('EHLO client.test');
    await session.authPlain('anna@waypost.test', 'secret');
    await seen(({ incoming }) => incoming[0]?.phase === 'signed in');
    expect(view?.incoming[0]?.account).toBe('anna@waypost.test');
    await session.command('MAIL FROM:<anna@waypost.test>');
    await session.command('RCPT TO:<anna@waypost.test>');
    await seen(({ incoming }) => incoming[0]?.phase === 'envelope');
    await session.command('DATA');
    session.write(`Subject: long\r\n\r\n${'x'.repeat(70)}\r\n`);
    await seen(({ incoming }) => incoming[0]?.phase === 'receiving' && incoming[0].bytes > 70);
    session.write('.\r\n');
    await session.readReply();
    await seen(({ incoming }) => incoming[0]?.messages === 1 && incoming[0].bytes === 0);
    await session.quit();
    await seen(({ incoming, status }) => incoming.length === 0 && status.incoming.now === 0);
  });
});

describe('mail', () => {
  it('is counted when it is accepted and when another server has taken it', async () => {
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    const sink = await startSink({ body: async () => mayAnswer.then(() => undefined) });
    const smartHost = { enabled: true, exclusive: true, host: `127.0.0.1:${sink.port}` };
    await waypost.engine.apply({ smartHost });
    const to = ['bob@away.test', 'eve@away.test', 'anna@waypost.test'];
    await sendMail({ port: waypost.port, from: 'anna@waypost.test', to, body: 'Subject: x\r\n\r\nx\r\n' });

    const { outgoing, status } = await seen((now) => now.outgoing.length === 1);
    expect(outgoing[0]).toMatchObject({ from: 'anna@waypost.test', destination: 'SmartHost', recipients: 2 });
    expect(outgoing[0]?.size).toBeGreaterThan(10);
    expect(status.queue.due).toBe(2);
    const total = (key: 'received' | 'sent') => view?.perMinute.reduce((sum, one) => sum + one[key], 0);
    await seen(() => total('received') === 1);
    expect(total('sent')).toBe(0);
    answer();
    await seen((now) => now.outgoing.length === 0 && now.status.queue.due === 0);
    await seen(() => total('sent') === 1);
    expect(total('received')).toBe(1);
    await sink.stop();
  });
});

describe('what people do', () => {
  it('shows: settings of another window, accounts, the queue', async () => {
    await waypost.engine.apply({ incoming: { maxTotal: 33 } });
    const applied = await seen(({ status }) => status.incoming.maxTotal === 33);
    expect(applied.revision).toBe(waypost.engine.settings.revision);
    expect(applied.accounts).toBe(1);
    await waypost.addAccount('bert@waypost.test');
    await seen(({ accounts }) => accounts === 2);
    await waypost.engine.accounts.remove('bert@waypost.test');
    await seen(({ accounts }) => accounts === 1);

    waypost.dns.zone['away.test'] = 'servfail';
    const mail = { from: 'anna@waypost.test', to: 'bob@away.test', body: 'Subject: x\r\n\r\nx\r\n' };
    await sendMail({ port: waypost.port, ...mail });
    await seen(({ status }) => status.queue.deferred === 1);
    const [queued] = await waypost.engine.queue.list();
    await waypost.engine.queue.steer('hold', [queued?.id ?? '']);
    await seen(({ status }) => status.queue.held === 1);
  });
});

it('ends when its caller leaves, without any change to wait for', async () => {
  const client = createRouterClient(createRouter(waypost.engine), { context: {} });
  const caller = new AbortController();
  const views = await client.status.live(undefined, { signal: caller.signal });
  await views.next();
  const pending = views.next();
  caller.abort();
  expect(await pending).toMatchObject({ done: true });
});

it('ends when the engine stops', async () => {
  const others = waypost.engine.watch();
  await others.next();
  await waypost.restart();
  await watching;
  for (;;) if ((await others.next()).done) break;
});
