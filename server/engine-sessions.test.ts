/** What people do with open sessions: end one with words of their own, keep an address out for an hour. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from './testing/fixtures/engine.ts';
import { Pop3Client } from './testing/pop3-client.ts';
import { unusedPort } from './testing/ports.ts';
import { connectSmtp, type SmtpClient } from './testing/smtp-client.ts';
import { eventually } from './testing/temp.ts';

const ANNA = 'anna@waypost.test';
let waypost: TestEngine;

beforeEach(async () => {
  waypost = await startTestEngine();
  await waypost.addAccount(ANNA);
});
afterEach(() => waypost.stop());

/** What every window is shown now. */
async function look() {
  for await (const view of waypost.engine.watch()) return view;
  throw new Error('The engine shows nothing.');
}

async function open(): Promise<{ client: SmtpClient; id: string }> {
  const client = await connectSmtp({ port: waypost.port });
  await client.command('EHLO client.test');
  const { incoming } = await look();
  return { client, id: incoming.at(-1)?.id ?? '' };
}

describe('ending a session', () => {
  it('says 421 with the words given, closes, and gives its place back', async () => {
    const { client, id } = await open();
    expect(waypost.engine.sessions.end(id, 'Please call Anna\r\n250 first ü')).toBe(true);
    expect(await client.readReply()).toMatchObject({ code: 421, text: '4.3.2 Please call Anna 250 first' });
    await client.closed;
    expect((await look()).incoming).toEqual([]);
    expect(waypost.engine.sessions.end(id)).toBe(false);
  });

  it('has words of its own where none are given, and touches no other session', async () => {
    const { client, id } = await open();
    const other = await open();
    waypost.engine.sessions.end(id);
    expect((await client.readReply()).text).toBe('4.3.2 Closed by the administrator');
    expect((await other.client.command('NOOP')).code).toBe(250);
    await other.client.quit();
  });

  it('in the middle of a message keeps nothing of it', async () => {
    const { client, id } = await open();
    await client.command(`MAIL FROM:<${ANNA}>`);
    await client.command(`RCPT TO:<${ANNA}>`);
    await client.command('DATA');
    client.write('Subject: half\r\n\r\nHalf of');
    await sleep(50);
    waypost.engine.sessions.end(id);
    expect((await client.readReply()).code).toBe(421);
    await client.closed;
    await eventually(async () => expect((await look()).incoming).toEqual([]));
    expect(await waypost.mailbox(ANNA)).toEqual([]);
  });

  it('of POP3 ends it between two commands, and removes nothing', async () => {
    const port = await unusedPort('127.0.0.1');
    await waypost.engine.apply({ pickup: { pop3: { port, address: '127.0.0.1' } } });
    const { client } = await open();
    await client.command(`MAIL FROM:<${ANNA}>`);
    await client.command(`RCPT TO:<${ANNA}>`);
    await client.data('Subject: x\r\n\r\nx\r\n');
    await client.quit();
    const pop3 = await Pop3Client.connect({ port });
    await pop3.line();
    await pop3.say(`USER ${ANNA}`);
    await pop3.say('PASS secret');
    await pop3.say('DELE 1');
    const [session] = (await look()).incoming;
    expect(session).toMatchObject({ protocol: 'POP3', port, phase: 'signed in', account: ANNA });
    expect(waypost.engine.sessions.end(session?.id ?? '')).toBe(true);
    await eventually(() => expect(pop3.isOver).toBe(true));
    expect(await waypost.mailbox(ANNA)).toHaveLength(1);
  });
});

describe('blocking an address', () => {
  it('ends its sessions, keeps it out, and shows until when; undone, it may come again', async () => {
    const { client } = await open();
    expect(waypost.engine.sessions.block('127.0.0.1')).toBe(1);
    expect((await client.readReply()).code).toBe(421);
    expect((await connectSmtp({ port: waypost.port })).greeting.code).toBe(421);
    const [block] = (await look()).blocked;
    expect(block).toMatchObject({ address: '127.0.0.1', reason: 'by hand' });
    expect((block?.until.getTime() ?? 0) - (block?.since.getTime() ?? 0)).toBe(3_600_000);
    expect(waypost.engine.sessions.unblock('127.0.0.1')).toBe(true);
    expect((await look()).blocked).toEqual([]);
    expect((await connectSmtp({ port: waypost.port })).greeting.code).toBe(220);
  });

  it('takes nothing but addresses', () => {
    expect(waypost.engine.sessions.block('example.com')).toBeUndefined();
    expect(waypost.engine.sessions.unblock('127.0.0.9')).toBe(false);
  });
});
