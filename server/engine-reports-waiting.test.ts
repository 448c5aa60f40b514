/** What anna hears of a message that waits: a notice, once, and how it ended. */
import { describe, expect, it, vi } from 'vitest';
import {
  attempts,
  HOUR,
  later,
  queue,
  reports,
  reportsOf,
  START,
  send,
  smartHost,
  start,
} from './testing/fixtures/annas-reports.ts';
import { sinkHostsOf, sinkOf } from './testing/fixtures/sinks.ts';

describe('a message that waits', () => {
  it('has a notice of delay, and a word when it goes out after all', async () => {
    const relay = await sinkOf({ body: '451 4.3.0 Not now' });
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
    const { port, sinks } = await sinkHostsOf(['127.0.0.2', '127.0.0.3'], { rcpt: '450 4.2.0 Greylisted' });
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
    const relay = await sinkOf({ body: '451 4.3.0 Not now' });
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
    const relay = await sinkOf({ body: '451 4.3.0 Not now' });
    const { port } = await sinkHostsOf(['127.0.0.2'], { rcpt: '450 4.7.1 Greylisted' });
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
