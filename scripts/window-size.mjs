import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { isProgram, root, say } from './project.mjs';

// Checks how much JavaScript the window makes a browser load, at first and in all, by the limits in .size-limit.json. A file of its
// own, because the tool is content with files that are not there, or hold nothing.

/**
 * @typedef {object} Measured one entry of size-limit's report
 * @property {string} name
 * @property {boolean} [passed]
 * @property {number} [size] bytes
 */

/**
 * @param {Measured[]} report
 * @param {number} files how many there were to measure
 * @returns {{ ok: boolean, text: string }}
 */
export function judgeSize(report, files) {
  const isMeasured = report.length > 0 && report.every(({ size }) => size !== undefined && size > 0);
  if (!isMeasured || files === 0) {
    return {
      ok: false,
      text: 'Nothing was measured: the window is not built, or the check itself is broken.',
    };
  }
  const sizes = report.map(({ name, size = 0 }) => `${name}: ${Math.round(size / 1000)} kB gzipped`);
  return { ok: report.every(({ passed }) => passed === true), text: `${sizes.join('; ')}. ${files} files.` };
}

async function main() {
  const tool = join(root, 'node_modules', 'size-limit', 'bin.js');
  const folder = join(root, 'out', 'renderer', 'assets');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.js')) : [];
  const { output } = await runChild(process.execPath, [tool, '--json'], { cwd: root, quiet: true });
  const { ok, text } = judgeSize(files.length > 0 ? JSON.parse(output) : [], files.length);
  if (ok) console.log(text);
  else say(`${text} The limits are in .size-limit.json.`);
  if (!ok) process.exitCode = 1;
}

if (isProgram(import.meta.url)) await main();
