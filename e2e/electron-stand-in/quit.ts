/**
 * How an app ends, in Electron's order: `before-quit`, each window's `close`, `will-quit`, `quit`, and the process.
 * Each of the first three can be prevented, and then nothing has happened. `exit` leaves out what could be.
 */
import { makeEvent } from './event.ts';
import { isReady } from './lifecycle.ts';
import { allWindows, watchLastClosed } from './windows.ts';

export interface QuitEvents {
  emit(event: string, ...args: unknown[]): boolean;
  listenerCount(event: string): number;
}

export class Quitting {
  readonly #app: QuitEvents;
  #asked = false;
  #exiting = false;
  #over = false;
  #ended: (() => void)[] = [];

  constructor(app: QuitEvents) {
    this.#app = app;
    watchLastClosed(() => this.#lastClosed());
  }

  /** Adds something to do at the very end. */
  atEnd(end: () => void): void {
    this.#ended.push(end);
  }

  quit(): void {
    if (this.#asked || this.#over) return;
    // Only then is it quitting: windows that a listener closes meanwhile end nothing.
    if (this.#isPrevented('before-quit')) return;
    this.#asked = true;
    const windows = allWindows();
    if (windows.length === 0) this.#finish();
    for (const window of windows) window.close();
  }

  /** A window does not close: the app does not end either. */
  readonly stay = (): void => {
    this.#asked = false;
  };

  exit(code: number): void {
    if (this.#over) return;
    // There is no loop yet that could be ended in an orderly way.
    if (!isReady()) this.#end(code);
    this.#exiting = true;
    for (const window of allWindows()) window.destroy();
    this.#shutDown(code);
  }

  #lastClosed(): void {
    if (this.#exiting || this.#over) return;
    if (this.#asked) this.#finish();
    else if (this.#app.listenerCount('window-all-closed') > 0) this.#app.emit('window-all-closed');
    else this.quit();
  }

  #finish(): void {
    if (this.#isPrevented('will-quit')) {
      this.#asked = false;
      return;
    }
    this.#shutDown(0);
  }

  #shutDown(code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#app.emit('quit', makeEvent(), code);
    // What was called from is still to return, as with Electron, which ends its loop.
    setImmediate(() => this.#end(code));
  }

  #end(code: number): never {
    this.#over = true;
    for (const end of this.#ended) end();
    process.exit(code);
  }

  #isPrevented(name: string): boolean {
    const event = makeEvent();
    this.#app.emit(name, event);
    return event.defaultPrevented;
  }
}
