/** From an account of ours straight to the hosts of a domain, with the whole engine. */
import { describe, expect, it } from 'vitest';
import { ANNA, BODY, queueLength, sendAsAnna, start } from './testing/fixtures/annas-mail.ts';
import { sinkHostsOf } from './testing/fixtures/sinks.ts';
import { eventually } from './testing/temp.ts';

describe('account to remote, directly', () => {
  it('goes to the second MX host when the first is down, with our Received line in front', async () => {
    const { port, sinks } = await sinkHostsOf(['127.0.0.3']);
    const waypost = await start({
      settings: { delivery: { mxPort: port }, relay: { trustedNetworks: [] } },
      zone: {
        'away.test': {
          MX: [
            { preference: 20, exchange: 'backup.away.test' },
            { preference: 10, exchange: 'main.away.test' },
          ],
        },
        'main.away.test': { A: ['127.0.0.2'] },
        'backup.away.test': { A: ['127.0.0.3'] },
      },
    });
    const sent = await sendAsAnna(waypost, 'bob@away.test');
    expect(sent.final.text).toMatch(/^2\.0\.0 Queued as [0-9A-Z]{16}$/);
    const [message] = (await sinks[0]?.waitFor(1)) ?? [];
    expect(message?.from).toBe(ANNA);
    const text = message?.body.toString() ?? '';
    expect(text).toMatch(
      /^Received: from \S+ \(\[127\.0\.0\.1\]\)\r\n\tby mail\.waypost\.test \(Waypost\) with ESMTPSA id /,
    );
    expect(text.endsWith(BODY)).toBe(true);
    await eventually(async () => (await queueLength(waypost)) === 0, { what: 'an empty queue' });
  });

  it('adds the Date and Message-ID that a mail program left out, to the relayed copy only', async () => {
    const { port, sinks } = await sinkHostsOf(['127.0.0.2']);
    const waypost = await start({
      settings: { delivery: { mxPort: port } },
      zone: { 'away.test': { A: ['127.0.0.2'] } },
    });
    await sendAsAnna(waypost, ['bob@away.test', ANNA], {
      body: 'Subject: bare\r\n\r\nText\r\n',
    });
    const [message] = (await sinks[0]?.waitFor(1)) ?? [];
    expect(message?.body.toString()).toMatch(
      /\r\nDate: .*\r\nMessage-ID: <[0-9A-Z]{16}@mail\.waypost\.test>\r\nSubject: bare\r\n\r\nText\r\n$/,
    );
    const [copy] = await waypost.mailbox(ANNA);
    expect(copy?.toString()).toMatch(/\+0000\r\nSubject: bare\r\n\r\nText\r\n$/);
    expect(copy?.toString()).not.toContain('Message-ID');
  });

  it.each([
    ['a domain that does not exist', 'bob@nowhere.test', 'The domain nowhere.test does not exist.'],
    ['a domain that accepts no mail', 'bob@nomail.test', 'The domain nomail.test accepts no mail (null MX).'],
  ])('reports %s to the sender at once', async (_, to, words) => {
    const waypost = await start({ zone: { 'nomail.test': { MX: [{ preference: 0, exchange: '.' }] } } });
    await sendAsAnna(waypost, to);
    await eventually(async () => (await waypost.mailbox(ANNA)).length === 1, {
      what: 'the report',
    });
    const report = String((await waypost.mailbox(ANNA))[0]);
    expect(report).toMatch(/^Return-Path: <>\r\n/);
    expect(report).toContain('multipart/report');
    expect(report.replace(/=\r\n|\r\n/g, ' ')).toContain(words);
    expect(await queueLength(waypost)).toBe(0);
  });

  it('settles each recipient of one message by itself', async () => {
    const { port, sinks } = await sinkHostsOf(['127.0.0.2'], {
      rcpt: ({ address }) =>
        address.startsWith('no')
          ? '550 5.1.1 unknown'
          : address.startsWith('later')
            ? '450 4.2.0 greylisted'
            : undefined,
    });
    const waypost = await start({
      settings: { delivery: { mxPort: port } },
      zone: { 'away.test': { A: ['127.0.0.2'] } },
    });
    await sendAsAnna(waypost, ['yes@away.test', 'no@away.test', 'later@away.test']);
    const [message] = (await sinks[0]?.waitFor(1)) ?? [];
    expect(message?.rcpts.map((rcpt) => rcpt.address)).toEqual(['yes@away.test']);
    await eventually(async () => (await waypost.mailbox(ANNA)).length === 1, {
      what: 'the report',
    });
    expect(String((await waypost.mailbox(ANNA))[0])).toContain('no@away.test');
    expect(await waypost.engine.queue.list()).toMatchObject([
      {
        to: 'later@away.test',
        state: 'deferred',
        attempts: 1,
        lastReply: expect.stringContaining('450 4.2.0 greylisted'),
      },
    ]);
  });
});
