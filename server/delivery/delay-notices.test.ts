/** Notices of delay: when they come, once, to whom and for whom. */
import { describe, expect, it, vi } from 'vitest';
import {
  circumstances,
  defer,
  HOUR,
  log,
  MINUTE,
  notices,
  pass,
  queue,
  reports,
  restart,
  START,
  test,
  told,
} from '../testing/fixtures/late-mail.ts';

function notifyAfter(delayNoticeHours: number): void {
  const { settings } = circumstances;
  circumstances.settings = { ...settings, delivery: { ...settings.delivery, delayNoticeHours } };
}

describe('a notice', () => {
  it('comes at its time though no attempt ends then, and only once', async () => {
    notices.start();
    await queue('M');
    await defer('M-1', 12);
    await pass(4 * HOUR - MINUTE);
    expect(await told()).toEqual([]);
    await pass(2 * MINUTE);
    const [report, ...more] = await reports();
    expect(more).toEqual([]);
    expect(report).toMatchObject({
      subject: 'Your message is delayed',
      inReplyTo: '<M@our.test>',
      recipients: [
        {
          'final-recipient': 'rfc822; bob@a.test',
          action: 'delayed',
          status: '4.3.0',
          'remote-mta': 'dns; mx.a.test',
          'diagnostic-code': 'smtp; 451 4.3.0 Not now',
          'last-attempt-date': 'Tue, 02 Jun 2026 08:00:00 +0000',
          'will-retry-until': 'Sat, 06 Jun 2026 08:00:00 +0000',
        },
      ],
    });
    expect(report?.text).toContain('mx.a.test said: 451 4.3.0 Not now');
    await pass(30 * HOUR);
    await defer('M-1', 4);
    notices.attempted({ id: 'M', receivedAt: START });
    await pass(HOUR);
    expect(await told()).toHaveLength(1);
  });

  it('is known to be out in the commit of the report, also after a restart', async () => {
    notices.start();
    await queue('M');
    await defer('M-1', 12);
    await pass(4 * HOUR + MINUTE);
    expect(await told()).toHaveLength(1);
    const [row] = await test.store.queue.dueOfMessage('M', START + 99 * HOUR);
    expect(row?.noticedAt).toBeGreaterThanOrEqual(START + 4 * HOUR);
    await restart();
    await pass(HOUR);
    expect(await told()).toHaveLength(1);
  });

  it('comes with the start when its time was before', async () => {
    await queue('M');
    await defer('M-1', 99);
    vi.setSystemTime(START + 20 * HOUR);
    notices.start();
    await pass(MINUTE);
    expect(await told()).toEqual([['bob@a.test']]);
  });

  it('tells of all late recipients of a message who may be told of', async () => {
    await queue('M', { to: ['a@a.test', 'b@b.test', 'c@c.test'] });
    await queue('N', { notify: ['SUCCESS', 'DELAY'] });
    await queue('NEVER', { notify: ['NEVER'] });
    await queue('OTHER', { notify: ['FAILURE', 'SUCCESS'] });
    await queue('NULL', { sender: '' });
    for (const id of ['M-1', 'M-2', 'M-3', 'N-1', 'NEVER-1', 'OTHER-1', 'NULL-1']) await defer(id, 12);
    notices.start();
    await pass(5 * HOUR);
    expect(await told()).toEqual([['a@a.test', 'b@b.test', 'c@c.test'], ['bob@a.test']]);
    expect((await test.store.queue.list()).filter(({ from }) => from === '')).toHaveLength(1);
  });

  it('does not come with 0 hours, and comes at once when they are lowered', async () => {
    notifyAfter(0);
    notices.start();
    await queue('M');
    await defer('M-1', 50);
    await pass(9 * HOUR);
    expect(await told()).toEqual([]);
    notifyAfter(1);
    notices.settingsChanged();
    await pass(1);
    expect(await told()).toHaveLength(1);
  });

  it('goes into the queue for a sender elsewhere, and nowhere for one who has left', async () => {
    await queue('M', { sender: 'zoe@away.test' });
    await queue('N', { sender: 'gone@our.test' });
    for (const id of ['M-1', 'N-1']) await defer(id, 12);
    notices.start();
    await pass(5 * HOUR);
    const reports = (await test.store.queue.list()).filter(({ from }) => from === '');
    expect(reports.map(({ to }) => to)).toEqual(['zoe@away.test']);
    expect(
      log.filter(({ level }) => level === 'warning').map(({ message, text }) => [message, text]),
    ).toEqual([['N', 'No report: the sender gone@our.test has no mailbox here any more.']]);
  });

  it('does not come for what is on hold, until it is released', async () => {
    notices.start();
    await queue('M');
    await test.store.queue.hold(['M-1']);
    await pass(9 * HOUR);
    expect(await told()).toEqual([]);
    await test.store.queue.release(['M-1'], Date.now() + 20 * HOUR);
    await pass(6 * MINUTE);
    expect(await told()).toHaveLength(1);
  });
});

it('tells a sender of many late messages in few reports, and keeps the rest for the digest', async () => {
  for (let index = 0; index < 130; index++) {
    await queue(`M${index}`, { to: [`r${index}@a.test`] });
    await defer(`M${index}-1`, 99);
  }
  notices.start();
  await pass(4 * HOUR + 10 * MINUTE);
  const single = (await told()).flat();
  expect(single).toHaveLength(20);
  const { entries } = await test.store.digests.read('ann@our.test', 1000);
  const rest = entries.map((entry) => JSON.parse(entry).recipient.address as string);
  expect(new Set([...single, ...rest]).size).toBe(130);
});
