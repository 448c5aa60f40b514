import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestEngine, type TestEngine, type TestEngineOptions } from './testing/fixtures/engine.ts';
import { type ReadReport, readReport } from './testing/read-report.ts';
import { type SendMailOptions, sendMail } from './testing/send-mail.ts';
import { type Sink, startSink, startSinkHosts } from './testing/sink.ts';
import { USUAL_EXTENSIONS } from './testing/sink-script.ts';
import { eventually } from './testing/temp.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 22, 10);
const ANNA = 'anna@waypost.test';

const stops: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  // Only what time it is: sockets and timers go on.
  vi.useFakeTimers({ now: START, toFake: ['Date'] });
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  vi.useRealTimers();
});

async function start(options: TestEngineOptions): Promise<TestEngine> {
  const waypost = await startTestEngine(options);
  stops.push(waypost.stop);
  for (const address of [ANNA, 'ben@waypost.test']) await waypost.addAccount(address);
  return waypost;
}

async function sink(options: Parameters<typeof startSink>[0] = {}): Promise<Sink> {
  const started = await startSink(options);
  stops.push(started.stop);
  return started;
}

async function hosts(addresses: string[], options: Parameters<typeof startSinkHosts>[1]) {
  const started = await startSinkHosts(addresses, options);
  stops.push(started.stop);
  return started;
}

const smartHost = ({ port }: Sink) => ({
  smartHost: { enabled: true, exclusive: true, host: `127.0.0.1:${port}` },
});

const send = ({ port }: TestEngine, to: string | string[], more: Partial<SendMailOptions> = {}) =>
  sendMail({
    port,
    from: ANNA,
    to,
    body: 'Subject: Offer\r\nMessage-ID: <offer@waypost.test>\r\n\r\nHello\r\n',
    ...more,
  });

async function reports(waypost: TestEngine, address = ANNA): Promise<ReadReport[]> {
  return Promise.all((await waypost.mailbox(address)).map(readReport));
}

/** Waits for so many reports to anna; no more may come. */
async function reportsOf(waypost: TestEngine, count: number): Promise<ReadReport[]> {
  await eventually(async () => (await waypost.mailbox(ANNA)).length === count, { what: `${count} reports` });
  return reports(waypost);
}

const queue = ({ engine }: TestEngine) => engine.queue.list();
const attempts = (waypost: TestEngine, count: number) =>
  eventually(
    async () => (await queue(waypost)).every((row) => row.attempts === count && row.state !== 'sending'),
    {
      what: `${count} attempts`,
    },
  );

/** It becomes so much later, as for a machine that sleeps. */
function later(waypost: TestEngine, ms: number): void {
  waypost.engine.sleep();
  vi.setSystemTime(Date.now() + ms);
  waypost.engine.wakeUp();
}

