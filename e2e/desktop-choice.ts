/** Which launcher runs the desktop app: Electron where it can run, else the stand-in. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Choice {
  readonly launcher: 'electron' | 'stand-in';
  readonly why: string;
  /** Electron's program, if it is there. */
  readonly electron: string | undefined;
}

export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** The folder of Electron's npm package. */
  readonly folder: string;
}

const here: Machine = {
  env: process.env,
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  folder: join(import.meta.dirname, '..', 'node_modules', 'electron'),
};

/**
 * Chooses; WAYPOST_DESKTOP=electron or =stand-in decides it.
 * @throws when that variable asks for something else, or for an Electron that is not there
 */
export function chooseLauncher(machine: Machine = here): Choice {
  const electron = findElectron(machine);
  const { WAYPOST_DESKTOP: wish } = machine.env;
  switch (wish) {
    case undefined:
    case '': {
      const against = electron === undefined ? 'Electron is not here' : reasonAgainst(machine);
      if (against === undefined) return { launcher: 'electron', why: 'Electron is here', electron };
      return { launcher: 'stand-in', why: against, electron };
    }
    case 'electron':
      if (electron === undefined) throw new Error('WAYPOST_DESKTOP is electron, but Electron is not here.');
      return { launcher: 'electron', why: 'WAYPOST_DESKTOP says so', electron };
    case 'stand-in':
      return { launcher: 'stand-in', why: 'WAYPOST_DESKTOP says so', electron };
    default:
      throw new Error(`WAYPOST_DESKTOP is ${wish}, but it must be electron or stand-in.`);
  }
}

/** The line that a run begins with. */
export function launcherLine({ launcher, why }: Choice = chooseLauncher()): string {
  const what = launcher === 'electron' ? 'in Electron' : 'in a stand-in for Electron, with Chromium';
  return `The desktop app is tested ${what} (${why}).`;
}

/** The program that the package's script has fetched. */
function findElectron({ env, folder, platform }: Machine): string | undefined {
  const named = env.ELECTRON_OVERRIDE_DIST_PATH;
  const marker = join(folder, 'path.txt');
  if (!named && !existsSync(marker)) return undefined;
  const usual = platform === 'win32' ? 'electron.exe' : 'electron';
  const program = existsSync(marker) ? readFileSync(marker, 'utf8').trim() : usual;
  const path = join(named || join(folder, 'dist'), program);
  return existsSync(path) ? path : undefined;
}

function reasonAgainst({ env, platform, isRoot }: Machine): string | undefined {
  if (platform !== 'linux') return undefined;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display';
  return isRoot ? 'Electron does not run as root' : undefined;
}
