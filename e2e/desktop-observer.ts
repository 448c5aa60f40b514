/**
 * Watches an app from within its main process, and acts as its user where nobody sits at the screen: what it shows
 * in the tray, in notifications and in dialogs is kept, and dialogs wait for the test's answer. It goes into real
 * Electron as source text and is called as it is by the stand-in, so its parts use nothing from outside of
 * themselves but what they are given. Methods are replaced rather than objects, because an app may hold any of
 * Electron's objects already.
 */
import { observeBoxes } from './desktop-observer-boxes.ts';
import { observeSystem } from './desktop-observer-system.ts';
import { makeTools } from './desktop-observer-tools.ts';
import { observeTray } from './desktop-observer-tray.ts';
import type { Controls, Observer } from './desktop-views.ts';

interface Parts {
  readonly makeTools: typeof makeTools;
  readonly observeTray: typeof observeTray;
  readonly observeBoxes: typeof observeBoxes;
  readonly observeSystem: typeof observeSystem;
}

/** Begins to watch in this process, a stand-in. @param folder for what is downloaded */
export function observeHere(
  electron: typeof Electron.CrossProcessExports,
  folder: string,
  controls: Controls,
): void {
  observe({ makeTools, observeTray, observeBoxes, observeSystem }, electron, folder, controls);
}

/** A script that begins to watch in Electron. @param folder for what is downloaded */
export function observerSource(folder: string): string {
  const parts = [
    `makeTools: ${makeTools}`,
    `observeTray: ${observeTray}`,
    `observeBoxes: ${observeBoxes}`,
    `observeSystem: ${observeSystem}`,
  ];
  return `(${observe})({ ${parts.join(', ')} }, require('electron'), ${JSON.stringify(folder)});`;
}

function observe(
  parts: Parts,
  electron: typeof Electron.CrossProcessExports,
  folder: string,
  controls?: Controls,
): void {
  const tools = parts.makeTools();
  const observer: Observer = {
    ...parts.observeTray(electron, tools),
    ...parts.observeBoxes(electron, tools, controls),
    ...parts.observeSystem(electron, tools, folder, controls),
  };
  Object.defineProperty(globalThis, Symbol.for('waypost.e2e.observer'), { value: observer });
}
