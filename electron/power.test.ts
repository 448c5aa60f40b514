import { EventEmitter } from 'node:events';
import type { PowerMonitor } from 'electron';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchPower } from './power.ts';

let monitor: EventEmitter;
let online: boolean;
let happened: string[];
let end: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  monitor = new EventEmitter();
  online = true;
  happened = [];
  end = watchPower({
    monitor: monitor as PowerMonitor,
    isOnline: () => online,
    sleep: () => happened.push('sleep'),
    wakeUp: () => happened.push('wake up'),
    quit: () => happened.push('quit'),
  });
});

afterEach(() => {
  end();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('sleeps, and wakes up at once where there is a network', () => {
  monitor.emit('suspend');
  expect(happened).toEqual(['sleep']);
  monitor.emit('resume');
  expect(happened).toEqual(['sleep', 'wake up']);
});

test('waits for the network after waking', () => {
  online = false;
  monitor.emit('suspend');
  monitor.emit('resume');
  vi.advanceTimersByTime(5000);
  expect(happened).toEqual(['sleep']);
  online = true;
  vi.advanceTimersByTime(1000);
  expect(happened).toEqual(['sleep', 'wake up']);
  vi.advanceTimersByTime(60_000);
  expect(happened).toEqual(['sleep', 'wake up']);
});

test('does not wait for ever', () => {
  online = false;
  monitor.emit('suspend');
  monitor.emit('resume');
  vi.advanceTimersByTime(31_000);
  expect(happened).toEqual(['sleep', 'wake up']);
});

test('asleep again before the network came back', () => {
  online = false;
  monitor.emit('suspend');
  monitor.emit('resume');
  monitor.emit('suspend');
  vi.advanceTimersByTime(60_000);
  expect(happened).toEqual(['sleep', 'sleep']);
});

test('a shutdown waits for us', () => {
  const preventDefault = vi.fn();
  monitor.emit('shutdown', { preventDefault });
  expect(preventDefault).toHaveBeenCalledOnce();
  expect(happened).toEqual(['quit']);
});

test('after its end it hears nothing', () => {
  end();
  for (const event of ['suspend', 'resume', 'shutdown']) monitor.emit(event);
  expect(happened).toEqual([]);
});
