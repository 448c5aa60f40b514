/** Mail to our own accounts, over a real socket: it is in the mailbox when 250 is answered. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  asAnn,
  count,
  HELLO,
  NOBODY_TRUSTED,
  queued,
  send,
  server,
} from '../testing/fixtures/receiver-mail.ts';

const MB = 1_048_576;

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
