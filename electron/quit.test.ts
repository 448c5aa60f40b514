import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { beforeEach, expect, test } from 'vitest';
import { orderlyQuit, type Quit } from './quit.ts';

/** Quits as Electron does: asks first, and again with every further call. */
class FakeApp extends EventEmitter {
  readonly exits: (number | 'quit')[] = [];

  quit(): void {
    let isPrevented = false;
    this.emit('before-quit', { preventDefault: () => (isPrevented = true) });
    if (!isPrevented) this.exits.push('quit');
  }

  exit(code: number): void {
    this.exits.push(code);
  }
}

let app: FakeApp;
let drains: number;
let drained: () => void;
let quit: Quit;

beforeEach(() => {
  app = new FakeApp();
  drains = 0;
  quit = orderlyQuit(app as unknown as App, () => {
    drains++;
    return new Promise((resolve) => {
      drained = resolve;
    });
  });
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('drains first, then ends', async () => {
  expect(quit.hasBegun).toBe(false);
  app.quit();
  expect(quit.hasBegun).toBe(true);
  await settled();
  expect(app.exits).toEqual([]);
  drained();
  await settled();
  expect(app.exits).toEqual(['quit']);
});

test('the system asking twice changes nothing', async () => {
  app.quit();
  app.quit();
  expect([drains, app.exits]).toEqual([1, []]);
  drained();
  await settled();
  expect(app.exits).toEqual(['quit']);
});

test('a person asking twice waits no longer', () => {
  quit.ask();
  expect(app.exits).toEqual([]);
  quit.ask();
  expect([drains, app.exits]).toEqual([1, [0]]);
});

test('closing the last window ends nothing', () => {
  // Without a listener Electron would quit.
  expect(app.listenerCount('window-all-closed')).toBe(1);
  app.emit('window-all-closed');
  expect([drains, app.exits]).toEqual([0, []]);
});
