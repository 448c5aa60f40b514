/** From an account of ours to others by the SmartHost, with the whole engine. */
import { describe, expect, it } from 'vitest';
import { sendAsAnna, start } from './testing/fixtures/annas-mail.ts';
import { sinkOf } from './testing/fixtures/sinks.ts';
import { unusedPort } from './testing/ports.ts';
import { eventually } from './testing/temp.ts';

describe('account to remote, by SmartHost', () => {
  const smartHost = (host: string, more: object = {}) => ({
    smartHost: { enabled: true, exclusive: true, host, ...more },
  });

  it('signs in and sends everything there, whatever the domains', async () => {
    const relay = await sinkOf({ starttls: 'on', auth: { users: { me: 'hush' }, required: true } });
    const waypost = await start({
      settings: smartHost(`127.0.0.1:${relay.port}`, { authenticate: true, account: 'me', password: 'hush' }),
    });
    await sendAsAnna(waypost, ['a@one.test', 'b@two.test']);
    const [message] = await relay.waitFor(1);
    expect(message?.rcpts.map((rcpt) => rcpt.address)).toEqual(['a@one.test', 'b@two.test']);
    expect(message?.session).toMatchObject({ user: 'me', tls: true });
  });

  it('keeps mail queued, with the reply shown, when the password is refused; nothing goes out unauthenticated', async () => {
    const relay = await sinkOf({ starttls: 'on', auth: { users: { me: 'other' } } });
    const waypost = await start({
      settings: smartHost(`127.0.0.1:${relay.port}`, { authenticate: true, account: 'me', password: 'hush' }),
    });
    await sendAsAnna(waypost, 'a@one.test');
    const deferred = await eventually(
      async () => (await waypost.engine.queue.list()).find((row) => row.state === 'deferred'),
      {
        what: 'a deferred recipient',
      },
    );
    expect(deferred).toMatchObject({
      route: 'SmartHost',
      lastReply: expect.stringMatching(/SmartHost 127\.0\.0\.1 said: 535/),
    });
    expect(relay.messages).toHaveLength(0);
    expect(
      relay.sessions.flatMap((session) => session.commands).filter((line) => line.startsWith('MAIL')),
    ).toEqual([]);

    relay.script.auth = { users: { me: 'hush' } };
    await waypost.engine.queue.retryAll();
    await relay.waitFor(1);
  });

  it('is tried where sending directly fails, and both replies are shown', async () => {
    const relay = await sinkOf({ body: '451 4.3.0 not now' });
    const port = await unusedPort('127.0.0.2');
    const waypost = await start({
      settings: {
        smartHost: { enabled: true, exclusive: false, host: `127.0.0.1:${relay.port}` },
        delivery: { mxPort: port },
      },
      zone: { 'away.test': { A: ['127.0.0.2'] } },
    });
    await sendAsAnna(waypost, 'bob@away.test');
    const deferred = await eventually(
      async () => (await waypost.engine.queue.list()).find((row) => row.state === 'deferred'),
      {
        what: 'a deferred recipient',
      },
    );
    expect(deferred.route).toBe('direct, then SmartHost');
    expect(deferred.lastReply).toMatch(/refused.* Then: SmartHost 127\.0\.0\.1 said: 451 4\.3\.0 not now/);
    relay.script.body = undefined;
    await waypost.engine.queue.retryAll();
    expect((await relay.waitFor(1))[0]?.rcpts[0]?.address).toBe('bob@away.test');
  });
});
