/** Who is told of what: as NOTIFY says, and nobody of what has no sender. */
import { describe, expect, it } from 'vitest';
import { ANNA } from './testing/fixtures/annas-mail.ts';
import {
  attempts,
  HOUR,
  later,
  queue,
  reports,
  reportsOf,
  send,
  smartHost,
  start,
} from './testing/fixtures/annas-reports.ts';
import { sinkHostsOf, sinkOf } from './testing/fixtures/sinks.ts';
import { USUAL_EXTENSIONS } from './testing/sink-script.ts';
import { eventually } from './testing/temp.ts';

describe('NOTIFY', () => {
  const RECIPIENTS = [
    'ben@waypost.test',
    'ok@plain.test',
    'ok@dsn.test',
    'no@plain.test',
    'later@plain.test',
  ];
  const verdict = ({ address }: { address: string }) => {
    if (address.startsWith('no@')) return '550 5.1.1 No such user';
    return address.startsWith('later@') ? '450 4.2.0 Greylisted' : undefined;
  };

  it.each([
    ['', ['failed no@plain.test', 'delayed later@plain.test']],
    ['NEVER', []],
    ['SUCCESS', ['delivered ben@waypost.test', 'relayed ok@plain.test']],
    ['FAILURE', ['failed no@plain.test']],
    ['DELAY', ['delayed later@plain.test']],
    ['SUCCESS,DELAY', ['delivered ben@waypost.test', 'relayed ok@plain.test', 'delayed later@plain.test']],
    ['SUCCESS,FAILURE', ['delivered ben@waypost.test', 'relayed ok@plain.test', 'failed no@plain.test']],
    [
      'success,failure,delay',
      [
        'delivered ben@waypost.test',
        'relayed ok@plain.test',
        'failed no@plain.test',
        'delayed later@plain.test',
      ],
    ],
  ])('%s is told %j', async (notify, expected) => {
    const { port, sinks } = await sinkHostsOf(['127.0.0.2', '127.0.0.3'], (host) => ({
      rcpt: verdict,
      ...(host === '127.0.0.2' ? { extensions: USUAL_EXTENSIONS.filter((each) => each !== 'DSN') } : {}),
    }));
    const waypost = await start({
      settings: { delivery: { mxPort: port } },
      zone: { 'plain.test': { A: ['127.0.0.2'] }, 'dsn.test': { A: ['127.0.0.3'] } },
    });
    await send(waypost, RECIPIENTS, {
      mailParams: 'RET=HDRS ENVID=QQ+2B314',
      ...(notify === '' ? {} : { rcptParams: `NOTIFY=${notify} ORCPT=rfc822;first@old.test` }),
    });
    const isTold = expected.includes('delivered ben@waypost.test');
    // In the very commit before the 250.
    expect(await reports(waypost)).toHaveLength(isTold ? 1 : 0);
    expect(await waypost.mailbox('ben@waypost.test')).toHaveLength(1);
    await eventually(async () => (await queue(waypost)).map(({ to }) => to).join() === 'later@plain.test');
    await attempts(waypost, 1);
    later(waypost, 4 * HOUR);
    await attempts(waypost, 2);
    const all = await reportsOf(waypost, expected.length);
    const told = all.flatMap(({ recipients }) =>
      recipients.map((each) => `${each.action} ${each['final-recipient']?.split(' ')[1]}`),
    );
    expect(told.sort()).toEqual([...expected].sort());
    for (const { message, recipients } of all) {
      expect(message['original-envelope-id']).toBe('QQ+314');
      expect(recipients[0]?.['original-recipient']).toBe(notify === '' ? undefined : 'rfc822;first@old.test');
    }
    const [plain, dsn] = sinks.map(({ messages }) => messages[0]);
    expect([plain?.mailParams.ENVID, plain?.rcpts[0]?.params]).toEqual([undefined, {}]);
    expect(dsn?.mailParams).toMatchObject({ RET: 'HDRS', ENVID: 'QQ+2B314' });
    expect(dsn?.rcpts[0]?.params).toEqual(
      notify === '' ? {} : { NOTIFY: notify.toUpperCase(), ORCPT: 'rfc822;first@old.test' },
    );
  });
});

describe('nobody is told', () => {
  it('of what came without a sender, and of reports that fail', async () => {
    const relay = await sinkOf({ rcpt: '550 5.1.1 No such user' });
    const waypost = await start({ settings: smartHost(relay) });
    const rcptParams = 'NOTIFY=SUCCESS,FAILURE,DELAY';
    await send(waypost, ['bob@away.test', 'ben@waypost.test'], { from: '', rcptParams });
    await send(waypost, 'bob@away.test', { from: 'zoe@far.test', rcptParams });
    const refused = () =>
      relay.sessions.flatMap(({ commands }) => commands).filter((line) => /^RCPT/.test(line));
    await eventually(() => refused().some((line) => line.startsWith('RCPT TO:<zoe@far.test>')));
    await eventually(async () => (await queue(waypost)).length === 0);
    const dropped = await waypost.engine.store.log.search({ limit: 9, text: 'Nobody can be told' });
    expect(dropped.map(({ address }) => address).sort()).toEqual(['bob@away.test', 'zoe@far.test']);
    expect(refused()).toHaveLength(3);
    // His copy of the first message.
    expect(await waypost.mailbox('ben@waypost.test')).toHaveLength(1);
    expect(await waypost.mailbox(ANNA)).toEqual([]);
  });

  it('twice through a mailbox of ours: the report lies there and goes no further', async () => {
    const relay = await sinkOf({ rcpt: '550 5.1.1 No such user' });
    const waypost = await start({ settings: smartHost(relay) });
    await send(waypost, 'bob@away.test', { rcptParams: 'NOTIFY=SUCCESS,FAILURE' });
    await reportsOf(waypost, 1);
    await eventually(async () => (await queue(waypost)).length === 0);
    expect(
      relay.sessions.flatMap(({ commands }) => commands).filter((line) => /^MAIL/.test(line)),
    ).toHaveLength(1);
  });
});
