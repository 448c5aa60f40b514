import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Arch } from 'electron-builder';
import { PlainError, root } from './project.mjs';

// electron-builder calls this before it packs. npm installs the native code of this machine only, so a package for
// another one would be made without complaint and die at its first start.

/** The package with the native code for each `platform-arch` that Waypost is packaged for. */
const NATIVE = new Map([
  ['linux-x64', '@node-rs/argon2-linux-x64-gnu'],
  ['linux-arm64', '@node-rs/argon2-linux-arm64-gnu'],
  ['darwin-x64', '@node-rs/argon2-darwin-x64'],
  ['darwin-arm64', '@node-rs/argon2-darwin-arm64'],
  ['win32-x64', '@node-rs/argon2-win32-x64-msvc'],
  ['win32-arm64', '@node-rs/argon2-win32-arm64-msvc'],
]);

/**
 * Stops a package that would lack its native code.
 * @param {{ electronPlatformName: string, arch: Arch }} context what electron-builder says it will pack for
 * @param {string} [modules]
 * @throws {PlainError} when the native code for that system is not installed
 */
export function beforePack({ electronPlatformName, arch }, modules = join(root, 'node_modules')) {
  const target = `${electronPlatformName}-${Arch[arch]}`;
  const name = NATIVE.get(target);
  if (name === undefined) throw new PlainError(`Waypost is not packaged for ${target}.`);
  if (existsSync(join(modules, name))) return;
  throw new PlainError(
    `A package for ${target} is made on such a machine: ${name} is not installed on this one, and without it the app would not start.`,
  );
}
