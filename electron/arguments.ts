/** What the desktop may be told at its start, by a person, a link or the system at login. */
import { resolveDataFolder } from '../server/host/data-folder.ts';

export interface DesktopArguments {
  readonly dataFolder: string;
  /** `--data` as it was given; undefined where the default folder is used. */
  readonly named: string | undefined;
  /** Start without a window, as at login. */
  readonly hidden: boolean;
}

/**
 * Reads `--data DIR` (or `--data=DIR`) and `--hidden`. Everything else is left to Chromium, whose switches look
 * the same and are nobody's mistake.
 * @param args what follows the program and, unless it is packaged, the app's folder
 */
export function readArguments(args: readonly string[]): DesktopArguments {
  const at = args.findIndex((arg) => arg === '--data' || arg.startsWith('--data='));
  const given = args[at]?.startsWith('--data=') ? args[at].slice('--data='.length) : args[at + 1];
  const named = at >= 0 && given ? given : undefined;
  return { dataFolder: resolveDataFolder(named), named, hidden: args.includes('--hidden') };
}

/**
 * The arguments for starting again by itself at login: the same folder, and no window. Before the app is packaged
 * the program is Electron, which has to be told what to run.
 */
export function loginArguments(
  { named, dataFolder }: DesktopArguments,
  appFolder: string | undefined,
): string[] {
  return [
    ...(appFolder === undefined ? [] : [appFolder]),
    ...(named === undefined ? [] : [`--data=${dataFolder}`]),
    '--hidden',
  ];
}
