/** Who may send as whom to elsewhere, over a real socket, and what is kept of a transaction for later. */
import { describe, expect, it } from 'vitest';
import {
  asAnn,
  count,
  HELLO,
  NOBODY_TRUSTED,
  queued,
  send,
  server,
} from '../testing/fixtures/receiver-mail.ts';
import { connectSmtp } from '../testing/smtp-client.ts';

async function firstQueued() {
  const { queue } = server.store;
  const now = Date.now() + 1000;
  const [{ messageId } = { messageId: '' }] = await queue.due(now, 1, []);
  const [row] = await queue.dueOfMessage(messageId, now);
  return { row, message: await queue.message(messageId) };
}

describe('mail to elsewhere', () => {
  const far = { to: 'joe@far.test' };

  it('is refused from strangers', async () => {
    server.change(NOBODY_TRUSTED);
    const { final } = await send(far);
    expect(final).toMatchObject({
      code: 550,
      text: expect.stringMatching(/^5\.7\.1 Relaying to joe@far\.test /),
    });
    expect(await queued()).toEqual([]);
  });

  it('is refused for postmaster elsewhere too', async () => {
    server.change(NOBODY_TRUSTED);
    expect((await send({ to: 'postmaster@far.test' })).codes).toEqual(['550 5.7.1']);
  });

  it('is queued from trusted networks, whoever is named as sender', async () => {
    expect((await send({ ...far, from: 'anyone@there.test' })).accepted).toBe(true);
    expect(await queued()).toEqual(['anyone@there.test joe@far.test']);
    expect(server.queuedSignals).toBe(1);
  });

  it('is queued for who signed in', async () => {
    server.change(NOBODY_TRUSTED);
    expect((await send({ ...far, from: 'ann@here.test', ...asAnn })).accepted).toBe(true);
    expect(await queued()).toEqual(['ann@here.test joe@far.test']);
  });

  it('goes to mailbox and queue in one commit', async () => {
    const to = ['ann@here.test', 'joe@far.test', 'JOE@far.test', 'kim@bücher.example'];
    expect((await send({ to })).accepted).toBe(true);
    expect(await count('ann@here.test')).toBe(1);
    expect((await queued()).sort()).toEqual([
      'joe@far.test JOE@far.test',
      'joe@far.test kim@xn--bcher-kva.example',
    ]);
  });
});

it.each([
  ['ann@here.test', '250'],
  ['Sales@here.test', '250'],
  ['ann+tag@here.test', '250'],
  ['ann@bücher.test', '250'],
  ['', '250'],
  ['bob@here.test', '553 5.7.1'],
  ['ann@far.test', '553 5.7.1'],
])('who signed in as ann sends as <%s>: %s', async (from, expected) => {
  const { final } = await send({ from, to: 'bob@here.test', ...asAnn });
  expect(`${final.code} ${final.text}`.startsWith(expected)).toBe(true);
});

it('forgets what was decided in a transaction that was given up', async () => {
  const client = await connectSmtp({ port: server.port });
  const lines = ['EHLO c', 'MAIL FROM:<joe@far.test>', 'RCPT TO:<ann@here.test>', 'RSET'];
  for (const line of lines) expect((await client.command(line)).code).toBe(250);
  expect((await client.command('DATA')).code).toBe(503);
  for (const line of ['MAIL FROM:<joe@far.test>', 'RCPT TO:<bob@here.test>']) await client.command(line);
  expect((await client.data(HELLO)).code).toBe(250);
  await client.quit();
  expect([await count('ann@here.test'), await count('bob@here.test')]).toEqual([0, 1]);
});

it.each([
  [' SMTPUTF8', 'UTF8SMTP'],
  ['', 'ESMTP'],
])(
  'names the protocol of a transaction with "%s" in its Received line: %s (RFC 6531)',
  async (params, protocol) => {
    const client = await connectSmtp({ port: server.port });
    for (const line of ['EHLO c', `MAIL FROM:<joe@far.test>${params}`, 'RCPT TO:<ann@here.test>'])
      expect((await client.command(line)).code).toBe(250);
    expect((await client.data(HELLO)).code).toBe(250);
    await client.quit();
    expect((await server.raw('ann@here.test'))[0]?.toString()).toContain(` with ${protocol} id `);
  },
);

it('keeps what a report will need (RFC 3461)', async () => {
  const client = await connectSmtp({ port: server.port });
  const lines = [
    'EHLO c',
    'MAIL FROM:<ann@here.test> RET=HDRS ENVID=QQ+2B314 SMTPUTF8',
    'RCPT TO:<joe@far.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;kim@far.test',
  ];
  for (const line of lines) expect((await client.command(line)).code).toBe(250);
  expect((await client.data('Subject: caf\u00e9\r\n\r\n')).code).toBe(250);
  await client.quit();
  const { row, message } = await firstQueued();
  expect(row).toMatchObject({ notify: ['SUCCESS', 'DELAY'], orcpt: 'rfc822;kim@far.test' });
  expect(message).toMatchObject({ ret: 'HDRS', envid: 'QQ+314', smtpUtf8: true, eightBit: true });
});

it('adds what a message of our own user lacks, to the copies that leave only', async () => {
  await send({ to: ['joe@far.test', 'bob@here.test'] });
  expect((await server.contents('bob@here.test')).map(String)).toEqual([HELLO]);
  const { message } = await firstQueued();
  expect(message?.completion).toMatch(
    /^Date: [^\r\n]+ \+0000\r\nMessage-ID: <[0-9A-Z]{16}@mail\.waypost\.test>\r\n$/,
  );
});
