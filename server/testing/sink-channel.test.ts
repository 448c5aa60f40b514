import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Sink, type SinkOptions, startSink } from './sink.ts';
import { connectSmtp, type SmtpClient, type SmtpClientOptions } from './smtp-client.ts';
import { eventually } from './temp.ts';

let sink: Sink;

afterEach(() => sink.stop());

/** A client of a sink with this script, one recipient accepted. */
async function untilData(script: SinkOptions, options: Partial<SmtpClientOptions> = {}): Promise<SmtpClient> {
  sink = await startSink(script);
  const client = await connectSmtp({ port: sink.port, ...options });
  await client.pipeline(['EHLO c', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>']);
  return client;
}

describe.each([false, true])('with TLS from the first byte: %s', (implicitTls) => {
  const options = { tls: implicitTls };

  it.each<[string, SinkOptions, RegExp]>([
    ['drops', { body: 'drop' }, /closed the connection before the end of the reply to the message/],
    ['resets', { body: 'reset' }, /closed the connection .* ECONNRESET/],
    ['closes within a reply', { body: { close: '250-half' } }, /closed the connection .* after "half"/],
    ['stops within a line', { body: { raw: '25' } }, /longer than 300 ms/],
    ['hangs', { body: 'hang' }, /longer than 300 ms for the reply to the message/],
    ['says what is no reply', { body: { raw: 'HTTP/1.1 400\r\n\r\n' } }, /sent "HTTP\/1.1 400"/],
  ])('%s', async (_, script, message) => {
    const client = await untilData({ ...script, implicitTls }, { ...options, timeoutMs: 300 });
    await expect(client.data('Hello')).rejects.toThrow(message);
    expect([sink.messages.length, sink.refused.length]).toEqual([0, 1]);
    client.destroy();
    await eventually(() => sink.now === 0);
    expect(sink.sessions[0]?.closed).toBe(true);
  });

  it('waits, and drips', async () => {
    const script: SinkOptions = {
      data: { delayMs: 60, reply: '354 at last' },
      body: { delayMs: 10, reply: { drip: '250 slowly', everyMs: 5 } },
    };
    const client = await untilData({ ...script, implicitTls }, options);
    const start = performance.now();
    expect((await client.data('Hello')).text).toBe('slowly');
    // Timers may fire a millisecond early.
    expect(performance.now() - start).toBeGreaterThan(60 + 10 + 12 * 5 - 14);
    expect(sink.messages).toHaveLength(1);
  });
});

it('resets with an RST, even in place of the greeting', async () => {
  sink = await startSink({ greeting: 'reset' });
  const [error] = await once(connect(sink.port, sink.host), 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

it('hangs until the sink stops, and stops in the middle of a delay', async () => {
  const forever = { delayMs: 1e6, reply: '220 hello' };
  sink = await startSink({ greeting: ({ session }) => (session.id === 1 ? 'hang' : forever) });
  const sockets = [connect(sink.port, sink.host), connect(sink.port, sink.host)];
  await eventually(() => sink.now === 2);
  await Promise.all([sink.stop(), sink.stop(), ...sockets.map((socket) => once(socket, 'close'))]);
  expect(sink.now).toBe(0);
});

it('notices at once that a peer has left, before the next one is counted', async () => {
  sink = await startSink();
  for (let round = 0; round < 20; round++) {
    const client = await connectSmtp({ port: sink.port });
    client.destroy();
    await client.closed;
  }
  expect(sink.maxSeen).toBe(1);
});
