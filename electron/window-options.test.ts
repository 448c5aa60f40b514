import { expect, test } from 'vitest';
import { visibleBounds, windowOptions } from './window-options.ts';

const display = { x: 0, y: 0, width: 1920, height: 1040 };
const right = { x: 1920, y: 0, width: 1280, height: 1024 };
const at = (x: number, y: number) => ({ x, y, width: 760, height: 620 });

test.each([
  ['in the middle', at(500, 300), [display], true],
  ['half beyond the left edge', at(-500, 300), [display], true],
  ['all but beyond the left edge', at(-730, 300), [display], false],
  ['all but beyond the right edge', at(1900, 300), [display], false],
  ['with its title above the display', at(500, -40), [display], false],
  ['with its title below the display', at(500, 1030), [display], false],
  ['on a second display', at(2000, 100), [display, right], true],
  ['on a display that is gone', at(2000, 100), [display], false],
  ['nowhere yet', undefined, [display], false],
])('%s', (_, bounds, displays, isKept) => {
  expect(visibleBounds(bounds, displays)).toEqual(isKept ? bounds : undefined);
});

test('begins with room for the whole Connections tab, and later where it was', () => {
  const look = { dark: true, icon: '/icon.png' };
  expect(windowOptions({ ...look, bounds: undefined }, {})).toMatchObject({
    width: 760,
    height: 620,
    useContentSize: true,
    center: true,
    show: false,
  });
  const later = windowOptions({ ...look, bounds: at(10, 20) }, {});
  expect(later).toMatchObject(at(10, 20));
  expect(later.useContentSize).toBeUndefined();
});
