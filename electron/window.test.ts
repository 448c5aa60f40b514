import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { beforeEach, expect, test, vi } from 'vitest';
import { AppWindow } from './window.ts';

class FakeContents extends EventEmitter {
  url = '';
  readonly loads: string[] = [];
  reloads = 0;
  getURL = () => this.url;
  loadURL = async (url: string) => {
    this.loads.push(url);
    this.url = url;
  };
  reload = () => this.reloads++;
}

class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly calls: string[] = [];
  minimized = false;
  isMinimized = () => this.minimized;
  restore = () => this.calls.push('restore');
  show = () => this.calls.push('show');
  focus = () => this.calls.push('focus');
  getNormalBounds = () => ({ x: 1, y: 2, width: 3, height: 4 });
  destroy = () => {
    this.emit('closed');
  };
}

let windows: FakeWindow[];
const told = {
  keepBounds: vi.fn(),
  closed: vi.fn(),
  crashed: vi.fn(),
  painted: vi.fn(),
  sessionEnds: vi.fn(),
};
let app: AppWindow;

beforeEach(() => {
  for (const each of Object.values(told)) each.mockReset();
  windows = [];
  app = new AppWindow({
    ...told,
    make: () => {
      const window = new FakeWindow();
      windows.push(window);
      return window as unknown as BrowserWindow;
    },
    look: () => ({}),
  });
});

const crash = (window: FakeWindow | undefined, reason = 'crashed') =>
  window?.webContents.emit('render-process-gone', {}, { reason, exitCode: 5 });

test('shows the page when it is painted, not before', () => {
  app.open();
  expect(windows[0]?.webContents.loads).toEqual(['app://waypost/']);
  expect(windows[0]?.calls).toEqual([]);
  windows[0]?.emit('ready-to-show');
  expect(windows[0]?.calls).toEqual(['show']);
  expect(told.painted).toHaveBeenCalledOnce();
});

test('opening it again raises it, restores it, and leads to the tab asked for', () => {
  app.open();
  app.open();
  const [window] = windows;
  expect(window?.calls).toEqual(['show', 'focus']);
  if (window) window.minimized = true;
  app.open('status');
  app.open('status');
  expect(windows).toHaveLength(1);
  expect(window?.calls.slice(2)).toEqual(['restore', 'show', 'focus', 'restore', 'show', 'focus']);
  // Asked for the same place again it would load anew, and drop what is being typed.
  expect(window?.webContents.loads).toEqual(['app://waypost/', 'app://waypost/#status']);
});

test('closed, it is gone; opened again, there is a new one', () => {
  app.open();
  windows[0]?.emit('close');
  expect(told.keepBounds).toHaveBeenCalledWith({ x: 1, y: 2, width: 3, height: 4 });
  windows[0]?.emit('closed');
  expect(told.closed).toHaveBeenCalledOnce();
  expect(app.contents).toBeUndefined();
  app.open();
  windows[1]?.emit('ready-to-show');
  expect(app.contents).toBe(windows[1]?.webContents);
});

test('a page that crashes is loaded again, until that is hopeless', () => {
  app.open();
  const [window] = windows;
  for (let i = 0; i < 3; i++) crash(window);
  expect(window?.webContents.reloads).toBe(3);
  expect(told.crashed).toHaveBeenLastCalledWith({ reason: 'crashed', exitCode: 5 }, 'loaded again');
  crash(window);
  expect(window?.webContents.reloads).toBe(3);
  expect(told.crashed).toHaveBeenLastCalledWith({ reason: 'crashed', exitCode: 5 }, 'given up');
  expect(app.contents).toBeUndefined();
  // A new window begins afresh.
  app.open();
  crash(windows[1]);
  expect(windows[1]?.webContents.reloads).toBe(1);
});

test('a page that ends as it should is left alone', () => {
  app.open();
  crash(windows[0], 'clean-exit');
  expect(windows[0]?.webContents.reloads).toBe(0);
  expect(told.crashed).not.toHaveBeenCalled();
});

test('hears of a session’s end', () => {
  app.open();
  windows[0]?.emit('session-end');
  expect(told.sessionEnds).toHaveBeenCalledOnce();
});
