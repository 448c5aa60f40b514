/** What may be asked when: some things only before the app is ready, most only after. */

let ready = false;

export function isReady(): boolean {
  return ready;
}

export function becomeReady(): void {
  ready = true;
}

/** @throws in Electron's words when the app is not ready yet; `what` begins the sentence */
export function needsReady(what: string): void {
  if (!ready) throw new Error(`${what} before app is ready`);
}

/** @throws in Electron's words when the app is ready already */
export function needsNotReady(what: string): void {
  if (ready) throw new Error(`${what} should be called before app is ready`);
}
