/** Connections kept after a message: for whom, how long, and what becomes of them. */
import { describe, expect, it } from 'vitest';
import { poolOf, send, sendOne, signal, targetOf } from '../testing/fixtures/pool.ts';
import { sinkOf } from '../testing/fixtures/sinks.ts';
import { eventually } from '../testing/temp.ts';

describe('a kept connection', () => {
  it('is closed when none is to be kept, and none is kept until that is over', async () => {
    const sink = await sinkOf();
    const pool = poolOf();
    const working = await pool.acquire(targetOf(sink, { helo: 'other.test' }), signal);
    await sendOne(pool, targetOf(sink));
    pool.setKeeping(false);
    await eventually(() => sink.sessions[1]?.closed);
    expect((await send(working)).happenings[0]?.reply.code).toBe(250);
    pool.release(working);
    await eventually(() => pool.open === 0);
    expect(sink.sessions[0]?.commands.at(-1)).toBe('QUIT');
    pool.setKeeping(true);
    await sendOne(pool, targetOf(sink));
    expect(pool).toMatchObject({ open: 1, idle: 1 });
  });

  it('takes the next message to the same target, and closes politely when nothing comes', async () => {
    const sink = await sinkOf();
    const pool = poolOf({ idleMs: 200 });
    for (let count = 0; count < 3; count++) await sendOne(pool, targetOf(sink));
    expect(sink.sessions).toHaveLength(1);
    expect(sink.messages).toHaveLength(3);
    expect(pool).toMatchObject({ open: 1, idle: 1 });
    await eventually(() => pool.open === 0);
    expect(sink.sessions[0]).toMatchObject({ closed: true, transactions: 3 });
    expect(sink.sessions[0]?.commands.at(-1)).toBe('QUIT');
  });

  it('is not used for another account, security or name', async () => {
    const sink = await sinkOf({ auth: { users: { a: 'x', b: 'x' } }, starttls: 'on' });
    const pool = poolOf({ limit: 9 });
    await sendOne(pool, targetOf(sink));
    await sendOne(pool, targetOf(sink, { account: { user: 'a', password: 'x' } }));
    await sendOne(pool, targetOf(sink, { account: { user: 'b', password: 'x' } }));
    await sendOne(pool, targetOf(sink, { tls: 'never' }));
    await sendOne(pool, targetOf(sink, { helo: 'other.test' }));
    expect(sink.sessions.map(({ user }) => user)).toEqual([undefined, 'a', 'b', undefined, undefined]);
    expect(pool.idle).toBe(5);
  });

  it('is closed after so many messages', async () => {
    const sink = await sinkOf();
    const pool = poolOf({ limit: 1, maxMessages: 3 });
    for (let count = 0; count < 7; count++) await sendOne(pool, targetOf(sink));
    expect(sink.sessions.map(({ transactions }) => transactions)).toEqual([3, 3, 1]);
    expect(sink.maxSeen).toBe(1);
  });

  it('is closed after 100 messages unless told otherwise', async () => {
    const sink = await sinkOf();
    const pool = poolOf({ limit: 1 });
    for (let count = 0; count < 101; count++) await sendOne(pool, targetOf(sink));
    expect(sink.sessions.map(({ transactions }) => transactions)).toEqual([100, 1]);
  });

  it('goes on after a refused message', async () => {
    const sink = await sinkOf({ body: ({ message }) => (message.from === '' ? '554 5.6.0 No' : undefined) });
    const pool = poolOf();
    const connection = await pool.acquire(targetOf(sink), signal);
    const refused = await send(connection, { sender: '' });
    expect(refused.happenings).toMatchObject([{ step: 'body', reply: { code: 554, enhanced: '5.6.0' } }]);
    pool.release(connection);
    expect(await sendOne(pool, targetOf(sink))).toBe(connection);
  });

  it('that the peer has closed is noticed', async () => {
    const sink = await sinkOf();
    const pool = poolOf();
    await sendOne(pool, targetOf(sink));
    await sink.stop();
    await eventually(() => pool.open === 0);
    expect(pool.idle).toBe(0);
  });

  it('tells a message that found the peer gone from one that was answered', async () => {
    const sink = await sinkOf();
    const pool = poolOf();
    const connection = await sendOne(pool, targetOf(sink));
    sink.script.mail = 'drop';
    expect(await pool.acquire(targetOf(sink), signal)).toBe(connection);
    expect(await send(connection)).toMatchObject({
      unanswered: true,
      happenings: [{ step: 'mail', reply: { code: 0 } }],
    });
    pool.release(connection);
    sink.script.mail = { close: '451 4.3.0 Later' };
    const other = await pool.acquire(targetOf(sink), signal);
    expect(await send(other)).toMatchObject({
      unanswered: false,
      happenings: [{ step: 'mail', reply: { code: 451 } }],
    });
    pool.release(other);
  });
});
