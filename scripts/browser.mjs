import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { node24 } from './node24.mjs';
import { PlainError, root, say } from './project.mjs';

// The end-to-end tests run in real Chromium, or in a browser made of it. Most machines have one; where none is
// found, one is fetched the way that suits the system: Debian's package, or else Playwright's own download.

/**
 * @typedef {object} Machine what decides where a browser may be
 * @property {NodeJS.ProcessEnv} env
 * @property {NodeJS.Platform} platform
 * @property {(path: string) => boolean} works whether there is a browser at this path, and it runs
 * @property {() => Promise<string | undefined>} downloaded where Playwright keeps its download
 */

/** @type {Machine} */
const here = { env: process.env, platform: process.platform, works: runs, downloaded: playwrightsOwn };

/**
 * The browser for the tests: the one that WAYPOST_CHROMIUM names, one of the usual places, or Playwright's own
 * download.
 * @param {Machine} [machine]
 * @returns {Promise<string | undefined>} undefined when there is none
 * @throws {PlainError} when WAYPOST_CHROMIUM names something that is no browser
 */
export async function findBrowser({ env, platform, works, downloaded } = here) {
  const named = env.WAYPOST_CHROMIUM;
  if (named) {
    if (works(named)) return named;
    throw new PlainError(`WAYPOST_CHROMIUM is ${named}, but no browser runs there.`);
  }
  const found = usualPlaces(platform, env).find(works);
  if (found) return found;
  const own = await downloaded();
  return own !== undefined && works(own) ? own : undefined;
}

/**
 * The same, for whoever can't go on without.
 * @param {Machine} [machine]
 * @throws {PlainError} when there is none
 */
export async function requireBrowser(machine = here) {
  const browser = await findBrowser(machine);
  if (browser) return browser;
  throw new PlainError(
    'There is no browser for the tests: install Chromium or Chrome, or name one in WAYPOST_CHROMIUM.',
  );
}

/**
 * Fetches a browser if none is found. Never fails: the tests that need it will, in words.
 * @param {Machine & { steps?: Step[] }} [machine] `steps`: the ways to get one, default: those of this system
 */
export async function provideBrowser({ steps = waysToInstall(), ...machine } = here) {
  if (machine.env.WAYPOST_CHROMIUM || (await findBrowser(machine))) return;
  say('Fetching a browser for the tests (once, a minute or two)…');
  let lastWords = '';
  for (const step of steps) {
    const { status, output } = await step();
    if (status === 0 && (await findBrowser(machine))) return;
    lastWords = output.trim().split('\n').slice(-3).join('\n');
  }
  say(`A browser for the tests can't be had here. Install Chromium or Chrome and try again.\n${lastWords}`);
}

/** @typedef {() => Promise<{ status: number, output: string }>} Step */

/** @returns {Step[]} */
function waysToInstall() {
  const isRoot = process.getuid?.() === 0;
  const hasApt = existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
  const playwright = [join(root, 'node_modules', 'playwright', 'cli.js'), 'install', 'chromium'];
  const download = () => quietly(node24(), playwright);
  if (!isRoot || !hasApt) return [download];
  return [
    async () => {
      const env = { DEBIAN_FRONTEND: 'noninteractive' };
      const lists = await quietly('apt-get', ['update', '-q'], env);
      // Lists that are a little old are still better than none.
      const installed = await quietly('apt-get', ['install', '-y', '-q', 'chromium'], env);
      return installed.status === 0 ? installed : { ...installed, output: lists.output + installed.output };
    },
    // Ubuntu's package is only a pointer to a snap, which does not run everywhere.
    () => quietly(node24(), [...playwright, '--with-deps']),
  ];
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {Record<string, string>} [more] variables
 */
async function quietly(file, args, more = {}) {
  try {
    return await runChild(file, args, { cwd: root, env: { ...process.env, ...more }, quiet: true });
  } catch (error) {
    return { status: 1, output: String(error) };
  }
}

/**
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]}
 */
export function usualPlaces(platform, env) {
  switch (platform) {
    case 'win32': {
      const folders = [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA];
      const programs = ['Chromium\\Application\\chrome.exe', 'Google\\Chrome\\Application\\chrome.exe'];
      // Edge is made of Chromium and on every Windows, so it comes last.
      programs.push('Microsoft\\Edge\\Application\\msedge.exe');
      return programs.flatMap((program) =>
        folders.flatMap((folder) => (folder ? `${folder}\\${program}` : [])),
      );
    }
    case 'darwin':
      return ['Chromium', 'Google Chrome', 'Microsoft Edge'].map(
        (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
      );
    default:
      return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(
        (name) => `/usr/bin/${name}`,
      );
  }
}

/**
 * Not only that it is there: on Ubuntu without snaps, /usr/bin/chromium-browser just says so and ends.
 * @param {string} path
 */
function runs(path) {
  if (!existsSync(path)) return false;
  // On Windows, asking would open a window.
  if (process.platform === 'win32') return true;
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

async function playwrightsOwn() {
  const { chromium } = await import('playwright');
  return chromium.executablePath();
}
