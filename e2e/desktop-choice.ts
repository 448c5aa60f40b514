/** Which launcher runs the desktop app: Electron where it can run, else the stand-in. */
import { findElectron, reasonAgainst } from '../scripts/electron.mjs';

export interface Choice {
  readonly launcher: 'electron' | 'stand-in';
  readonly why: string;
  /** Electron's program, if it is there. */
  readonly electron: string | undefined;
}

/** What decides; see `scripts/electron.mjs`. */
type Machine = NonNullable<Parameters<typeof findElectron>[0]>;

/**
 * Chooses; WAYPOST_DESKTOP=electron or =stand-in decides it.
 * @throws when that variable asks for something else, or for an Electron that is not there
 */
export function chooseLauncher(machine?: Machine): Choice {
  const electron = findElectron(machine);
  const { WAYPOST_DESKTOP: wish } = machine?.env ?? process.env;
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
