/**
 * The desktop app as a test meets it: its windows as pages of Playwright, and beside them all that a person sees
 * and does where no page is: the tray, notifications, dialogs, and what the system tells an app.
 *
 * Two launchers run it: Electron itself where it can run, and else a stand-in (see `electron-stand-in/`). Tests
 * know neither. In the stand-in a page's own address is one of the web: ask `address()`, not `page.url()`.
 */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../server/testing/temp.ts';
import { Desktop } from './desktop-app.ts';
import { chooseLauncher } from './desktop-choice.ts';
import { launchElectron } from './desktop-electron.ts';
import type { KeyringChoice } from './desktop-keyring.ts';
import { launchStandIn } from './desktop-stand-in.ts';

export type { Desktop };

export interface DesktopOptions {
  /** Default: as `desktop-choice.ts` chooses. */
  readonly launcher?: 'electron' | 'stand-in';
  /** The app's folder, with its package.json. Default: the project itself. */
  readonly app?: string;
  /** Its data folder, given as `--data`. Default: a new one, which is removed at the end. */
  readonly data?: string;
  /** A data folder to begin with, which is copied into the new one. */
  readonly seed?: string | undefined;
  /** More arguments. */
  readonly args?: readonly string[];
  /** More variables for the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The system's keyring. Default: `keyring`, one that works. */
  readonly keyring?: KeyringChoice;
  /** What the keyring keeps; with another one, nothing that was encrypted before can be decrypted. */
  readonly keyringSecret?: string;
}

/** Starts the app; resolves when its process runs. */
export async function launchDesktop(options: DesktopOptions = {}): Promise<Desktop> {
  const launcher = options.launcher ?? chooseLauncher().launcher;
  const { path: folder, remove } = await temporaryFolder();
  const data = options.data ?? join(folder, 'data');
  if (options.seed !== undefined) await cp(options.seed, data, { recursive: true });
  const downloads = join(folder, 'downloads');
  await mkdir(downloads);
  const launch = launcher === 'electron' ? launchElectron : launchStandIn;
  const start = (isSecond: boolean, more: readonly string[] = []) =>
    launch({
      isSecond,
      app: options.app ?? join(import.meta.dirname, '..'),
      args: [`--data=${data}`, ...(options.args ?? []), ...more],
      // On Linux what an app keeps for itself goes here; a test must not find or leave anything at home.
      env: { XDG_CONFIG_HOME: join(folder, 'config'), ...options.env },
      keyring: options.keyring ?? 'keyring',
      keyringSecret: options.keyringSecret ?? '',
      downloads,
      folder,
    });
  return new Desktop(await start(false), (more) => start(true, more), { launcher, data, remove });
}
