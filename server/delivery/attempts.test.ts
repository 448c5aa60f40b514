import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Attempts } from './attempts.ts';

let attempts: Attempts;
let stopping: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  attempts = new Attempts();
  stopping = new AbortController();
});
afterEach(() => {
  attempts.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const begin = () => {
  const view = { message: 'M', from: '', destination: 'a.test', recipients: 1, since: new Date(), size: 1 };
  return attempts.begin(view, stopping.signal);
};

it('cuts what the sleep caught when it got nowhere for 10 s, and nothing else', () => {
  const caught = begin();
  attempts.sleep();
  const chosenBefore = begin();
  vi.advanceTimersByTime(3_600_000);
  attempts.wakeUp();
  const later = begin();
  vi.advanceTimersByTime(9_999);
  expect(caught.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect([caught, chosenBefore, later].map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
  expect([caught, chosenBefore, later].map(({ counts }) => counts)).toEqual([false, false, true]);
  for (const attempt of [caught, chosenBefore]) attempts.end(attempt);
  vi.advanceTimersByTime(10_000);
  expect([attempts.views.length, vi.getTimerCount()]).toEqual([1, 0]);
});

it('lets go on what moves, until it moves no more', () => {
  const caught = begin();
  caught.moved();
  attempts.sleep();
  attempts.wakeUp();
  vi.advanceTimersByTime(9_000);
  caught.moved();
  vi.advanceTimersByTime(1_000);
  expect(caught.signal.aborted).toBe(false);
  vi.advanceTimersByTime(10_000);
  expect(caught.signal.aborted).toBe(true);
});

it('waits for the word on a message that is out; without it, it was an attempt', () => {
  const caught = begin();
  attempts.sleep();
  caught.setMayBeTaken(true);
  attempts.wakeUp();
  vi.advanceTimersByTime(60_000);
  expect([caught.signal.aborted, caught.counts]).toEqual([false, true]);
  caught.setMayBeTaken(false);
  vi.advanceTimersByTime(10_000);
  expect([caught.signal.aborted, caught.counts]).toEqual([true, false]);
});

it('cuts nothing while the machine sleeps again', () => {
  const caught = begin();
  attempts.sleep();
  attempts.wakeUp();
  vi.advanceTimersByTime(5_000);
  attempts.sleep();
  vi.advanceTimersByTime(60_000);
  expect(caught.signal.aborted).toBe(false);
  attempts.wakeUp();
  vi.advanceTimersByTime(10_000);
  expect(caught.signal.aborted).toBe(true);
});

it('is cut by the stop of the server', () => {
  const attempt = begin();
  stopping.abort();
  expect(attempt.signal.aborted).toBe(true);
});
