import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runChild, statusOf } from './child.mjs';
import { withLock } from './lock.mjs';
import { node24 } from './node24.mjs';
import { PlainError, root, say } from './project.mjs';
import { reasonIn } from './reason.mjs';

// Electron's npm package holds no Electron: its own script fetches that, over 100 MB, into the package's folder.
// Never `import 'electron'` here, which would do so without asking, wait for it and throw.

/**
 * @typedef {object} Machine what decides whether Electron can run
 * @property {NodeJS.ProcessEnv} env
 * @property {NodeJS.Platform} platform
 * @property {boolean} isRoot
 * @property {string} folder Electron's npm package
 */

/** @type {Machine} */
const here = {
  env: process.env,
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  folder: join(root, 'node_modules', 'electron'),
};

/**
 * Why Electron can't run on this machine at all, as far as a look at it tells; undefined when it may.
 * @param {Machine} [machine]
 */
export function reasonAgainst({ env, platform, isRoot } = here) {
  if (platform !== 'linux') return undefined;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display';
  // Its sandbox can't work for root, and without it a page could do anything.
  return isRoot ? 'Electron does not run as root' : undefined;
}

/**
 * Electron's program: that of the folder ELECTRON_OVERRIDE_DIST_PATH names, else the one that was fetched.
 * @param {Machine} [machine]
 * @returns {string | undefined} undefined when it is not there, not complete, or of another version
 */
export function findElectron({ env, platform, folder } = here) {
  const programs = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' };
  const program = platform === 'win32' || platform === 'darwin' ? programs[platform] : 'electron';
  const named = env.ELECTRON_OVERRIDE_DIST_PATH;
  const path = join(named || join(folder, 'dist'), program);
  if (!existsSync(path)) return undefined;
  if (named) return path;
  // The last thing the script writes; without it the program may be half there.
  if (read(join(folder, 'path.txt')) !== program) return undefined;
  const { version } = JSON.parse(read(join(folder, 'package.json')) ?? '{}');
  return read(join(folder, 'dist', 'version'))?.replace(/^v/, '') === version ? path : undefined;
}

/**
 * Finds Electron, or fetches it.
 * @param {Machine & { fetch?: () => Promise<string | undefined> }} [machine] `fetch`: resolves to why it failed
 * @returns {Promise<{ electron: string } | { reason: string }>} its program, or why there is none
 * @throws {PlainError} when somebody stopped it
 */
export async function provideElectron({ fetch = () => fetchElectron(), ...machine } = here) {
  const found = findElectron(machine);
  if (found) return { electron: found };
  const named = machine.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (named) return { reason: `ELECTRON_OVERRIDE_DIST_PATH is ${named}, but there is no Electron` };
  if (!existsSync(join(machine.folder, 'install.js'))) return { reason: 'Electron is not installed' };
  say('Fetching Electron (once, about a minute)…');
  const failure = await fetch();
  const electron = findElectron(machine);
  return electron
    ? { electron }
    : { reason: `Electron could not be fetched (${failure ?? 'it is not there'})` };
}

/**
 * Runs the package's script. How long it may take depends on the line, so it is ended not after a while, but when
 * nothing has come in for a while. The next start tries again.
 * @param {object} [options]
 * @param {string} [options.folder] Electron's npm package
 * @param {string} [options.scratch] a folder of our own for what is under way
 * @param {number} [options.silenceMs] how long nothing may come in
 * @returns {Promise<string | undefined>} why it failed; undefined when it did not
 * @throws {PlainError} when somebody stopped it
 */
export async function fetchElectron({
  folder = here.folder,
  scratch = join(root, 'out', 'electron-download'),
  silenceMs = 20_000,
} = {}) {
  try {
    return await withLock(`${scratch}.lock`, () => download(folder, scratch, silenceMs));
  } catch (error) {
    if (error instanceof PlainError) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * @param {string} folder
 * @param {string} scratch
 * @param {number} silenceMs
 */
async function download(folder, scratch, silenceMs) {
  /** @type {NodeJS.Timeout | undefined} */
  let watch;
  let stoodStill = false;
  try {
    // One that was killed may have left its part.
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(scratch, { recursive: true });
    const { status, output, interrupted } = await runChild(node24(), [join(folder, 'install.js')], {
      // Node looks at HTTPS_PROXY only when it is told to.
      env: { NODE_USE_ENV_PROXY: '1', ...process.env, TMPDIR: scratch, TEMP: scratch, TMP: scratch },
      quiet: true,
      onStart: (child) => {
        const size = () => sizeOf(scratch) + sizeOf(join(folder, 'dist'));
        watch = whenStill(size, silenceMs, () => {
          stoodStill = true;
          child.kill('SIGKILL');
        });
      },
    });
    if (interrupted) throw new PlainError('Fetching Electron was stopped.', statusOf(interrupted));
    if (stoodStill) return 'nothing came in any more';
    return status === 0 ? undefined : reasonIn(output);
  } finally {
    clearInterval(watch);
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Calls back once a number has not changed for a while.
 * @param {() => number} look
 * @param {number} silenceMs
 * @param {() => void} callback
 */
function whenStill(look, silenceMs, callback) {
  const everyMs = Math.min(500, silenceMs / 4);
  let last = look();
  let stillMs = 0;
  return setInterval(() => {
    const now = look();
    // Counted in looks, not by the clock: a machine that slept has missed nothing.
    stillMs = now === last ? stillMs + everyMs : 0;
    last = now;
    if (stillMs >= silenceMs) callback();
  }, everyMs);
}

/**
 * @param {string} folder
 * @returns {number} bytes of all that is in it; 0 when it is not there
 */
function sizeOf(folder) {
  try {
    return readdirSync(folder, { recursive: true })
      .map((name) => statSync(join(folder, String(name))).size)
      .reduce((sum, size) => sum + size, 0);
  } catch {
    // Something in it was moved away just now.
    return 0;
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
