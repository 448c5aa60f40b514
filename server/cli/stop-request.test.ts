import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { isHarmless } from '../host/harmless.ts';
import { watchForStop } from './stop-request.ts';

function watched() {
  const events = new EventEmitter();
  const exits: number[] = [];
  const logged: unknown[] = [];
  const request = watchForStop({
    events,
    exitNow: (code) => exits.push(code),
    log: (error) => logged.push(error),
  });
  return { events, exits, logged, ...request };
}

const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s asks to stop', async (signal) => {
  const { events, asked, exits } = watched();
  events.emit(signal);
  expect(await asked).toBe(0);
  expect(exits).toEqual([]);
});

test('a second Ctrl+C ends at once, a second SIGTERM and the echo of the first do not', async () => {
  const { events, exits } = watched();
  events.emit('SIGTERM');
  events.emit('SIGTERM');
  events.emit('SIGINT');
  expect(exits).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 400));
  events.emit('SIGTERM');
  expect(exits).toEqual([]);
  events.emit('SIGINT');
  expect(exits).toEqual([130]);
});

test('an uncaught error stops with exit code 1', async () => {
  const { events, asked, logged } = watched();
  const error = new TypeError('x is not a function');
  events.emit('uncaughtException', error);
  expect(await asked).toBe(1);
  expect(logged).toEqual([error]);
});

test('what concerns one connection or one promise is logged and goes by', async () => {
  const { events, asked, logged } = watched();
  events.emit('uncaughtException', reset);
  events.emit('unhandledRejection', 'something');
  events.emit('SIGTERM');
  expect(await asked).toBe(0);
  expect(logged).toEqual([reset, 'something']);
});

test('after its end it watches no more', () => {
  const { events, end } = watched();
  end();
  expect(events.eventNames()).toEqual([]);
});

test.each([
  [true, reset],
  [false, new Error('read ECONNRESET')],
  [false, Object.assign(new Error('no'), { code: 'ENOSPC' })],
  [false, 'ECONNRESET'],
])('harmless: %s for %s', (expected, error) => {
  expect(isHarmless(error)).toBe(expected);
});
