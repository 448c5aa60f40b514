import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runChild } from './child.mjs';
import { provideElectron, reasonAgainst } from './electron.mjs';
import { root } from './project.mjs';
import { reasonIn } from './reason.mjs';
import { setup } from './setup.mjs';

// Opens the desktop app from a checkout. Whether it can run shows only when it does: libraries may be missing, or
// what its sandbox is made of. So what it writes is held back until it runs, or has run for a while; when it ends
// before, that is the reason, and somebody else serves the mail.

/** What only the service has, or tells in a terminal. */
const SERVICE_OPTIONS = ['--service', '--settings', '--ui', '--no-ui', '--ui-allow-remote', '--json'];
const TELLING_OPTIONS = ['--help', '-h', '--version', '-V'];
/** What only the desktop has. */
const DESKTOP_OPTIONS = ['--hidden'];

/** How long it takes at most to see that the app can't run. */
const TRIAL_MS = 15_000;
/** The app's own words about a failure, which it has explained in a window. */
const EXPLAINED = /^Error \(/m;

/**
 * Whether what follows `npm start --` asks for the service.
 * @param {string[]} args
 */
export function wantsService(args) {
  return args.some((arg) => [...SERVICE_OPTIONS, ...TELLING_OPTIONS].includes(nameOf(arg)));
}

/**
 * What of it is for the service. All that nobody knows is: the service says so.
 * @param {string[]} args
 */
export function serviceArguments(args) {
  return args.filter((arg) => arg !== '--service' && !DESKTOP_OPTIONS.includes(arg));
}

/** @param {string} arg */
function nameOf(arg) {
  return arg.split('=', 1)[0] ?? '';
}

/** @typedef {{ status: number } | { reason: string }} Outcome how the app ended, or why it can't run here */

/**
 * Opens the desktop app and stays until it ends, setting up first when needed.
 * @param {string[]} args for the app
 * @returns {Promise<Outcome>}
 * @throws {import('./project.mjs').PlainError} when it can't be set up, or was stopped meanwhile
 */
export async function openDesktop(args) {
  const reason = reasonAgainst();
  if (reason) return { reason };
  await setup();
  const provided = await provideElectron();
  if ('reason' in provided) return provided;
  return runDesktop(provided.electron, [root, ...args], { dataFolder: await dataFolderOf(args) });
}

/**
 * The data folder that the app will use.
 * @param {string[]} args
 */
async function dataFolderOf(args) {
  const at = args.findIndex((arg) => nameOf(arg) === '--data');
  const [, given = args[at + 1]] = /^--data=(.*)$/.exec(args[at] ?? '') ?? [];
  if (at >= 0 && given) return resolve(given);
  if (process.env.WAYPOST_DATA) return resolve(process.env.WAYPOST_DATA);
  // There only after the set-up.
  const { default: envPaths } = await import('env-paths');
  return envPaths('Waypost', { suffix: '' }).data;
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {object} options
 * @param {string} options.dataFolder where `run.json` tells that it runs
 * @param {number} [options.trialMs]
 * @returns {Promise<Outcome>}
 */
export async function runDesktop(program, args, { dataFolder, trialMs = TRIAL_MS }) {
  let held = '';
  let onTrial = true;
  const show = () => {
    if (!onTrial) return;
    onTrial = false;
    clearInterval(watch);
    process.stderr.write(held);
  };
  /** @type {NodeJS.Timeout | undefined} */
  let watch;
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  try {
    const { status, interrupted } = await runChild(program, args, {
      env,
      errorsPiped: true,
      // On Windows it is no program of the terminal.
      inGroup: process.platform !== 'win32',
      onStart: ({ pid, stderr }) => {
        const until = performance.now() + trialMs;
        watch = setInterval(() => {
          if (performance.now() >= until || runningPid(dataFolder) === pid) show();
        }, 200);
        stderr?.setEncoding('utf8').on('data', (text) => {
          if (onTrial) held += text;
          else process.stderr.write(text);
        });
      },
    });
    if (onTrial && status !== 0 && !interrupted && !EXPLAINED.test(held)) {
      return { reason: `Electron ended at once (${reasonIn(held)})` };
    }
    show();
    return { status };
  } catch (error) {
    return { reason: `Electron can't be started (${error instanceof Error ? error.message : error})` };
  } finally {
    clearInterval(watch);
  }
}

/**
 * The process that `run.json` names; undefined when none does.
 * @param {string} dataFolder
 */
function runningPid(dataFolder) {
  try {
    return JSON.parse(readFileSync(join(dataFolder, 'run.json'), 'utf8')).pid;
  } catch {
    return undefined;
  }
}
