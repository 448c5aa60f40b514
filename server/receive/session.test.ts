/** Who may send what to whom, over a real socket: the mail is where it belongs when 250 is answered. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, startTestReceiver, type TestReceiver } from '../testing/fixtures/receiver.ts';
import { type SendMailOptions, sendMail } from '../testing/send-mail.ts';
import { connectSmtp } from '../testing/smtp-client.ts';

const MB = 1_048_576;
const HELLO = 'Subject: Hello\r\n\r\nHello\r\n';
const NOBODY_TRUSTED = { relay: { trustedNetworks: [] } };

let server: TestReceiver;

beforeEach(async () => {
  server = await startTestReceiver();
  await server.addAccount('ann@here.test', { aliases: ['sales@here.test', 'ann@bücher.test'] });
  await server.addAccount('bob@here.test');
});
afterEach(() => server.stop());

async function send(options: Partial<SendMailOptions>) {
  const result = await sendMail({
    port: server.port,
    from: 'joe@far.test',
    to: 'ann@here.test',
    body: HELLO,
    ...options,
  });
  return {
    ...result,
    codes: result.recipients.map(({ reply }) => `${reply.code} ${reply.text.split(' ')[0]}`),
  };
}

async function firstQueued() {
  const { queue } = server.store;
  const now = Date.now() + 1000;
  const [{ messageId } = { messageId: '' }] = await queue.due(now, 1, []);
  const [row] = await queue.dueOfMessage(messageId, now);
  return { row, message: await queue.message(messageId) };
}

const asAnn = { auth: { user: 'ann@here.test', password: PASSWORD } };
const count = async (address: string) => (await server.contents(address)).length;
const queued = async () => (await server.store.queue.list()).map(({ from, to }) => `${from} ${to}`);

describe('mail to an account', () => {
  it('is there from anywhere, when 250 is answered', async () => {
    server.change(NOBODY_TRUSTED);
    const { final } = await send({});
    expect(final).toMatchObject({
      code: 250,
      text: expect.stringMatching(/^2\.0\.0 Queued as [0-9A-Z]{16}$/),
    });
    expect((await server.contents('ann@here.test')).map(String)).toEqual([HELLO]);
    const account = await server.store.accounts.find('ann@here.test');
    const [entry] = await server.store.mailboxes.list(account?.id ?? 0);
    expect(final.text.endsWith(entry?.id ?? '?')).toBe(true);
    expect(await queued()).toEqual([]);
    expect(server.queuedSignals).toBe(0);
  });

  it('goes from account to account without the queue', async () => {
    expect((await send({ from: 'ann@here.test', to: 'bob@here.test', ...asAnn })).accepted).toBe(true);
    expect(await count('bob@here.test')).toBe(1);
    expect(await queued()).toEqual([]);
    expect((await server.raw('bob@here.test'))[0]?.toString()).toContain(' with ESMTPA id ');
  });

  it.each([
    ['in capitals', 'ANN@HERE.TEST'],
    ['with a tag', 'ann+shop@here.test'],
    ['by its alias', 'sales@here.test'],
    ['by its alias with a tag', 'Sales+x@here.test'],
    ['in a domain of another script', 'ann@bücher.test'],
    ['in that domain as DNS has it', 'ann@xn--bcher-kva.test'],
    ['in that domain in capitals', 'ANN@XN--BCHER-KVA.TEST'],
    ['as postmaster', 'postmaster@here.test'],
    ['as postmaster of another of our domains', 'Postmaster@xn--bcher-kva.test'],
    ['as postmaster without a domain', 'POSTMASTER'],
  ])('is found %s', async (_, to) => {
    expect((await send({ to })).final).toMatchObject({ code: 250 });
    expect(await count('ann@here.test')).toBe(1);
    expect((await server.raw('ann@here.test'))[0]?.toString()).not.toMatch(/[^\r\n\t\x20-\x7e]/);
  });

  it('is one copy, however many of its addresses were named', async () => {
    const to = ['ann@here.test', 'ANN@here.test', 'sales@here.test', 'ann+1@here.test', 'postmaster'];
    expect((await send({ to: [...to, 'bob@here.test'] })).accepted).toBe(true);
    expect([await count('ann@here.test'), await count('bob@here.test')]).toEqual([1, 1]);
  });

  it('leaves out unknown recipients and takes the others', async () => {
    await Promise.all(Array.from({ length: 90 }, (_, index) => server.addAccount(`user${index}@here.test`)));
    const to = Array.from({ length: 100 }, (_, index) => `user${index}@here.test`);
    const { codes, accepted } = await send({ to });
    expect(codes.slice(0, 90).every((code) => code === '250 2.1.5')).toBe(true);
    expect(codes.slice(90).every((code) => code === '550 5.1.1')).toBe(true);
    expect(accepted).toBe(true);
    const counts = await Promise.all(to.slice(0, 90).map(count));
    expect(counts.every((one) => one === 1)).toBe(true);
  });

  it('takes 100 recipients at a time; the 101st is asked for in another transaction', async () => {
    const to = Array.from({ length: 101 }, (_, index) => `joe${index}@far.test`);
    const { recipients, accepted } = await send({ to });
    expect(recipients.slice(0, 100).every(({ reply }) => reply.code === 250)).toBe(true);
    expect(recipients[100]?.reply).toMatchObject({ code: 452, text: expect.stringMatching(/^4\.5\.3 /) });
    expect(accepted).toBe(true);
    expect(await queued()).toHaveLength(100);
    expect(server.queuedSignals).toBe(1);
  });

  it.each([
    ['nobody@here.test', 550, '5.1.1 There is no mailbox nobody@here.test here'],
    ['nobody', 501, '5.1.3 '],
    ['off@here.test', 550, '5.2.1 The mailbox off@here.test is switched off'],
    ['a..b@here.test', 501, '5.1.3 '],
  ])('is refused for %s with %i %s', async (to, code, text) => {
    await server.addAccount('off@here.test', { enabled: false });
    const { final } = await send({ to });
    expect(final.code).toBe(code);
    expect(final.text.startsWith(text)).toBe(true);
  });
});

describe('a mailbox with a quota', () => {
  beforeEach(async () => {
    await server.addAccount('small@here.test', { quotaMB: 1 });
  });
  const fill = () => send({ to: 'small@here.test', body: Buffer.alloc(MB, 'x') });

  it('refuses for now when it is full', async () => {
    expect((await fill()).accepted).toBe(true);
    const { final } = await send({ to: 'small@here.test' });
    expect(final).toMatchObject({ code: 452, text: expect.stringMatching(/^4\.2\.2 The mailbox is full/) });
    expect(await count('small@here.test')).toBe(1);
  });

  it('refuses for good what it can never hold', async () => {
    const { final } = await send({ to: 'small@here.test', mailParams: `SIZE=${MB + 1}` });
    expect(final).toMatchObject({ code: 552, text: expect.stringMatching(/^5\.2\.2 /) });
  });

  it("takes postmaster's mail all the same", async () => {
    await server.addAccount('postmaster@small.test', { quotaMB: 1 });
    await send({ to: 'postmaster@small.test', body: Buffer.alloc(MB, 'x') });
    expect((await send({ to: 'postmaster@small.test' })).accepted).toBe(true);
    expect(await count('postmaster@small.test')).toBe(2);
  });
});

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
