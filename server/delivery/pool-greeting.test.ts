/** What peers say when they are called, up to what they offer. */
import { describe, expect, it } from 'vitest';
import { poolOf, sendOne, signal, targetOf } from '../testing/fixtures/pool.ts';
import { sinkOf } from '../testing/fixtures/sinks.ts';
import { eventually } from '../testing/temp.ts';

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
