/** What is not sent at all: what the peer could not take, and what we have not whole. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { directTo } from '../testing/fixtures/mx-hosts.ts';

describe('what is not sent', () => {
  it('is a message over the limit: no connection is made', async () => {
    const { run, first } = await directTo({}, { settings: { maxMessageSizeMB: 1 } });
    const result = await run({ content: Buffer.alloc(1_060_000, 'x') });
    expect(result.kinds).toEqual({ 'bob@a.test': 'failed' });
    expect(result.words).toEqual({ 'bob@a.test': ['mx 5.3.4'] });
    expect(first.sessions).toHaveLength(0);
    expect((await run({ content: Buffer.alloc(1_048_576 + 500, 'x') })).kinds).toEqual({
      'bob@a.test': 'delivered',
    });
  });

  it("is a message over the peer's SIZE: no MAIL is said", async () => {
    const { run, first, second } = await directTo({ extensions: ['PIPELINING', 'SIZE 1000'] });
    const result = await run({ content: Buffer.alloc(1001, 'x') });
    expect(result).toMatchObject({
      kinds: { 'bob@a.test': 'failed' },
      words: { 'bob@a.test': ['mx mx1.a.test 5.3.4'] },
    });
    expect(first.sessions[0]?.commands).toEqual(['EHLO mail.our.test']);
    expect(second.sessions).toHaveLength(0);
    expect((await run({ content: Buffer.alloc(1000, 'x') })).kinds).toEqual({ 'bob@a.test': 'delivered' });
  });

  it.each([['0'], ['']])('is none when SIZE has no limit (%j)', async (limit) => {
    const { run } = await directTo({ extensions: [`SIZE ${limit}`] });
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
  });

  it('is what needs SMTPUTF8 where the peer has it not (RFC 6531)', async () => {
    const { run, first } = await directTo({ extensions: ['SIZE'] });
    const result = await run({ to: ['jürgen@a.test', 'bob@a.test'] });
    expect(result.words).toEqual({
      'jürgen@a.test': ['mx mx1.a.test 5.6.7'],
      'bob@a.test': ['mx mx1.a.test 250 2.0.0 Ok: queued'],
    });
    expect(result.kinds['jürgen@a.test']).toBe('failed');
    expect(first.messages[0]?.rcpts).toHaveLength(1);
    expect((await run({ smtpUtf8: true, content: 'Subject: Grüße\r\n\r\n' })).kinds).toEqual({
      'bob@a.test': 'failed',
    });
    // Said, but not needed.
    expect((await run({ smtpUtf8: true })).kinds).toEqual({ 'bob@a.test': 'delivered' });
  });

  it('is content that is shorter than it should be, or unreadable; we are to blame, not the peer', async () => {
    const { run, first, entries } = await directTo(
      {},
      { settings: { smartHost: { enabled: true, host: 'localhost:9' } } },
    );
    const short = () => Readable.from([Buffer.from('half')], { objectMode: false });
    for (const open of [
      short,
      () => createReadStream('/nowhere/at/all'),
      () => Promise.reject(new Error('no such row')),
    ]) {
      entries.length = 0;
      const { kinds, words } = await run({ open, size: 1000 });
      expect(kinds).toEqual({ 'bob@a.test': 'deferred' });
      expect(words).toEqual({ 'bob@a.test': ['mx 4.3.0'] });
      expect(entries.filter(({ level }) => level === 'error')).toHaveLength(1);
    }
    expect(first.messages).toHaveLength(0);
    expect(first.refused).toHaveLength(0);
    expect((await run()).kinds).toEqual({ 'bob@a.test': 'delivered' });
  });
});
