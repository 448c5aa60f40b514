/** The limit on outgoing connections, seen from the peers of the whole engine. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ANNA, BODY, sendAsAnna, start } from './testing/fixtures/annas-mail.ts';
import type { TestEngine } from './testing/fixtures/engine.ts';
import { sinkHostsOf, sinkOf } from './testing/fixtures/sinks.ts';
import { sendMail } from './testing/send-mail.ts';
import type { Sink } from './testing/sink.ts';
import { eventually } from './testing/temp.ts';

describe('the outgoing limit', () => {
  const exclusive = (port: number) => ({ enabled: true, exclusive: true, host: `127.0.0.1:${port}` });
  const MANY = 30;
  let relay: Sink;

  beforeEach(async () => {
    relay = await sinkOf({ body: () => ({ delayMs: 10, reply: '250 2.0.0 ok' }) });
  });

  async function sendMany(waypost: TestEngine): Promise<void> {
    const one = (index: number) =>
      sendMail({
        port: waypost.port,
        from: ANNA,
        to: `r${index}@d${index % 7}.test`,
        body: BODY,
      });
    for (let index = 0; index < MANY; index += 5) {
      await Promise.all(Array.from({ length: 5 }, (_, offset) => one(index + offset)));
    }
  }

  it.each([1, 3])('of %d is never exceeded at the peer', async (maxConnections) => {
    const waypost = await start({
      settings: { smartHost: exclusive(relay.port), outgoing: { maxConnections } },
    });
    await sendMany(waypost);
    await relay.waitFor(MANY, 20_000);
    expect(relay.maxSeen).toBeLessThanOrEqual(maxConnections);
    expect(relay.maxTransactions).toBe(maxConnections);
  });

  it('of 1 sends strictly one message at a time to different hosts too', async () => {
    const { port, sinks } = await sinkHostsOf(['127.0.0.2', '127.0.0.3']);
    let open = 0;
    let most = 0;
    for (const one of sinks) {
      one.script.mail = () => {
        most = Math.max(most, ++open);
        return undefined;
      };
      one.script.body = () => {
        open--;
        return undefined;
      };
    }
    const waypost = await start({
      settings: { outgoing: { maxConnections: 1 }, delivery: { mxPort: port } },
      zone: { 'two.test': { A: ['127.0.0.2'] }, 'three.test': { A: ['127.0.0.3'] } },
    });
    for (let index = 0; index < 6; index++) {
      await sendAsAnna(waypost, [`a${index}@two.test`, `b${index}@three.test`]);
    }
    await Promise.all(sinks.map((one) => one.waitFor(6)));
    expect(most).toBe(1);
    expect(sinks[0]?.maxSeen).toBe(1);
    expect(sinks[1]?.maxSeen).toBe(1);
  });

  it('of 2 lets mail pass a peer that hangs', async () => {
    const { port, sinks } = await sinkHostsOf(['127.0.0.2', '127.0.0.3'], (host) =>
      host === '127.0.0.2' ? { greeting: 'hang' } : {},
    );
    const waypost = await start({
      settings: { outgoing: { maxConnections: 2 }, delivery: { mxPort: port, perDestination: 1 } },
      zone: { 'stuck.test': { A: ['127.0.0.2'] }, 'fine.test': { A: ['127.0.0.3'] } },
    });
    for (let index = 0; index < 5; index++)
      await sendAsAnna(waypost, [`s${index}@stuck.test`, `f${index}@fine.test`]);
    await sinks[1]?.waitFor(5);
    expect(sinks[0]?.now).toBe(1);
    // The last connection to the other peer may just be ending.
    await eventually(async () => (await waypost.engine.status()).outgoing.now === 1);
    expect((await waypost.engine.status()).outgoing).toEqual({ now: 1, max: 2 });
  });
});
