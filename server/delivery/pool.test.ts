/** Who gets one of the few connections, and when; and the end of them all. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { poolOf, send, sendOne, signal, targetOf } from '../testing/fixtures/pool.ts';
import { sinkOf } from '../testing/fixtures/sinks.ts';
import { unusedPort } from '../testing/ports.ts';
import type { Sink } from '../testing/sink.ts';
import { eventually } from '../testing/temp.ts';
import { PeerFault } from './peer.ts';

describe('the limit', () => {
  it('counts kept connections: one is closed, and really, before another target is called', async () => {
    const one = await sinkOf();
    const openAtGreeting: number[] = [];
    const other = await sinkOf({
      greeting() {
        openAtGreeting.push(one.now);
        return undefined;
      },
    });
    const pool = poolOf({ limit: 1 });
    await sendOne(pool, targetOf(one));
    expect(one.now).toBe(1);
    one.script.quit = { delayMs: 100, reply: { close: '221 Bye' } };
    await sendOne(pool, targetOf(other));
    expect(openAtGreeting).toEqual([0]);
    expect(pool.open).toBe(1);
  });

  it('holds at the peers while many wait, first come first served', async () => {
    const sinks = [await sinkOf(), await sinkOf(), await sinkOf()];
    const pool = poolOf({ limit: 2 });
    const order: number[] = [];
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(
        most,
        sinks.reduce((sum, { now }) => sum + now, 0),
      );
    }, 1);
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const sink = sinks[index % 3] as Sink;
        const connection = await pool.acquire(targetOf(sink), signal);
        order.push(index);
        await send(connection);
        pool.release(connection);
      }),
    );
    clearInterval(watch);
    expect(sinks.flatMap(({ messages }) => messages)).toHaveLength(30);
    expect(most).toBe(2);
    for (const [place, index] of order.entries()) expect(Math.abs(place - index)).toBeLessThanOrEqual(3);
  });

  it('cuts a peer that does not close after QUIT, and only then lets the next one in', async () => {
    const [one, other] = [await sinkOf({ quit: 'hang' }), await sinkOf()];
    const pool = poolOf({ limit: 1 });
    await sendOne(pool, targetOf(one));
    const begun = performance.now();
    await sendOne(pool, targetOf(other));
    expect(performance.now() - begun).toBeGreaterThan(250);
    expect(one.sessions[0]?.closed).toBe(true);
  });

  it('can be changed while connections are open; lowering it cuts no work', async () => {
    const sink = await sinkOf();
    const pool = poolOf({ limit: 3 });
    const busy = await Promise.all([1, 2, 3].map(() => pool.acquire(targetOf(sink), signal)));
    pool.setLimit(1);
    expect(pool.open).toBe(3);
    for (const connection of busy) expect((await send(connection)).happenings[0]?.reply.code).toBe(250);
    for (const connection of busy) pool.release(connection);
    await eventually(() => pool.open === 1);
    const first = await pool.acquire(targetOf(sink), signal);
    const second = pool.acquire(targetOf(sink), signal);
    await sleep(50);
    expect(pool.open).toBe(1);
    pool.setLimit(2);
    pool.release(await second);
    pool.release(first);
  });

  it.each([
    ['greeting', { greeting: 'hang' }],
    ['ehlo', { ehlo: 'hang' }],
    ['mail', { mail: 'hang' }],
    // Nobody's recipient was answered.
    ['mail', { rcpt: 'hang' }],
    ['data', { data: 'hang' }],
  ] as const)('is not held by a peer that is silent while others wait: %s, %o', async (step, script) => {
    const sink = await sinkOf(script);
    let wait = false;
    const pool = poolOf({ timeouts: { giveWay: 100 }, othersWait: async () => wait });
    const tried = pool.acquire(targetOf(sink), signal).then(
      async (connection) => {
        const { happenings } = await send(connection);
        pool.release(connection);
        return happenings[0];
      },
      (error: PeerFault) => error.happening,
    );
    await sleep(300);
    expect(pool.open).toBe(1);
    wait = true;
    expect(await tried).toMatchObject({ step, reply: { code: 0 }, sentAll: false });
    await eventually(() => pool.open === 0);
  });

  it('is held by a peer that has the whole message, whoever waits', async () => {
    const sink = await sinkOf({ body: { delayMs: 500, reply: '250 2.0.0 Taken' } });
    const pool = poolOf({ timeouts: { giveWay: 100 }, othersWait: async () => true });
    await sendOne(pool, targetOf(sink));
  });

  it('gives a slot back when connecting fails, and forgets who no longer waits', async () => {
    const pool = poolOf({ limit: 1 });
    const sink = await sinkOf();
    const nobody = targetOf({ host: '127.0.0.1', port: await unusedPort() });
    for (let count = 0; count < 3; count++) {
      const fault = await pool.acquire(nobody, signal).catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(PeerFault);
      expect(fault).toMatchObject({ happening: { step: 'connect', reply: { code: 0, enhanced: '4.4.1' } } });
    }
    const holder = await pool.acquire(targetOf(sink), signal);
    const leaving = new AbortController();
    const left = pool.acquire(targetOf(sink), leaving.signal);
    const patient = pool.acquire(targetOf(sink), signal);
    leaving.abort(new Error('Enough'));
    await expect(left).rejects.toThrow('Enough');
    pool.release(holder);
    pool.release(await patient);
  });
});

it('stops: cuts what works, refuses what waits, and resolves when all is closed', async () => {
  const sink = await sinkOf({ body: 'hang' });
  const pool = poolOf({ limit: 1 });
  const connection = await pool.acquire(targetOf(sink), signal);
  const sending = send(connection);
  const waiting = pool.acquire(targetOf(sink), signal);
  await eventually(() => sink.sessions[0]?.transactions === 1);
  const refused = expect(waiting).rejects.toThrow('Waypost stops');
  await pool.stop();
  await refused;
  expect((await sending).happenings[0]?.reply.code).toBe(0);
  expect(pool.open).toBe(0);
  await eventually(() => sink.now === 0);
  await expect(pool.acquire(targetOf(sink), signal)).rejects.toThrow('Waypost stops');
});
