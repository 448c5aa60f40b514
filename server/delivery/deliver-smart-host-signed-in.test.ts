/** The SmartHost with an account: nothing is sent without it, and no password where it does not belong. */
import { describe, expect, it } from 'vitest';
import { bench } from '../testing/fixtures/mx-and-smart-host.ts';
import type { SinkOptions } from '../testing/sink.ts';

describe('signed in', () => {
  const account = { exclusive: true, authenticate: true, account: 'me', password: 'open sesame' };
  const auth = { users: { me: 'open sesame' } };

  it('sends over TLS with any certificate by default', async () => {
    const { run, smart } = await bench({ smartHost: account, relay: { auth, starttls: 'on' } });
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
    expect(smart.messages[0]?.session).toMatchObject({ user: 'me', tls: true });
  });

  it.each([
    [
      'the password is wrong',
      { auth: { users: { me: 'other' } }, starttls: 'on' },
      'auto',
      '535 5.7.8 Wrong account or password',
    ],
    ['it offers no AUTH', { starttls: 'on' }, 'auto', '4.7.0'],
    ['it offers no encryption', { auth }, 'auto', '4.7.11'],
    ['it offers no encryption, and that is required', { auth }, 'starttls', '4.7.4'],
    ['its certificate is not valid, and that is required', { auth, starttls: 'on' }, 'starttls', '4.7.5'],
    ['it does not speak TLS', { auth, greeting: '220 Hello' }, 'tls', '4.7.5'],
    ['AUTH breaks off', { auth: { ...auth, reply: 'drop' }, starttls: 'on' }, 'auto', '4.4.2'],
  ] as const)('waits and sends nothing when %s', async (_, relay, security, word) => {
    const { run, smart } = await bench({ smartHost: { ...account, security }, relay: relay as SinkOptions });
    const { kinds, words } = await run();
    expect(kinds).toEqual({ 'bob@a.test': 'deferred' });
    expect(words).toEqual({ 'bob@a.test': [`smarthost relay.test ${word}`] });
    expect(smart.messages).toHaveLength(0);
    expect(smart.sessions.flatMap(({ commands }) => commands)).not.toContainEqual(
      expect.stringMatching(/^MAIL/),
    );
  });

  it('sends in clear where that was chosen', async () => {
    const { run, smart } = await bench({
      smartHost: { ...account, security: 'none' },
      relay: { auth, starttls: 'on' },
    });
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
    expect(smart.messages[0]?.session).toMatchObject({ user: 'me', tls: false });
  });

  it('says nothing of the password', async () => {
    const relay: SinkOptions = {
      auth: { ...auth, reply: ({ password }) => `535 5.7.8 Not ${password}` },
      starttls: 'on',
    };
    const { run, entries } = await bench({ smartHost: account, relay });
    const { outcomes } = await run();
    expect(JSON.stringify([outcomes, entries])).not.toContain('sesame');
  });

  it('never goes to an mx with the account', async () => {
    const { run, direct } = await bench({
      smartHost: { ...account, exclusive: false },
      mx: { auth, starttls: 'on' },
    });
    await run();
    expect(direct.messages[0]?.session.user).toBeUndefined();
  });
});
