import { join } from 'node:path';
import type { NativeImage } from 'electron';
import { expect, test, vi } from 'vitest';
import { trayFiles, trayImage } from './tray-image.ts';
import type { TrayIcon } from './tray-state.ts';

const IMAGES = join(import.meta.dirname, 'images');
const ICONS: readonly TrayIcon[] = ['listening', 'partly', 'stopped', 'stuck'];

const sizes = (icon: TrayIcon, platform: NodeJS.Platform, dark: boolean) =>
  trayFiles(IMAGES, icon, { platform, dark }).map(({ scaleFactor, path }) => [
    scaleFactor,
    path.slice(join(IMAGES, 'tray').length + 1),
  ]);

test.each(ICONS)('%s has a picture for every density a bar has', (icon) => {
  expect(sizes(icon, 'win32', true)).toEqual([
    [1, `${icon}-dark-16.png`],
    [1.25, `${icon}-dark-20.png`],
    [1.5, `${icon}-dark-24.png`],
    [2, `${icon}-dark-32.png`],
    [3, `${icon}-dark-48.png`],
  ]);
  expect(sizes(icon, 'linux', false)).toEqual([
    [1, `${icon}-light-22.png`],
    [2, `${icon}-light-44.png`],
  ]);
  expect(sizes(icon, 'darwin', true)).toEqual([
    [1, `${icon}-template-16.png`],
    [2, `${icon}-template-32.png`],
    [3, `${icon}-template-48.png`],
  ]);
});

test('on macOS the system colours it', () => {
  const image = { addRepresentation: vi.fn(), setTemplateImage: vi.fn() };
  const make = (platform: NodeJS.Platform) =>
    trayImage(() => image as unknown as NativeImage, IMAGES, 'partly', { platform, dark: false });
  make('linux');
  expect(image.setTemplateImage).not.toHaveBeenCalled();
  make('darwin');
  expect(image.setTemplateImage).toHaveBeenCalledWith(true);
  expect(image.addRepresentation).toHaveBeenCalledTimes(5);
});
