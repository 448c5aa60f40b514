/** The time an attempt may take, whatever a peer does with it, and its end when the engine stops. */
import { describe, expect, it } from 'vitest';
import { at, directTo, FIRST } from '../testing/fixtures/mx-hosts.ts';
import { eventually } from '../testing/temp.ts';
import { attemptMs } from './hop.ts';

describe('time', () => {
  it('is ten minutes and what 10 KiB a second take', () => {
    expect(attemptMs(0)).toBe(600_000);
    expect(attemptMs(1_048_576)).toBe(600_000 + 102_400);
  });

  it.each(['greeting', 'mail', 'rcpt', 'data'] as const)(
    'runs out when both hosts hang at %s',
    async (step) => {
      const { run, first, pool } = await directTo({ [step]: 'hang' }, { attemptMs: 400 });
      const begun = performance.now();
      expect((await run()).kinds).toEqual({ 'bob@a.test': 'deferred' });
      expect(performance.now() - begun).toBeLessThan(3000);
      await eventually(() => pool.open === 0 && first.now === 0);
    },
  );

  it('is limited for each step, so that the next host has its turn', async () => {
    const { run, second } = await directTo(at(FIRST, { mail: 'hang' }), { timeouts: { command: 200 } });
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
    expect(second.messages).toHaveLength(1);
  });

  it('runs out for a peer that says a little all the time', async () => {
    const drip = { drip: '250 2.1.0 Ok, but very very slowly, as slowly as can be', everyMs: 50 };
    const { run } = await directTo({ mail: drip }, { attemptMs: 500, timeouts: { command: 300 } });
    const begun = performance.now();
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'deferred' });
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('does not count while another has the only slot', async () => {
    const { run, first } = await directTo(
      { body: { delayMs: 500, reply: '250 Ok' } },
      { limit: 1, attemptMs: 800 },
    );
    const results = await Promise.all([run(), run(), run()]);
    expect(results.map(({ kinds }) => kinds['bob@a.test'])).toEqual(['delivered', 'delivered', 'delivered']);
    expect(first.maxSeen).toBe(1);
  });

  it('ends at once when the engine stops: deferred, and no other way is tried', async () => {
    const settings = { smartHost: { enabled: true, host: 'localhost:9' } };
    const { run, first, second, stopping } = await directTo({ mail: 'hang' }, { settings });
    const running = run();
    await eventually(() => first.sessions[0]?.commands.length === 2);
    stopping.abort();
    expect(await running).toMatchObject({
      kinds: { 'bob@a.test': 'deferred' },
      words: { 'bob@a.test': ['mx mx1.a.test 4.4.2'] },
    });
    expect(second.sessions).toHaveLength(0);
  });
});
