/** Connections with an account: a password goes only where it may, and nothing is sent without it. */
import { describe, expect, it } from 'vitest';
import { poolOf, sendOne, signal, targetOf } from '../testing/fixtures/pool.ts';
import { sinkOf } from '../testing/fixtures/sinks.ts';
import type { Sink } from '../testing/sink.ts';
import { PeerFault } from './peer.ts';
import type { Target } from './target.ts';

describe('signing in', () => {
  const account = { user: 'me', password: 'open sesame' };
  const auth = { users: { me: 'open sesame' } };

  async function fault(sink: Sink, more: Partial<Target> = {}) {
    const error = await poolOf({ timeouts: { command: 300 } })
      .acquire(targetOf(sink, { account, ...more }), signal)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PeerFault);
    expect(sink.sessions.flatMap(({ commands }) => commands)).not.toContainEqual(
      expect.stringMatching(/^MAIL/),
    );
    return (error as PeerFault).happening;
  }

  it.each([['PLAIN'], ['LOGIN']] as const)('works with %s over TLS', async (mechanism) => {
    const sink = await sinkOf({
      auth: { ...auth, mechanisms: [mechanism], offered: 'after-tls' },
      starttls: 'on',
    });
    await sendOne(poolOf(), targetOf(sink, { account }));
    expect(sink.messages[0]?.session).toMatchObject({ user: 'me', tls: true });
  });

  it('never sends a password in clear unless that was chosen', async () => {
    const sink = await sinkOf({ auth });
    expect(await fault(sink)).toMatchObject({
      step: 'auth',
      reply: { code: 0, text: expect.stringContaining('never sent in clear') },
    });
    sink.script.starttls = 'refused';
    expect(await fault(sink)).toMatchObject({ step: 'auth', reply: { code: 0 } });
    sink.script.starttls = 'broken';
    expect(await fault(sink)).toMatchObject({ step: 'tls', reply: { code: 0 } });
    expect(sink.sessions.flatMap(({ commands }) => commands)).not.toContainEqual(
      expect.stringMatching(/^AUTH/),
    );
    await sendOne(poolOf(), targetOf(sink, { account, tls: 'never' }));
    expect(sink.messages[0]?.session.user).toBe('me');
  });

  it('fails where it is refused, not offered, or answered by nothing', async () => {
    const sink = await sinkOf({ auth: { users: {} }, starttls: 'on' });
    expect(await fault(sink)).toMatchObject({ step: 'auth', reply: { code: 535, enhanced: '5.7.8' } });
    for (const reply of ['drop', 'hang'] as const) {
      sink.script.auth = { ...auth, reply };
      expect(await fault(sink)).toMatchObject({ step: 'auth', reply: { code: 0 } });
    }
    delete sink.script.auth;
    expect(await fault(sink)).toMatchObject({
      step: 'auth',
      reply: { code: 0, text: expect.stringContaining('no way to sign in') },
    });
  });

  it('keeps the password out of what a peer repeats', async () => {
    const sink = await sinkOf({
      auth: { ...auth, reply: ({ password }) => `535 5.7.8 Not ${password}` },
      starttls: 'on',
    });
    expect((await fault(sink)).reply.text).toBe('Not •••');
  });
});
