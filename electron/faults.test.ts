import { EventEmitter } from 'node:events';
import type { MessageBoxOptions, MessageBoxReturnValue } from 'electron';
import { beforeEach, expect, test } from 'vitest';
import { watchFaults } from './faults.ts';

let events: EventEmitter;
let logged: [unknown, string][];
let asked: MessageBoxOptions[];
let answer: (response: number) => void;
let restarts: number;
let end: () => void;

beforeEach(() => {
  events = new EventEmitter();
  logged = [];
  asked = [];
  restarts = 0;
  end = watchFaults({
    process: events as unknown as NodeJS.Process,
    log: (error, where) => logged.push([error, where]),
    ask: (options) => {
      asked.push(options);
      return new Promise<MessageBoxReturnValue>((resolve) => {
        answer = (response) => resolve({ response, checkboxChecked: false });
      });
    },
    restart: () => restarts++,
  });
});

const settled = () => new Promise((resolve) => setImmediate(resolve));
const error = new Error('broken');

test('an error nobody caught is logged and told, and a restart is offered', async () => {
  events.emit('uncaughtException', error);
  expect(logged).toEqual([[error, 'uncaught error']]);
  expect(asked[0]?.detail).toMatch(/^Error: broken\n\nMail that was accepted is safe\./);
  answer(0);
  await settled();
  expect(restarts).toBe(1);
});

test('going on is possible', async () => {
  events.emit('uncaughtException', error);
  answer(1);
  await settled();
  expect(restarts).toBe(0);
});

test('many errors are told once at a time, and all are logged', async () => {
  for (let i = 0; i < 5; i++) events.emit('uncaughtException', error);
  expect([logged.length, asked.length]).toEqual([5, 1]);
  answer(1);
  await settled();
  events.emit('uncaughtException', error);
  expect(asked).toHaveLength(2);
});

test('a connection that was lost is only logged', () => {
  events.emit('uncaughtException', Object.assign(new Error('read'), { code: 'ECONNRESET' }));
  expect([logged.length, asked.length]).toEqual([1, 0]);
});

test('work that was given up is only logged', () => {
  events.emit('unhandledRejection', error);
  expect(logged).toEqual([[error, 'unhandled rejection']]);
  expect(asked).toEqual([]);
});

test('after its end it watches no more', () => {
  end();
  expect(events.eventNames()).toEqual([]);
});
