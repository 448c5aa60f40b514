import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Arch, build, Platform } from 'electron-builder';
import { root } from './project.mjs';

// Electron's binary can't be had everywhere, and nothing that matters of a package is inside it: so the tests give
// electron-builder a folder that looks like one. It then makes the whole app for Linux, turns the fuses included, and
// says by what arguments it would make a deb and an AppImage of it.

/** Where the fuses of an Electron binary begin; behind it stand a version, how many there are, and one digit each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/**
 * What the fuses of Electron 45 are like when it is downloaded; all opposite to what is asked for, so that each one
 * is seen to be turned.
 */
const FUSES = '10110010';

/** Some of the languages that Electron comes with. */
export const LANGUAGES = ['af', 'am', 'de', 'en-GB', 'en-US', 'es', 'es-419', 'fil', 'zh-CN'];

/**
 * @typedef {object} Packed
 * @property {string} app the folder that a package would be made of
 * @property {string[]} fpm the arguments for the tool that makes the deb
 * @property {Map<string, string>} scripts what that tool runs after the deb is installed and removed, by option
 * @property {string} menu the deb's entry for the desktop's menu
 * @property {string} appImageMenu the AppImage's
 * @property {() => void} remove
 */

/**
 * Makes the app for Linux on this machine, whatever its system, with its native code.
 * @returns {Promise<Packed>}
 */
export async function packWithFakeElectron() {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-package-'));
  const packed = { fpm: [''], scripts: new Map(), menu: '', appImageMenu: '' };
  await build({
    projectDir: root,
    targets: Platform.LINUX.createTarget(
      ['deb', 'AppImage'],
      Arch[process.arch === 'arm64' ? 'arm64' : 'x64'],
    ),
    publish: 'never',
    config: {
      electronDist: fakeElectron(join(folder, 'electron')),
      directories: { output: join(folder, 'dist') },
      // The hook would rightly refuse to make a package for Linux elsewhere.
      ...(process.platform === 'linux' ? {} : { beforePack: () => {} }),
    },
    // Called before a tool would be; what it is given is gone afterwards.
    effectiveOptionComputed: async (options) => {
      if (Array.isArray(options)) {
        const [args, menu] = options;
        packed.fpm = args;
        packed.menu = readFileSync(menu, 'utf8');
        for (const option of ['--after-install', '--after-remove']) {
          packed.scripts.set(option, readFileSync(args[args.indexOf(option) + 1], 'utf8'));
        }
      } else {
        packed.appImageMenu = options.desktop;
      }
      return true;
    },
  });
  return {
    ...packed,
    app: join(folder, 'dist', process.arch === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * @param {string} folder
 * @returns {string} that folder
 */
function fakeElectron(folder) {
  mkdirSync(join(folder, 'locales'), { recursive: true });
  mkdirSync(join(folder, 'resources'));
  const wire = Buffer.from([1, FUSES.length]);
  const binary = Buffer.concat([Buffer.from(`…${SENTINEL}`), wire, Buffer.from(FUSES)]);
  writeFileSync(join(folder, 'electron'), binary, { mode: 0o755 });
  writeFileSync(join(folder, 'chrome-sandbox'), '', { mode: 0o755 });
  writeFileSync(join(folder, 'LICENSE'), 'Electron');
  for (const language of LANGUAGES) writeFileSync(join(folder, 'locales', `${language}.pak`), '');
  return folder;
}
