import { beforeEach, expect, it } from 'vitest';
import { Traffic } from './traffic.ts';

let happened: string[];
let traffic: Traffic;

beforeEach(() => {
  happened = [];
  const note = (what: string) => () => void happened.push(what);
  traffic = new Traffic({
    wake: note('wake'),
    sleep: note('sleep'),
    wakeUp: note('wake up'),
    say: (text) => happened.push(text),
    changed: note('changed'),
  });
});

const since = () => happened.splice(0);

it('pauses each direction by itself, and says each change once', () => {
  expect(traffic.paused).toEqual({ incoming: false, outgoing: false });
  expect(traffic.pause('incoming')).toEqual({ incoming: true, outgoing: false });
  expect(since()).toEqual(['Receiving was paused by hand.', 'changed']);
  expect(traffic.pause('incoming')).toEqual({ incoming: true, outgoing: false });
  expect(traffic.resume('outgoing')).toEqual({ incoming: true, outgoing: false });
  expect(since()).toEqual([]);
  expect(traffic.pause('outgoing')).toEqual({ incoming: true, outgoing: true });
  expect(since()).toEqual(['Sending was paused by hand.', 'changed']);
  expect(traffic.resume('incoming')).toEqual({ incoming: false, outgoing: true });
  expect(since()).toEqual(['Receiving was resumed by hand.', 'changed']);
});

it('sends again at once when sending is resumed, and only then', () => {
  traffic.pause('outgoing');
  expect([traffic.maySend, since().includes('wake')]).toEqual([false, false]);
  traffic.pause('incoming');
  expect(traffic.resume('outgoing')).toEqual({ incoming: true, outgoing: false });
  expect([traffic.maySend, since().includes('wake')]).toEqual([true, true]);
  traffic.resume('incoming');
  expect(since()).not.toContain('wake');
});

it('takes sleep and waking once each', () => {
  traffic.wakeUp();
  expect(since()).toEqual([]);
  traffic.sleep();
  traffic.sleep();
  expect(since()).toEqual(['sleep', 'The machine goes to sleep: nothing is sent until it wakes up.']);
  traffic.wakeUp();
  traffic.wakeUp();
  expect(since()).toEqual(['wake up', 'The machine is awake again.']);
});

it.each([
  ['the pause ends first', ['resume', 'wakeUp']],
  ['the sleep ends first', ['wakeUp', 'resume']],
] as const)('sends when there is neither sleep nor pause: %s', (_, [first, last]) => {
  const end = { resume: () => traffic.resume('outgoing'), wakeUp: () => traffic.wakeUp() };
  traffic.pause('outgoing');
  traffic.sleep();
  expect(traffic.paused.outgoing).toBe(true);
  end[first]();
  expect(traffic.maySend).toBe(false);
  end[last]();
  expect(traffic.maySend).toBe(true);
});
