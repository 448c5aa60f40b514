/** Connections that are encrypted where they can be, must be or need not be. */
import { describe, expect, it } from 'vitest';
import { poolOf, sendOne, signal, targetOf } from '../testing/fixtures/pool.ts';
import { sinkOf } from '../testing/fixtures/sinks.ts';

describe('TLS', () => {
  it.each(['broken', 'silent'] as const)(
    'goes on in clear when an offered handshake is %s',
    async (starttls) => {
      const sink = await sinkOf({ starttls });
      const pool = poolOf({ limit: 1, timeouts: { handshake: 200 } });
      const connection = await sendOne(pool, targetOf(sink));
      expect(connection.facts.encrypted).toBe(false);
      expect(sink.sessions.map(({ closed }) => closed)).toEqual([true, false]);
      expect(sink.maxSeen).toBe(1);
      // The next one goes over the same connection, although it was asked for with TLS.
      expect(await sendOne(pool, targetOf(sink))).toBe(connection);
    },
  );

  it.each([
    ['broken', 'tls'],
    ['off', 'tls'],
    ['refused', 'tls'],
  ] as const)('never goes on in clear when it is required (%s)', async (starttls, step) => {
    const sink = await sinkOf({ starttls });
    const fault = await poolOf()
      .acquire(targetOf(sink, { tls: 'required' }), signal)
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ happening: { step } });
    expect(sink.sessions).toHaveLength(1);
    expect(sink.sessions[0]?.commands).not.toContainEqual(expect.stringMatching(/^MAIL/));
  });

  it('accepts any certificate where it may, and only a valid one where it must', async () => {
    const sink = await sinkOf({ starttls: 'on' });
    const pool = poolOf();
    expect((await sendOne(pool, targetOf(sink))).facts.encrypted).toBe(true);
    const strict = pool.acquire(targetOf(sink, { tls: 'required', verify: true }), signal);
    await expect(strict).rejects.toMatchObject({ happening: { step: 'tls', reply: { enhanced: '4.7.5' } } });
  });

  it('comes first on an implicit port', async () => {
    const sink = await sinkOf({ implicitTls: true });
    const pool = poolOf();
    await sendOne(pool, targetOf(sink, { tls: 'implicit' }));
    expect(sink.messages[0]?.session.tls).toBe(true);
    const strict = pool.acquire(targetOf(sink, { tls: 'implicit', verify: true }), signal);
    await expect(strict).rejects.toMatchObject({ happening: { step: 'tls' } });
    sink.script.greeting = '554 5.7.1 No';
    const refused = pool.acquire(targetOf(sink, { tls: 'implicit', helo: 'x.test' }), signal);
    await expect(refused).rejects.toMatchObject({ happening: { step: 'greeting', reply: { code: 554 } } });
  });
});
