/** Which folder holds everything of one Waypost. */
import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import envPaths from 'env-paths';
import { Failure, systemReason } from './failure.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder used when none is named: WAYPOST_DATA, else the platform's place for data of this user. */
export function defaultDataFolder(env: Environment = process.env): string {
  return env.WAYPOST_DATA || envPaths('Waypost', { suffix: '' }).data;
}

/**
 * The one path of a data folder: absolute and, where the folder exists, without symbolic links, so that
 * everyone who means the same folder derives the same control socket from it.
 */
export function resolveDataFolder(named: string | undefined, env: Environment = process.env): string {
  const folder = resolve(named ?? defaultDataFolder(env));
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/**
 * Makes the data folder when it is missing, for this user only, and returns its one path.
 * @throws Failure when it cannot be made or written to
 */
export function prepareDataFolder(folder: string): string {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new Failure(`The data folder ${folder} can't be made: ${systemReason(error)}.`);
  }
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Failure(`The data folder ${folder} can't be written to: ${systemReason(error)}.`);
  }
  return realpathSync(folder);
}

/** Not `recursive`: with it Node tries for ever where a system refuses to make anything, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  mkdirSync(folder, { mode: 0o700 });
}
