import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeIo } from '../testing/fixtures/fake-io.ts';
import { PART_BYTES } from '../testing/fixtures/fake-mail.ts';
import { type FakeWaypost, startFakeWaypost } from '../testing/fixtures/fake-waypost.ts';

let waypost: FakeWaypost;

beforeEach(async () => {
  waypost = await startFakeWaypost();
});

afterEach(() => waypost.remove());

describe('mail show', () => {
  const show = ['mail', 'show', 'a@example.com', 'm'];

  test('writes the message byte for byte, part by part', async () => {
    const bytes = randomBytes(2 * PART_BYTES + 17);
    waypost.state.raw.set('m', bytes);
    const chunks: Buffer[] = [];
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        chunks.push(chunk);
        // Before this part is taken the next one is not asked for.
        expect(waypost.state.asked).toHaveLength(chunks.length);
        setTimeout(done, 20);
      },
    });
    const { code } = await waypost.run(show, { ...fakeIo(), stdout });
    expect(code).toBe(0);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  test('ends quietly when nobody reads any more', async () => {
    waypost.state.raw.set('m', randomBytes(5 * PART_BYTES));
    const stdout = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    const { code, err } = await waypost.run(show, { ...fakeIo(), stdout });
    expect([code, err()]).toEqual([0, '']);
    expect(waypost.state.asked).toHaveLength(1);
  });

  test('of nothing', async () => {
    const { code, out, err } = await waypost.run(show);
    expect([code, out(), err()]).toEqual([1, '', 'There is no message m.\n']);
  });
});

describe('mail remove', () => {
  const received = (id: string) => ({
    id,
    from: 'b@example.net',
    subject: '',
    size: 1,
    receivedAt: new Date(0),
  });

  beforeEach(() => {
    waypost.state.mails = ['a', 'b', 'c'].map(received);
  });

  test.each([
    [['a'], 'Removed 1 message.', ['b', 'c']],
    [['a', 'b', 'a'], 'Removed 2 messages.', ['c']],
    [['a', 'x'], 'Removed 1 message. 1 other was not there.', ['b', 'c']],
    [['x', 'a', 'y'], 'Removed 1 message. 2 others were not there.', ['b', 'c']],
  ])('%j', async (ids, said, left) => {
    const { code, out } = await waypost.run(['mail', 'remove', 'a@example.com', ...ids]);
    expect([code, out()]).toEqual([0, `${said}\n`]);
    expect(waypost.state.mails.map(({ id }) => id)).toEqual(left);
  });

  test('as JSON, and of nothing', async () => {
    const remove = ['mail', 'remove', 'a@example.com'];
    expect(await waypost.json([...remove, 'a', 'c'])).toEqual({ count: 2 });
    const { code, err } = await waypost.run([...remove, 'x']);
    expect([code, err()]).toEqual([1, 'There is no message x.\n']);
    expect((await waypost.run(remove)).code).toBe(2);
  });
});
