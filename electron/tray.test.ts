import { EventEmitter } from 'node:events';
import type { Menu, MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { statusView } from './testing/status.ts';
import { TrayControl } from './tray.ts';
import type { TrayAction } from './tray-state.ts';

class FakeTray extends EventEmitter {
  readonly calls: string[] = [];
  setImage = (image: unknown) => this.calls.push(`image ${String(image)}`);
  setToolTip = (text: string) => this.calls.push(`tooltip ${text}`);
  setContextMenu = (menu: unknown) => {
    this.template = menu as MenuItemConstructorOptions[];
    this.calls.push('menu');
  };
  destroy = () => this.calls.push('destroy');
  template: MenuItemConstructorOptions[] = [];
}

let tray: FakeTray;
let made: string[];
let acted: TrayAction[];
let control: TrayControl;

beforeEach(() => {
  vi.useFakeTimers();
  tray = new FakeTray();
  made = [];
  acted = [];
  control = new TrayControl(
    {
      make: (image) => {
        made.push(String(image));
        return tray as unknown as Tray;
      },
      image: (icon) => icon as unknown as NativeImage,
      menu: (template) => template as unknown as Menu,
      act: (action) => acted.push(action),
      clickOpens: true,
    },
    { status: undefined, quitting: false, startsAtLogin: undefined },
  );
});

afterEach(() => {
  control.destroy();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** What was called since the last look. */
const calls = () => tray.calls.splice(0);

function click(label: string): void {
  const item = tray.template.find((one) => one.label === label);
  (item?.click as (() => void) | undefined)?.();
}

test('is there from the beginning', () => {
  expect(made).toEqual(['stopped']);
  expect(calls()).toEqual(['tooltip Waypost is starting…', 'menu']);
});

test('changes what has changed, and nothing else', () => {
  calls();
  control.update({ status: statusView() }, 'at once');
  expect(calls()).toEqual([
    'image listening',
    'tooltip Waypost · Listening on 25 · 0 in · 0 out · 0 waiting',
    'menu',
  ]);
  control.update({ status: statusView() }, 'at once');
  expect(calls()).toEqual([]);
  control.update({ status: statusView({ incoming: { now: 1, maxTotal: 20, maxPerHost: 5 } }) }, 'at once');
  expect(calls()).toEqual(['tooltip Waypost · Listening on 25 · 1 in · 0 out · 0 waiting']);
});

test('numbers follow at most once a second, the last one being the truth', () => {
  vi.advanceTimersByTime(2000);
  calls();
  for (let now = 1; now <= 100; now++) {
    control.update({ status: statusView({ incoming: { now, maxTotal: 100, maxPerHost: 5 } }) });
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(1000);
  const tooltips = calls().filter((call) => call.startsWith('tooltip'));
  expect(tooltips.map((text) => Number(/(\d+) in/.exec(text)?.[1]))).toEqual([1, 100]);
});

test('a change of the bar’s colour draws the icon anew', () => {
  calls();
  control.barChanged();
  expect(calls()).toEqual(['image stopped']);
});

test('clicks do what the menu says', () => {
  control.update({ status: statusView(), startsAtLogin: false }, 'at once');
  click('Pause Sending');
  click('Start at Login');
  tray.emit('click');
  expect(acted).toEqual([
    { do: 'pause', direction: 'outgoing' },
    { do: 'start at login', on: true },
    { do: 'open' },
  ]);
  expect(tray.template.find(({ label }) => label === 'Start at Login')).toMatchObject({
    type: 'checkbox',
    checked: false,
  });
});

test('what is only told can’t be chosen', () => {
  control.update({ quitting: true }, 'at once');
  expect(tray.template.map(({ label, enabled }) => [label, enabled])).toEqual([
    ['Waypost finishes what is under way…', false],
    ['Quit Now', true],
  ]);
});

test('after its end nothing is shown any more', () => {
  control.update({ status: statusView() });
  control.destroy();
  calls();
  vi.advanceTimersByTime(5000);
  expect(calls()).toEqual([]);
});
