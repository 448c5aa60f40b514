/** When storing fails: what the client hears, what the log says, and that nothing is kept. */
import { afterEach, describe, expect, it } from 'vitest';
import type { BodyWriter } from '../store/bodies.ts';
import type { Store } from '../store/store.ts';
import {
  startTestReceiver,
  type TestReceiver,
  type TestReceiverOptions,
} from '../testing/fixtures/receiver.ts';
import { sendMail } from '../testing/send-mail.ts';
import { connectSmtp } from '../testing/smtp-client.ts';
import { eventually } from '../testing/temp.ts';

const MB = 1_048_576;
let server: TestReceiver;

afterEach(() => server?.stop());

async function start(options: TestReceiverOptions = {}): Promise<void> {
  server = await startTestReceiver(options);
  await server.addAccount('ann@here.test');
}

const send = (body: string | Buffer, mailParams?: string) =>
  sendMail({
    port: server.port,
    from: 'joe@far.test',
    to: ['ann@here.test', 'kim@there.test'],
    body,
    ...(mailParams === undefined ? {} : { mailParams }),
  });

/** Nothing of a message is in a mailbox, in the queue or in a file. */
async function expectNothingKept(): Promise<void> {
  expect(await server.contents('ann@here.test')).toEqual([]);
  expect(await server.store.queue.list()).toEqual([]);
  await eventually(async () => (await server.files()).length === 0);
}

/** A store whose writers call `fail` instead of one of their steps. */
function failing(step: 'write' | 'finish', fail: (writer: BodyWriter) => void) {
  return (store: Store): Store => {
    const make = store.bodies.writer.bind(store.bodies);
    store.bodies.writer = (id) => {
      const writer = make(id);
      const write = writer.write.bind(writer);
      const finish = writer.finish.bind(writer);
      if (step === 'finish') {
        writer.finish = async () => {
          fail(writer);
          return finish();
        };
      } else {
        writer.write = async (chunk) => {
          await write(chunk);
          fail(writer);
        };
      }
      return writer;
    };
    return store;
  };
}

function full(writer: BodyWriter): void {
  if (writer.size > 2 * MB)
    throw Object.assign(new Error('no space left on device, write'), { code: 'ENOSPC' });
}

function broken(writer: BodyWriter): void {
  if (writer.size > 2 * MB) throw new Error('The secret path /var/x is broken');
}

describe('no space left', () => {
  it.each([
    ['while the content is written', failing('write', full)],
    ['when it is pressed to disk', failing('finish', full)],
  ])('%s', async (_, wrap) => {
    await start({ wrap });
    const { final } = await send(Buffer.alloc(5 * MB, 'x'));
    expect(final).toMatchObject({
      code: 452,
      text: '4.3.1 No space is left to store messages, please try again later',
    });
    await expectNothingKept();
    expect((await send('Subject: small\r\n\r\n')).accepted).toBe(true);
  });

  it('when it is committed', async () => {
    await start();
    const { ledger } = server.store;
    const accept = ledger.accept.bind(ledger);
    ledger.accept = () =>
      Promise.reject(Object.assign(new Error('database or disk is full'), { errcode: 13 }));
    expect((await send(Buffer.alloc(MB, 'x'))).final).toMatchObject({ code: 452 });
    await expectNothingKept();
    ledger.accept = accept;
    expect((await send(Buffer.alloc(MB, 'x'))).accepted).toBe(true);
  });
});

