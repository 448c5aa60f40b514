/** The pictures of the tray: one for each state, for light and dark bars, in every density there is. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeImage } from 'electron';
import type { TrayIcon } from './tray-state.ts';

export interface Bar {
  readonly platform: NodeJS.Platform;
  /** Whether the bar is dark. macOS colours template images by itself. */
  readonly dark: boolean;
}

/** Points of a tray icon: what a bar of the platform shows at 100 %. */
function pointsOn(platform: NodeJS.Platform): number {
  return platform === 'linux' ? 22 : 16;
}

const SCALES = [1, 1.25, 1.5, 2, 3];

/** The files of one picture with their scale factors, smallest first. */
export function trayFiles(
  folder: string,
  icon: TrayIcon,
  { platform, dark }: Bar,
): { readonly scaleFactor: number; readonly path: string }[] {
  const tone = platform === 'darwin' ? 'template' : dark ? 'dark' : 'light';
  return SCALES.map((scaleFactor) => {
    const px = Math.round(pointsOn(platform) * scaleFactor);
    return { scaleFactor, path: join(folder, 'tray', `${icon}-${tone}-${px}.png`) };
  }).filter(({ path }) => existsSync(path));
}

/** @param empty makes an empty image: Electron's own, which this file must not import */
export function trayImage(empty: () => NativeImage, folder: string, icon: TrayIcon, bar: Bar): NativeImage {
  const image = empty();
  for (const { scaleFactor, path } of trayFiles(folder, icon, bar)) {
    image.addRepresentation({ scaleFactor, buffer: readFileSync(path) });
  }
  if (bar.platform === 'darwin') image.setTemplateImage(true);
  return image;
}
