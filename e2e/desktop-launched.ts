/** What a launcher of the desktop app gives, whichever it is. */
import type { Page } from 'playwright/test';
import type { KeyringChoice } from './desktop-keyring.ts';

/** Runs a function in the main process with Electron's module and an argument. */
export type Evaluate = <Argument, Result>(
  run: (electron: typeof Electron.CrossProcessExports, argument: Argument) => Result | Promise<Result>,
  argument: Argument,
) => Promise<Result>;

export interface LaunchOptions {
  /** The app's folder, with its package.json. */
  readonly app: string;
  readonly args: readonly string[];
  /** More variables for the process. */
  readonly env: Readonly<Record<string, string>>;
  readonly keyring: KeyringChoice;
  readonly keyringSecret: string;
  /** A folder that is there, for what is downloaded. */
  readonly downloads: string;
  /** Whether the app runs on the folder already, so that this start is expected to end at once. */
  readonly isSecond: boolean;
  /** A folder for whatever is needed meanwhile; somebody else removes it. */
  readonly folder: string;
}

/** How a process ended: by its own exit code, or by a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Launched {
  readonly pid: number;
  /** Resolves when the process has ended. */
  readonly ended: Promise<Ended>;
  readonly evaluate: Evaluate;
  /** What it has written so far, errors included. */
  output(): string;
  /** The pages of its windows that are there by now, oldest first. */
  pages(): Promise<Page[]>;
  /** Ends it by force if it still runs, and whatever was started with it. */
  end(): Promise<void>;
}
