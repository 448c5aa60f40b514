import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Is there anything to install or to build? Asked at every start, so it has to be quick: two small stamps
// are compared, nothing is loaded. Each stamp describes what it was made from, so that whatever changes
// behind its back (npm prune, another branch, a deleted folder) makes it differ.

/** What the build is made of, and what decides how it is built. */
const SOURCES = [
  'server',
  'electron',
  'renderer',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vite.config.ts',
];
const NOT_BUILT = /^\.|\.test\.tsx?$/;
const BUILT = ['out/server/waypost.js', 'out/renderer/index.html', 'out/electron/main.js'];
const BUILD_STAMP = 'out/build-stamp';
const INSTALL_STAMP = 'node_modules/.waypost-install-stamp';
/** npm writes this last, and anew whenever it changes node_modules. */
const NPM_RECORD = 'node_modules/.package-lock.json';

/**
 * Whether node_modules is what the lock file says, for this platform. Without a lock file (an installed
 * copy) there is nothing to compare and nothing to do.
 * @param {string} root
 */
export function isInstalled(root) {
  if (!existsSync(join(root, 'package-lock.json'))) return true;
  const stamp = installStamp(root);
  if (stamp === undefined) return false;
  if (readIfThere(join(root, INSTALL_STAMP)) === stamp) return true;
  // No stamp of ours: perhaps a person ran npm, and all is well.
  if (!matchesLock(root)) return false;
  markInstalled(root);
  return true;
}

/**
 * Remembers that node_modules is what the lock file says.
 * @param {string} root
 */
export function markInstalled(root) {
  try {
    writeFileSync(join(root, INSTALL_STAMP), installStamp(root) ?? '');
  } catch {
    // A folder we may not write to is compared in full each time: slower, not wrong.
  }
}

/**
 * Whether the built files stem from these sources. A copy without sources has nothing to build.
 * @param {string} root
 */
export function isBuilt(root) {
  if (!existsSync(join(root, 'server'))) return true;
  const isThere = BUILT.every((path) => existsSync(join(root, path)));
  return isThere && readIfThere(join(root, BUILD_STAMP)) === sourceStamp(root);
}

/**
 * Remembers what the built files were made from.
 * @param {string} root
 * @param {string} stamp from {@link sourceStamp}, taken before the build: what changes during it counts as new
 */
export function markBuilt(root, stamp) {
  const path = join(root, BUILD_STAMP);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, stamp);
}

/**
 * A fingerprint of the sources by name, size and time of change: it also differs when a file was removed or
 * an older one came back, which the newest time alone would not show.
 * @param {string} root
 * @returns {string}
 */
export function sourceStamp(root) {
  const hash = createHash('sha256');
  /** @param {string} path relative to the root */
  const add = (path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (!stat.isDirectory()) {
      hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
      return;
    }
    for (const name of readdirSync(join(root, path)).sort()) {
      if (!NOT_BUILT.test(name)) add(`${path}/${name}`);
    }
  };
  for (const path of SOURCES) add(path);
  return hash.digest('hex');
}

/** @param {string} root */
function installStamp(root) {
  const record = statSync(join(root, NPM_RECORD), { throwIfNoEntry: false });
  if (record === undefined) return undefined;
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${lock} ${record.size} ${record.mtimeMs} ${process.platform}-${process.arch}`;
}

/**
 * Compares npm's record of what it installed with the lock file.
 * @param {string} root
 */
function matchesLock(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const there = packagesIn(join(root, NPM_RECORD));
  delete wanted[''];
  const complete = Object.entries(wanted).every(([path, entry]) => {
    const found = there[path];
    if (found === undefined) return entry.optional === true && !isForThisMachine(entry);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
  return complete && Object.keys(there).every((path) => path in wanted);
}

/**
 * Only a package that names its systems can be called missing: others may have been left out together with
 * the optional package that wanted them, and for a C library npm's own answer counts.
 * @param {{ os?: string[], cpu?: string[], libc?: string[] }} entry
 */
function isForThisMachine({ os, cpu, libc }) {
  if (libc !== undefined || os === undefined) return false;
  return os.includes(process.platform) && (cpu === undefined || cpu.includes(process.arch));
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }>}
 */
function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

/** @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
