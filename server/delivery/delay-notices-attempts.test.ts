/** Attempts come before notices of delay: who is sent to after all gets none. */
import { describe, expect, it, vi } from 'vitest';
import {
  circumstances,
  defer,
  HOUR,
  MINUTE,
  notices,
  pass,
  queue,
  START,
  test,
  told,
} from '../testing/fixtures/late-mail.ts';

describe('attempts come first', () => {
  it('after sleep: who is sent then gets no notice, of the others each message has one', async () => {
    const to = ['a@a.test', 'b@b.test'];
    for (const id of ['M', 'N', 'SENT']) await queue(id, { to });
    for (const id of ['M-1', 'M-2', 'N-1', 'N-2', 'SENT-1', 'SENT-2']) await defer(id, 1);
    notices.start();
    await pass(MINUTE);
    circumstances.mayStart = false;
    vi.setSystemTime(START + 72 * HOUR);
    await pass(5 * MINUTE);
    circumstances.mayStart = true;
    notices.wakeUp();
    await pass(MINUTE);
    expect(await told()).toEqual([]);
    await test.store.ledger.settle('SENT', [
      { id: 'SENT-1', kind: 'finished' },
      { id: 'SENT-2', kind: 'finished' },
    ]);
    notices.attempted({ id: 'SENT', receivedAt: START });
    await defer('M-1', 4);
    notices.attempted({ id: 'M', receivedAt: START });
    await pass(1);
    expect(await told()).toEqual([]);
    await defer('M-2', 4, '452 4.2.2 Full');
    notices.attempted({ id: 'M', receivedAt: START });
    await pass(1);
    expect(await told()).toEqual([to]);
    // Nobody has tried the others for a quarter of an hour.
    await pass(20 * MINUTE);
    expect(await told()).toEqual([to, to]);
    await pass(9 * HOUR);
    expect(await told()).toHaveLength(2);
  });

  it('when nothing ran while the machine slept', async () => {
    await queue('M');
    await defer('M-1', 1);
    notices.start();
    await pass(MINUTE);
    vi.setSystemTime(START + 72 * HOUR);
    notices.wakeUp();
    await pass(10 * MINUTE);
    expect(await told()).toEqual([]);
    await pass(20 * MINUTE);
    expect(await told()).toHaveLength(1);
  });

  it('when nobody said that the machine slept', async () => {
    await queue('M');
    await defer('M-1', 1);
    notices.start();
    await pass(MINUTE);
    // Timers don't run in a machine that sleeps.
    vi.setSystemTime(START + 72 * HOUR);
    await pass(10 * MINUTE);
    expect(await told()).toEqual([]);
    await pass(20 * MINUTE);
    expect(await told()).toHaveLength(1);
  });

  it('while sending is paused, and afterwards', async () => {
    await queue('M');
    await defer('M-1', 1);
    notices.start();
    circumstances.mayStart = false;
    await pass(10 * HOUR);
    expect(await told()).toEqual([]);
    circumstances.mayStart = true;
    await pass(10 * MINUTE);
    expect(await told()).toEqual([]);
    await defer('M-1', 1);
    notices.attempted({ id: 'M', receivedAt: START });
    await pass(1);
    expect(await told()).toHaveLength(1);
  });

  it('but one that takes too long is not waited for: who is in it is told of afterwards', async () => {
    await queue('M', { to: ['a@a.test', 'slow@b.test'] });
    await defer('M-1', 99);
    circumstances.inFlight = new Set(['M-2']);
    notices.start();
    await pass(4 * HOUR + 10 * MINUTE);
    expect(await told()).toEqual([]);
    await pass(10 * MINUTE);
    expect(await told()).toEqual([['a@a.test']]);
    circumstances.inFlight = new Set();
    await defer('M-2', 4);
    notices.attempted({ id: 'M', receivedAt: START });
    await pass(1);
    expect(await told()).toEqual([['a@a.test'], ['slow@b.test']]);
  });
});
