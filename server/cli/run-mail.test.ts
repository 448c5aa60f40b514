import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PART_BYTES } from '../testing/fixtures/fake-api.ts';
import { fakeIo } from '../testing/fixtures/fake-io.ts';
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
