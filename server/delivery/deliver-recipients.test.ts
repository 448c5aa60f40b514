/** Several recipients of one message: each has a fate of its own, and a line in the log. */
import { describe, expect, it } from 'vitest';
import { at, directTo, FIRST } from '../testing/fixtures/mx-hosts.ts';

describe('several recipients of one transaction', () => {
  const to = ['good@a.test', 'gone@a.test', 'later@a.test', 'full@a.test', 'blocked@a.test'];
  const replies: Record<string, string> = {
    'gone@a.test': '550 5.1.1 No such user',
    'later@a.test': '451 4.3.0 Later',
    'full@a.test': '452 4.2.2 Full',
    'blocked@a.test': '550 5.7.1 Blocked',
  };
  const rcpt = ({ address }: { address: string }) => replies[address];

  it.each([
    ['with', undefined],
    ['without', ['SIZE', '8BITMIME']],
  ])('have each their fate, %s pipelining', async (_, extensions) => {
    const script = { rcpt, ...(extensions ? { extensions } : {}) };
    const { run, first } = await directTo(script);
    expect((await run({ to })).kinds).toEqual({
      'good@a.test': 'delivered',
      'gone@a.test': 'failed',
      'later@a.test': 'deferred',
      'full@a.test': 'deferred',
      'blocked@a.test': 'failed',
    });
    expect(first.messages).toHaveLength(1);
    expect(first.messages[0]?.rcpts.map(({ address }) => address)).toEqual(['good@a.test']);
  });

  it('go on to the next host only where it may help', async () => {
    const { run, second } = await directTo(at(FIRST, { rcpt }));
    expect((await run({ to })).kinds).toMatchObject({
      'good@a.test': 'delivered',
      'later@a.test': 'delivered',
    });
    expect(second.messages[0]?.rcpts.map(({ address }) => address)).toEqual(['later@a.test']);
  });

  it('keep a refusal at RCPT when the message is refused afterwards, or the connection lost', async () => {
    const { run, first } = await directTo({ rcpt, body: '554 5.6.0 Malformed' });
    const two = ['good@a.test', 'gone@a.test'];
    expect((await run({ to: two })).words).toEqual({
      'good@a.test': ['mx mx1.a.test 554 5.6.0 Malformed'],
      'gone@a.test': ['mx mx1.a.test 550 5.1.1 No such user'],
    });
    first.script.body = 'drop';
    expect((await run({ to: two })).words).toEqual({
      'good@a.test': ['mx mx1.a.test 4.4.2'],
      'gone@a.test': ['mx mx1.a.test 550 5.1.1 No such user'],
    });
    first.script.data = '451 4.3.0 Not now';
    first.script.body = undefined;
    expect((await run({ to: two })).words).toMatchObject({
      'gone@a.test': ['mx mx1.a.test 550 5.1.1 No such user'],
    });
  });

  it('share one RCPT when they are spelled alike', async () => {
    const { run, first } = await directTo();
    await run({ to: ['bob@a.test', 'bob@A.test'] });
    expect(first.messages[0]?.rcpts).toHaveLength(1);
  });
});

it('logs one line for each recipient and hop, in plain words', async () => {
  const { run, entries } = await directTo({
    rcpt: ({ address }) => (address === 'gone@a.test' ? '550 5.1.1 No' : undefined),
  });
  await run({ to: ['bob@a.test', 'gone@a.test'] });
  expect(entries[0]?.session).toMatch(/^\w{16}$/);
  expect(entries).toEqual([
    {
      session: entries[0]?.session,
      level: 'info',
      message: 'M1',
      address: 'bob@a.test',
      host: 'mx1.a.test',
      text: 'Delivered to mx1.a.test: 250 2.0.0 Ok: queued',
    },
    {
      session: entries[0]?.session,
      level: 'error',
      message: 'M1',
      address: 'gone@a.test',
      host: 'mx1.a.test',
      text: 'mx1.a.test: failed: 550 5.1.1 No',
    },
  ]);
});
