/** `screen`: one display of an ordinary size, with a bar at its top. */
import { needsReady } from './lifecycle.ts';
import { StrictEmitter } from './strict.ts';
import { DISPLAY } from './window-state.ts';

type Has = 'getPrimaryDisplay' | 'getAllDisplays' | 'getDisplayMatching' | 'getDisplayNearestPoint';

const { width, height, barHeight } = DISPLAY;
const size = { width, height };

const display: Electron.Display = {
  ...{
    id: 1,
    label: 'Stand-in',
    internal: true,
    detected: true,
    rotation: 0,
    scaleFactor: 1,
    monochrome: false,
  },
  ...{ accelerometerSupport: 'unavailable', touchSupport: 'unavailable', displayFrequency: 60 },
  ...{ colorDepth: 24, colorSpace: '', depthPerComponent: 8, maximumCursorSize: { width: 64, height: 64 } },
  size,
  nativeOrigin: { x: 0, y: 0 },
  bounds: { x: 0, y: 0, ...size },
  workArea: { x: 0, y: barHeight, width, height: height - barHeight },
  workAreaSize: { width, height: height - barHeight },
};

class Screen extends StrictEmitter implements Pick<Electron.Screen, Has> {
  static readonly events = ['display-added', 'display-removed', 'display-metrics-changed'];

  getPrimaryDisplay(): Electron.Display {
    needsReady('The screen module can’t be used');
    return structuredClone(display);
  }
  getAllDisplays(): Electron.Display[] {
    return [this.getPrimaryDisplay()];
  }
  getDisplayMatching(_rect: Electron.Rectangle): Electron.Display {
    return this.getPrimaryDisplay();
  }
  getDisplayNearestPoint(_point: Electron.Point): Electron.Display {
    return this.getPrimaryDisplay();
  }
}

export const screen = new Screen();
