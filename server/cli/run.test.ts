import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeIo } from '../testing/fixtures/fake-io.ts';
import { type FakeWaypost, startFakeWaypost } from '../testing/fixtures/fake-waypost.ts';
import { run } from './run.ts';

let waypost: FakeWaypost;

beforeEach(async () => {
  waypost = await startFakeWaypost();
});

afterEach(() => waypost.remove());

const receivedAt = new Date('2026-11-22T12:00:00Z');
const mail = { id: '1', from: 'a@example.net', subject: 'Hello', size: 1000, receivedAt };
const recipient = {
  id: '9',
  from: 'a@example.com',
  to: 'b@example.net',
  state: 'deferred',
  attempts: 1,
  nextAttemptAt: receivedAt,
  lastReply: null,
  route: 'direct',
  size: 1000,
} as const;

describe('json', () => {
  test('status', async () => {
    expect(await waypost.json(['status'])).toEqual({
      ...waypost.state.status,
      certificate: { expiresAt: '2036-01-01T00:00:00.000Z', own: true },
    });
  });

  test('mail list', async () => {
    waypost.state.mails = [mail];
    expect(await waypost.json(['mail', 'list', 'b@example.com'])).toEqual([
      { ...mail, receivedAt: '2026-11-22T12:00:00.000Z' },
    ]);
  });

  test('queue list', async () => {
    waypost.state.queue = [recipient];
    expect(await waypost.json(['queue', 'list'])).toEqual([
      { ...recipient, nextAttemptAt: '2026-11-22T12:00:00.000Z' },
    ]);
  });

  test('empty lists are empty arrays', async () => {
    expect(await waypost.json(['queue', 'list'])).toEqual([]);
    expect(await waypost.json(['account', 'list'])).toEqual([]);
    expect(await waypost.json(['mail', 'list', 'b@example.com'])).toEqual([]);
    expect(await waypost.json(['log'])).toEqual([]);
  });

  test('what settings show prints can be applied', async () => {
    const shown = await waypost.run(['settings', 'show', '--json']);
    expect(JSON.parse(shown.out())).toEqual(waypost.state.settings);
    const applied = await waypost.json(['settings', 'apply', '-'], fakeIo(shown.out()));
    expect(applied).toEqual({
      revision: 2,
      sentences: ['The limits changed.'],
      settings: waypost.state.settings,
    });
  });

  test('control characters stay escaped', async () => {
    waypost.state.mails = [{ ...mail, subject: '\u001b[0m\u009b\u007f\u2028' }];
    const { out } = await waypost.run(['mail', 'list', 'b@example.com', '--json']);
    expect(out()).toContain('\\u001b[0m\\u009b\\u007f\\u2028');
    expect(JSON.parse(out())[0].subject).toBe('\u001b[0m\u009b\u007f\u2028');
  });

  test('--json and --data may stand anywhere', async () => {
    for (const args of [
      ['--json', '--data', waypost.folder, 'queue', 'list'],
      ['queue', '--json', `--data=${waypost.folder}`, 'list'],
      ['queue', 'list', '--data', waypost.folder, '--json'],
    ]) {
      const io = fakeIo();
      expect([await run(args, io), io.out()]).toEqual([0, '[]\n']);
    }
  });

  test('WAYPOST_DATA names the folder where --data does not', async () => {
    const io = fakeIo('', { WAYPOST_DATA: waypost.folder });
    expect([await run(['queue', 'list', '--json'], io), io.out()]).toEqual([0, '[]\n']);
  });
});

describe('pause and resume', () => {
  test('tell what is so now, and status tells it too', async () => {
    const paused = await waypost.run(['pause', 'incoming']);
    expect([paused.code, paused.out()]).toEqual([
      0,
      'Receiving is paused until it is resumed or Waypost restarts. New connections are told to try again later; those that are open run on.\n',
    ]);
    expect(await waypost.json(['pause', 'outgoing'])).toEqual({ incoming: true, outgoing: true });
    expect((await waypost.run(['status'])).out()).toContain('\nReceiving is paused.\nSending is paused.\n');
    const resumed = await waypost.run(['resume', 'outgoing']);
    expect([resumed.code, resumed.out()]).toEqual([0, 'Sending goes on.\n']);
    expect(await waypost.json(['status'])).toMatchObject({ paused: { incoming: true, outgoing: false } });
  });
});

describe('queue', () => {
  test.each([
    ['retry', [], { ids: [] }, 'Trying 1 recipient again now.'],
    ['retry', ['9'], { ids: ['9'] }, 'Trying 1 recipient again now.'],
    ['hold', ['9'], { ids: ['9'] }, 'Holding 1 recipient.'],
    ['release', ['9'], { ids: ['9'] }, 'Released 1 recipient.'],
  ])('queue %s %j', async (name, ids, input, sentence) => {
    waypost.state.queue = [recipient];
    const { code, out } = await waypost.run(['queue', name, ...ids]);
    expect([code, out()]).toEqual([0, `${sentence}\n`]);
    expect(waypost.state.asked).toEqual([{ procedure: name, input }]);
    expect(await waypost.json(['queue', name, ...ids])).toEqual({ count: 1 });
  });

  test('queue remove', async () => {
    waypost.state.queue = [recipient, { ...recipient, id: '10' }];
    const { code, out } = await waypost.run(['queue', 'remove', '9']);
    expect([code, out()]).toEqual([0, 'Removed 1 recipient from the queue.\n']);
    expect(waypost.state.asked).toEqual([{ procedure: 'remove', input: { ids: ['9'] } }]);
    expect(await waypost.json(['queue', 'remove', '9'])).toEqual({ count: 1, busy: 0 });
  });

  test('queue remove, of somebody who is being sent', async () => {
    waypost.state.queue = [recipient, { ...recipient, id: '10' }];
    waypost.state.sending = 1;
    const stay = "1 recipient is being sent just now and can't be removed; try again in a moment.\n";
    const some = await waypost.run(['queue', 'remove', '9', '10']);
    expect([some.code, some.out()]).toEqual([0, `Removed 1 recipient from the queue. ${stay}`]);
    const none = await waypost.run(['queue', 'remove', '9']);
    expect([none.code, none.out(), none.err()]).toEqual([1, '', expect.stringContaining(stay)]);
  });

  test('an id that is not there', async () => {
    const { code, err } = await waypost.run(['queue', 'hold', '77']);
    expect([code, err().trimEnd().split('\n')]).toEqual([1, [expect.any(String)]]);
  });
});
