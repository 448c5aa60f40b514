import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { isProgram, root, say } from './project.mjs';

// Checks how much JavaScript the window makes a browser load, by the limit in .size-limit.json. A file of its
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
  const [measured] = report;
  if (measured?.size === undefined || measured.size === 0 || files === 0) {
    return {
      ok: false,
      text: 'Nothing was measured: the window is not built, or the check itself is broken.',
    };
  }
  const text = `${measured.name}: ${Math.round(measured.size / 1000)} kB gzipped, ${files} files.`;
  return { ok: measured.passed === true, text };
}

async function main() {
  const tool = join(root, 'node_modules', 'size-limit', 'bin.js');
  const folder = join(root, 'out', 'renderer', 'assets');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.js')) : [];
  const { output } = await runChild(process.execPath, [tool, '--json'], { cwd: root, quiet: true });
  const { ok, text } = judgeSize(files.length > 0 ? JSON.parse(output) : [], files.length);
  if (ok) console.log(text);
  else say(`${text} The limit is in .size-limit.json.`);
  if (!ok) process.exitCode = 1;
}

if (isProgram(import.meta.url)) await main();
