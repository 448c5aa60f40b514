/**
 * The way between the launcher, in the test's process, and the stand-in: JSON lines over an inherited socket.
 * The app sees none of it. When it breaks, one of the two is gone, and the other ends too.
 */
import type { Duplex } from 'node:stream';
import type { KeyringChoice } from '../desktop-keyring.ts';

/** The variable by which the launcher says what the world around the app is like. The app does not get to see it. */
export const SETTINGS = 'ELECTRON_STAND_IN';

export interface StandInSettings {
  readonly keyring: KeyringChoice;
  /** What the keyring keeps; another one is another person's. */
  readonly keyringSecret: string;
  /** A folder for what is downloaded. */
  readonly downloads: string;
  /** The version of the browser. */
  readonly chrome: string;
}

/** The file descriptor of the wire in the app's process. */
export const WIRE = 3;

export type ToStandIn =
  /** Runs a function, as source text, with Electron's module and an argument (encoded by `clone.ts`). */
  | { readonly kind: 'evaluate'; readonly id: number; readonly source: string; readonly argument: string }
  /** Answers `screen wanted`: where the browser listens, or why there is none. */
  | { readonly kind: 'screen'; readonly endpoint: string }
  | { readonly kind: 'no screen'; readonly why: string };

export type ToLauncher =
  /** The app opens its first window, so it needs a browser. */
  | { readonly kind: 'screen wanted' }
  | { readonly kind: 'result'; readonly id: number; readonly value: string }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string; readonly stack: string };

/** Calls `hear` with each message that comes. Returns what sends one. */
export function openWire<In, Out>(stream: Duplex, hear: (message: In) => void): (message: Out) => void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hear(JSON.parse(line) as In);
  });
  // Whoever writes to one that is gone learns of it by its end.
  stream.on('error', () => {});
  return (message) => void stream.write(`${JSON.stringify(message)}\n`);
}
