import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { unusedPort } from '../testing/ports.ts';
import { type Sink, type SinkOptions, startSink } from '../testing/sink.ts';
import { eventually } from '../testing/temp.ts';
import type { Connection } from './peer.ts';
import { PeerFault } from './peer.ts';
import { type ConnectionPool, createConnectionPool, type PoolOptions } from './pool.ts';
import type { Target } from './target.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function sinkOf(options: SinkOptions = {}): Promise<Sink> {
  const sink = await startSink(options);
  stops.push(() => sink.stop());
  return sink;
}

function poolOf(options: Partial<PoolOptions> = {}): ConnectionPool {
  const pool = createConnectionPool({ limit: 2, ...options, timeouts: { quit: 300, ...options.timeouts } });
  stops.push(() => pool.stop());
  return pool;
}

function targetOf(sink: { host: string; port: number }, more: Partial<Target> = {}): Target {
  const { host: address, port } = sink;
  return { host: 'sink.test', address, port, tls: 'offered', verify: false, helo: 'our.test', ...more };
}

const { signal } = new AbortController();

function send(connection: Connection, more: Partial<Parameters<Connection['send']>[0]> = {}) {
  const content = Readable.from([Buffer.from('Subject: Hi\r\n\r\nHello\r\n')], { objectMode: false });
  const recipients = [{ address: 'bob@a.test', notify: null, orcpt: null }];
  const rest = { sender: 'ann@our.test', size: 23, eightBit: false, utf8: false, ret: null, envid: null };
  return connection.send({ ...rest, recipients, content, ...more }, signal);
}

async function sendOne(pool: ConnectionPool, target: Target): Promise<Connection> {
  const connection = await pool.acquire(target, signal);
  const { happenings } = await send(connection);
  expect(happenings[0]?.reply.code).toBe(250);
  pool.release(connection);
  return connection;
}

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

describe('the greeting', () => {
  it.each([
    [{ greeting: '554 5.7.1 No' }, 'greeting', 554],
    [{ greeting: { close: '421 4.3.2 Busy' } }, 'greeting', 421],
    [{ greeting: 'drop' }, 'greeting', 0],
    [{ greeting: 'hang' }, 'greeting', 0],
    [{ greeting: { drip: '220 sink.test is here at last, after a long time', everyMs: 40 } }, 'greeting', 0],
    [{ ehlo: '550 5.7.1 No' }, 'ehlo', 550],
    [{ ehlo: '421 4.3.2 Busy' }, 'ehlo', 421],
    [{ ehlo: '451 4.3.0 Later' }, 'ehlo', 451],
    [{ ehlo: 'drop' }, 'ehlo', 0],
    [{ ehlo: 'hang' }, 'ehlo', 0],
    [{ ehlo: { raw: '250-sink.test\r\n250-SI' } }, 'ehlo', 0],
    [{ ehlo: '500 What?', helo: '550 No' }, 'ehlo', 550],
  ] as const)('%j ends at %s with %i', async (script, step, code) => {
    const sink = await sinkOf(script);
    const pool = poolOf({ timeouts: { command: 200 } });
    await expect(pool.acquire(targetOf(sink), signal)).rejects.toMatchObject({
      happening: { step, reply: { code } },
    });
    await eventually(() => pool.open === 0 && sink.now === 0);
  });

  it('uses HELO where EHLO is unknown', async () => {
    const sink = await sinkOf({ ehlo: '502 5.5.1 Not implemented' });
    const connection = await sendOne(poolOf(), targetOf(sink));
    expect(connection.facts.extensions.size).toBe(0);
    expect(sink.sessions[0]?.commands[1]).toBe('HELO our.test');
  });

  it('tells what the peer can do', async () => {
    const sink = await sinkOf({
      extensions: ['SIZE 5000', 'SMTPUTF8', 'DSN', 'X-OTHER a b'],
      starttls: 'refused',
    });
    const pool = poolOf();
    const connection = await pool.acquire(targetOf(sink), signal);
    expect(connection.facts).toMatchObject({ maxSize: 5000, encrypted: false });
    expect([...connection.facts.extensions]).toEqual(['SIZE', 'SMTPUTF8', 'DSN', 'X-OTHER', 'STARTTLS']);
    pool.release(connection);
  });
});

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
