/** What a connection carries: one message after the other, a large one whole, or only half of it. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { directTo, FIRST } from '../testing/fixtures/mx-hosts.ts';
import { atEnd } from '../testing/fixtures/sinks.ts';
import type { SinkOptions } from '../testing/sink.ts';
import { eventually } from '../testing/temp.ts';

describe('a kept connection', () => {
  it('that the peer has left is no attempt: a fresh one is made', async () => {
    const { run, first, second } = await directTo();
    await run();
    // From now on the first connection is dead, though we can't see it yet; new ones work.
    first.script.mail = ({ session }) => (session.id === 1 ? { close: '421 4.4.2 Idle' } : undefined);
    expect((await run()).words).toEqual({ 'bob@a.test': ['mx mx1.a.test 250 2.0.0 Ok: queued'] });
    first.script.mail = ({ session }) => (session.id === 2 ? 'reset' : undefined);
    expect((await run()).words).toEqual({ 'bob@a.test': ['mx mx1.a.test 250 2.0.0 Ok: queued'] });
    expect(first.sessions).toHaveLength(3);
    expect(first.messages).toHaveLength(3);
    expect(second.sessions).toHaveLength(0);
  });

  it('is used for the next message', async () => {
    const { run, first } = await directTo();
    for (let count = 0; count < 5; count++) await run();
    expect(first.sessions).toHaveLength(1);
  });

  it('goes on after a refusal at DATA', async () => {
    const early: SinkOptions = {
      data: ({ session }) => (session.transactions === 1 ? '554 5.6.0 No' : undefined),
    };
    const { run, first } = await directTo(early);
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'failed' });
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
    expect(first.sessions[0]?.commands).toContain('RSET');
  });
});

it('moves a large message whole', async () => {
  const { run, first } = await directTo();
  const content = Buffer.alloc(5_000_000, 'A line of some length, and then another one.\r\n.\r\n');
  expect((await run({ content })).kinds).toEqual({ 'bob@a.test': 'delivered' });
  const body = first.messages[0]?.body ?? Buffer.alloc(0);
  expect(body.subarray(0, content.length).equals(content)).toBe(true);
});

describe('in the middle of the message', () => {
  const content = Buffer.alloc(20_000_000, 'x'.repeat(70).concat('\r\n'));

  /** A peer in the first host's place, which does something of its own once 100 kB of the message are there. */
  async function directToHalfway(halfway: (socket: Socket) => void) {
    const made = await directTo();
    await made.first.stop();
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      let seen = 0;
      socket.write('220 peer\r\n');
      socket
        .on('error', () => {})
        .on('data', (chunk) => {
          const verb = chunk.toString('latin1').slice(0, 4);
          if (['EHLO', 'MAIL', 'RCPT'].includes(verb)) socket.write('250 Ok\r\n');
          else if (verb === 'DATA') socket.write('354 Go on\r\n');
          if (seen <= 100_000 && seen + chunk.length > 100_000) halfway(socket);
          seen += chunk.length;
        });
    }).listen(made.port, FIRST);
    await once(server, 'listening');
    atEnd(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return made;
  }

  it('a peer that leaves has given no verdict: the next host is tried', async () => {
    const { run, second } = await directToHalfway((socket) => socket.resetAndDestroy());
    expect((await run({ content })).kinds).toEqual({ 'bob@a.test': 'delivered' });
    expect(second.messages).toHaveLength(1);
  });

  it('a refusal counts, and the connection with half a message is not kept', async () => {
    const { run, pool, second } = await directToHalfway((socket) => socket.write('552 5.3.4 Too large\r\n'));
    expect((await run({ content })).words).toEqual({ 'bob@a.test': ['mx mx1.a.test 552 5.3.4 Too large'] });
    expect(pool.idle).toBe(0);
    await eventually(() => pool.open === 0);
    expect(second.sessions).toHaveLength(0);
  });
});