describe('a fault of ours', () => {
  it.each([
    ['while the content is written', failing('write', broken)],
    ['when it is pressed to disk', failing('finish', broken)],
  ])('%s: the log says what, the client only when to come again', async (_, wrap) => {
    await start({ wrap });
    const { final } = await send(Buffer.alloc(5 * MB, 'x'));
    expect(final).toMatchObject({ code: 451, text: '4.3.0 Local error, please try again later' });
    await expectNothingKept();
    const faults = server.log.filter(({ text }) => text.includes('The secret path /var/x is broken'));
    expect(faults.map(({ host, level }) => [host, level])).toEqual([['127.0.0.1', 'error']]);
  });

  it.each(['MAIL', 'RCPT', 'AUTH'])('at %s', async (verb) => {
    await start();
    const client = await connectSmtp({ port: server.port });
    const { accounts } = server.store;
    const lines =
      {
        AUTH: ['EHLO c', 'AUTH PLAIN AGFubkBoZXJlLnRlc3QAeA=='],
        MAIL: ['EHLO c', 'MAIL FROM:<joe@far.test>'],
        RCPT: ['EHLO c', 'MAIL FROM:<joe@far.test>', 'RCPT TO:<ann@here.test>'],
      }[verb] ?? [];
    const session = server.receiver.sessions[0];
    if (!session) throw new Error('There is no session');
    const fail = () => Promise.reject(new Error('The secret table is gone'));
    if (verb === 'MAIL') session.mail = fail;
    else accounts.find = fail;
    for (const line of lines.slice(0, -1)) expect((await client.command(line)).code).toBe(250);
    expect(await client.command(lines.at(-1) ?? '')).toMatchObject({
      code: 451,
      text: '4.3.0 Local error, please try again later',
    });
    expect((await client.command('NOOP')).code).toBe(250);
    expect(server.log.some(({ text }) => text.includes('The secret table is gone'))).toBe(true);
    client.destroy();
  });

  it('of one message does not touch those committed with it', async () => {
    await start();
    const gone = await server.addAccount('gone@here.test');
    const open = async (to: string) => {
      const client = await connectSmtp({ port: server.port });
      for (const line of ['EHLO c', 'MAIL FROM:<joe@far.test>', `RCPT TO:<${to}>`, 'DATA'])
        await client.command(line);
      return client;
    };
    const [good, bad] = [await open('ann@here.test'), await open('gone@here.test')];
    await server.store.accounts.remove(gone);
    for (const client of [good, bad]) client.write('Subject: x\r\n\r\n.\r\n');
    expect((await good.readReply()).code).toBe(250);
    expect((await bad.readReply()).code).toBe(451);
    for (const client of [good, bad]) client.destroy();
    expect(await server.contents('ann@here.test')).toHaveLength(1);
  });
});

it.each([
  ['small', 'Subject: x\r\n\r\n'],
  ['large', Buffer.alloc(MB, 'x')],
])('an account removed between RCPT and a %s message: 451, and nothing is kept', async (_, body) => {
  await start();
  const id = await server.addAccount('gone@here.test');
  const client = await connectSmtp({ port: server.port });
  for (const line of [
    'EHLO c',
    'MAIL FROM:<joe@far.test>',
    'RCPT TO:<gone@here.test>',
    'RCPT TO:<joe@far.test>',
  ])
    expect((await client.command(line)).code).toBe(250);
  await server.store.accounts.remove(id);
  expect(await client.data(body)).toMatchObject({ code: 451, text: expect.stringMatching(/^4\.3\.0 /) });
  await client.quit();
  await expectNothingKept();
});

describe('the size limit', () => {
  it('refuses what is declared too large at MAIL, before any byte of it', async () => {
    await start({ settings: { maxMessageSizeMB: 1 } });
    const { final, recipients } = await send('x', `SIZE=${MB + 1}`);
    expect(final).toMatchObject({ code: 552, text: expect.stringMatching(/^5\.3\.4 /) });
    expect(recipients).toEqual([]);
    expect((await send('x', `SIZE=${MB}`)).accepted).toBe(true);
  });

  it('refuses after DATA what was not declared, and lets the last byte that fits in', async () => {
    await start({ settings: { maxMessageSizeMB: 1 } });
    const line = Buffer.alloc(MB - 2, 'x');
    const fits = Buffer.concat([line, Buffer.from('\r\n')]);
    const tooLarge = Buffer.concat([line, Buffer.from('x\r\n')]);
    expect((await send(tooLarge)).final).toMatchObject({
      code: 552,
      text: '5.3.4 The message is larger than 1 MB',
    });
    await expectNothingKept();
    expect((await send(fits)).accepted).toBe(true);
  });

  it('counts what is kept, not what was sent', async () => {
    await start({ settings: { maxMessageSizeMB: 1 } });
    // Each of these line feeds becomes two bytes.
    expect((await send(Buffer.alloc(MB - 100, '\n'))).final.code).toBe(552);
    await expectNothingKept();
  });

  it('is felt by the next command when it changes', async () => {
    await start({ settings: { maxMessageSizeMB: 1 } });
    const client = await connectSmtp({ port: server.port });
    const say = async (line: string) => (await client.command(line)).code;
    await say('EHLO c');
    expect(await say(`MAIL FROM:<joe@far.test> SIZE=${2 * MB}`)).toBe(552);
    server.change({ maxMessageSizeMB: 2 });
    expect(await say(`MAIL FROM:<joe@far.test> SIZE=${2 * MB}`)).toBe(250);
    expect(await say('RCPT TO:<ann@here.test>')).toBe(250);
    server.change({ maxMessageSizeMB: 1 });
    expect((await client.data(Buffer.alloc(MB + 1, 'x'))).code).toBe(552);
    await client.quit();
  });
});