describe('a message that waits', () => {
  it('has a notice of delay, and a word when it goes out after all', async () => {
    const relay = await sink({ body: '451 4.3.0 Not now' });
    const waypost = await start({ settings: smartHost(relay) });
    await send(waypost, 'bob@away.test');
    await attempts(waypost, 1);
    later(waypost, 4 * HOUR);
    const [notice] = await reportsOf(waypost, 1);
    await attempts(waypost, 2);
    expect(notice).toMatchObject({
      subject: 'Your message is delayed',
      inReplyTo: '<offer@waypost.test>',
      message: {
        'reporting-mta': 'dns; mail.waypost.test',
        'arrival-date': 'Sun, 22 Nov 2026 10:00:00 +0000',
      },
      recipients: [
        {
          'final-recipient': 'rfc822; bob@away.test',
          action: 'delayed',
          status: '4.3.0',
          'remote-mta': 'dns; 127.0.0.1',
          'diagnostic-code': 'smtp; 451 4.3.0 Not now',
          'last-attempt-date': 'Sun, 22 Nov 2026 14:00:00 +0000',
          'will-retry-until': 'Thu, 26 Nov 2026 10:00:00 +0000',
        },
      ],
      original: { type: 'text/rfc822-headers', text: expect.stringContaining('Subject: Offer\n') },
    });
    expect(notice?.text).toContain('Your message "Offer" of Sun, 22 Nov 2026,');
    expect(notice?.text).toContain('the SmartHost 127.0.0.1 said: 451 4.3.0 Not now');

    vi.setSystemTime(Date.now() + HOUR);
    await waypost.engine.queue.retryAll();
    await attempts(waypost, 3);
    relay.script.body = undefined;
    vi.setSystemTime(Date.now() + HOUR);
    await waypost.engine.queue.retryAll();
    const [, after] = await reportsOf(waypost, 2);
    expect(after).toMatchObject({
      subject: 'Your message did go out after all',
      inReplyTo: '<offer@waypost.test>',
      recipients: [
        {
          'final-recipient': 'rfc822; bob@away.test',
          action: 'relayed',
          status: expect.stringMatching(/^2\./),
          'last-attempt-date': 'Sun, 22 Nov 2026 16:00:00 +0000',
        },
      ],
    });
    expect(after?.text).toContain('It did go out after all, on Sun, 22 Nov 2026,');
    expect(after?.text).toContain('This follows the notice of delay that you got on Sun, 22 Nov 2026,');
    expect(await queue(waypost)).toEqual([]);
  });

  it('has one notice for all its recipients after three days of sleep', async () => {
    const { port, sinks } = await hosts(['127.0.0.2', '127.0.0.3'], { rcpt: '450 4.2.0 Greylisted' });
    const waypost = await start({
      settings: { delivery: { mxPort: port } },
      zone: { 'two.test': { A: ['127.0.0.2'] }, 'three.test': { A: ['127.0.0.3'] } },
    });
    const to = ['a@two.test', 'b@two.test', 'c@three.test', 'd@nowhere.test'];
    await waypost.engine.apply({ delivery: { retryMinutes: [60] } });
    for (let message = 0; message < 3; message++) await send(waypost, to.slice(0, 3));
    await attempts(waypost, 1);
    later(waypost, 72 * HOUR);
    const notices = await reportsOf(waypost, 3);
    for (const { recipients } of notices)
      expect(recipients.map((each) => each['final-recipient'])).toEqual(
        to.slice(0, 3).map((address) => `rfc822; ${address}`),
      );
    expect(notices[0]?.text).toContain('After that it is tried about every hour, until');
    expect(sinks.map(({ messages }) => messages.length)).toEqual([0, 0]);
    later(waypost, HOUR);
    await attempts(waypost, 3);
    expect(await reports(waypost)).toHaveLength(3);
  });

  it('has its notice after a restart, and that only once', async () => {
    const relay = await sink({ body: '451 4.3.0 Not now' });
    const waypost = await start({
      settings: { ...smartHost(relay), delivery: { retryMinutes: [1440] } },
    });
    await send(waypost, 'bob@away.test');
    await attempts(waypost, 1);
    vi.setSystemTime(START + 5 * HOUR);
    await waypost.restart();
    await reportsOf(waypost, 1);
    await waypost.restart();
    later(waypost, HOUR);
    await waypost.engine.queue.retryAll();
    await attempts(waypost, 2);
    expect(await reports(waypost)).toHaveLength(1);
  });

  it('goes back in the end, with what both hops said', async () => {
    const relay = await sink({ body: '451 4.3.0 Not now' });
    const { port } = await hosts(['127.0.0.2'], { rcpt: '450 4.7.1 Greylisted' });
    const waypost = await start({
      settings: {
        smartHost: { enabled: true, exclusive: false, host: `127.0.0.1:${relay.port}` },
        delivery: { mxPort: port },
      },
      zone: { 'away.test': { A: ['127.0.0.2'] } },
    });
    await send(waypost, 'bob@away.test');
    await attempts(waypost, 1);
    later(waypost, 5 * HOUR);
    await reportsOf(waypost, 1);
    later(waypost, 96 * HOUR);
    const [, expired] = await reportsOf(waypost, 2);
    expect(expired).toMatchObject({
      subject: 'Your message could not be delivered in time',
      recipients: [
        {
          action: 'failed',
          status: '4.4.7',
          'diagnostic-code': 'smtp; 451 4.3.0 Not now',
          'last-attempt-date': 'Thu, 26 Nov 2026 15:00:00 +0000',
        },
      ],
    });
    expect(expired?.recipients[0]).not.toHaveProperty('will-retry-until');
    expect(expired?.text).toMatch(
      /away\.test said: 450 4\.7\.1 Greylisted\n {4}the SmartHost 127\.0\.0\.1 said: 451 4\.3\.0 Not now\n/,
    );
    expect(expired?.text).toContain(
      'It was tried 3 times within 101 hours. The last attempt, on Thu, 26 Nov 2026,',
    );
    expect(expired?.text).toContain('This follows the notice of delay that you got on Sun, 22 Nov 2026,');
    expect(await queue(waypost)).toEqual([]);
  });
});

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
    const { port, sinks } = await hosts(['127.0.0.2', '127.0.0.3'], (host) => ({
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
    const relay = await sink({ rcpt: '550 5.1.1 No such user' });
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
    const relay = await sink({ rcpt: '550 5.1.1 No such user' });
    const waypost = await start({ settings: smartHost(relay) });
    await send(waypost, 'bob@away.test', { rcptParams: 'NOTIFY=SUCCESS,FAILURE' });
    await reportsOf(waypost, 1);
    await eventually(async () => (await queue(waypost)).length === 0);
    expect(
      relay.sessions.flatMap(({ commands }) => commands).filter((line) => /^MAIL/.test(line)),
    ).toHaveLength(1);
  });
});
