import { mkdirSync, renameSync } from 'node:fs';
import { join, sep } from 'node:path';
import { provideBrowser } from './browser.mjs';
import { runChild, statusOf } from './child.mjs';
import { isBuilt, isInstalled, markBuilt, markInstalled, sourceStamp } from './freshness.mjs';
import { withLock } from './lock.mjs';
import { node24 } from './node24.mjs';
import { npmCommand } from './npm.mjs';
import { isProgram, PlainError, root, say } from './project.mjs';

// Makes a fresh checkout ready to run, and keeps it so: packages when the lock file changed, a build when the
// sources did. It runs before everything else, so it needs nothing but Node 20, and it is silent and quick
// when there is nothing to do.

/** Installing went well, building did not: the sources are at fault, and checks can still look at them. */
export class BuildError extends PlainError {}

/**
 * Installs and builds whatever is out of date. Any number of processes may call it at once: one works, the
 * others wait for it.
 * @param {object} [options]
 * @param {boolean} [options.rebuild] build even when nothing changed
 * @param {boolean} [options.browser] see to a browser for the tests; where there is none to be had, they will say so
 * @throws {PlainError} when a step fails; its message holds that step's output
 */
export async function setup({ rebuild = false, browser = false } = {}) {
  if (rebuild || browser || !isInstalled(root) || !isBuilt(root)) {
    const onWait = () => say('Waiting for another set-up to finish…');
    await withLock(
      join(root, 'out', 'setup.lock'),
      async () => {
        if (!isInstalled(root)) await install();
        if (browser) await provideBrowser();
        if (rebuild || !isBuilt(root)) await build();
      },
      { onWait },
    );
  }
}

async function install() {
  say('Installing packages (once, about a minute)…');
  stepAside();
  const npm = npmCommand(root);
  // Everything, whatever NODE_ENV or the person's npm settings leave out: building needs the tools.
  const all = ['--include=dev', '--include=optional', '--include=peer'];
  await step([npm.file, ...npm.args, 'ci', '--no-audit', '--no-fund', ...all], (output) => {
    return new PlainError(`The packages could not be installed. npm said:\n${output}`);
  });
  markInstalled(root);
}

async function build() {
  say('Building…');
  const stamp = sourceStamp(root);
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  await step([node24(), vite, 'build', '--logLevel', 'warn'], (output) => {
    return new BuildError(`Waypost could not be built:\n${output}`);
  });
  markBuilt(root, stamp);
}

/**
 * @param {string[]} command
 * @param {(output: string) => Error} failure
 */
async function step([file = '', ...args], failure) {
  const { status, interrupted, output } = await runChild(file, args, { cwd: root, quiet: true }).catch(
    (error) => {
      throw failure(error.message); // the program is not there, or not for this system
    },
  );
  if (interrupted) throw new PlainError('Set-up was stopped.', statusOf(interrupted));
  if (status !== 0) throw failure(output.trim());
}

/**
 * Windows cannot delete a program that runs, but it can move it: so when this very process runs on the Node
 * inside node_modules, its file makes room for the new one.
 */
function stepAside() {
  const aside = join(root, 'out', 'old-node');
  if (process.platform !== 'win32' || !process.execPath.startsWith(join(root, 'node_modules') + sep)) return;
  mkdirSync(aside, { recursive: true });
  renameSync(process.execPath, join(aside, `${process.pid}.exe`));
}

/** Runs the set-up by itself: `node scripts/setup.mjs [--rebuild]`. */
async function main() {
  try {
    await setup({ rebuild: process.argv.includes('--rebuild') });
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    say(error.message);
    process.exitCode = error.status;
  }
}

if (isProgram(import.meta.url)) await main();
