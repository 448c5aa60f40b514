import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { runChild } from './child.mjs';
import { node24 } from './node24.mjs';
import { root } from './project.mjs';
import { countEndToEnd, countTests } from './reports.mjs';

/** @typedef {import('./reports.mjs').Count} Count */

/**
 * @typedef {object} Check
 * @property {string} title
 * @property {() => Promise<Count>} run
 */

// Tools are started by path, with the Node we know: a name in node_modules/.bin may belong to another version.
const MODULES = join(root, 'node_modules');
const TSC = join(MODULES, 'typescript', 'bin', 'tsc');

/** All checks, in the order in which they run: what is quickest to understand comes first. */
export const checks = [
  single('Types', [TSC, '--project', root]),
  single('Types of the window', [TSC, '--project', join(root, 'renderer')]),
  single('Types of the preload', [TSC, '--project', join(root, 'electron', 'tsconfig.preload.json')]),
  single('Types of the scripts', [TSC, '--project', join(root, 'scripts')]),
  single('Format and lint (Biome)', [
    join(MODULES, '@biomejs', 'biome', 'bin', 'biome'),
    'check',
    '--error-on-warnings',
  ]),
  single('Promises (ESLint)', [join(MODULES, 'eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.']),
  single('Layers (dependency-cruiser)', [join(root, 'scripts', 'layers.mjs')]),
  single('Dead code (knip)', [join(MODULES, 'knip', 'bin', 'knip.js')]),
  single('Size of the window (size-limit)', [join(root, 'scripts', 'window-size.mjs')]),
  { title: 'Tests (Vitest)', run: runVitest },
  { title: 'End to end (Playwright)', run: runPlaywright },
];

/**
 * A check that passes or fails as a whole.
 * @param {string} title
 * @param {string[]} command a script and its arguments
 * @returns {Check}
 */
function single(title, command) {
  return {
    title,
    run: async () => {
      const { status, interrupted } = await tool(command);
      return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0, interrupted };
    },
  };
}

/** Vitest's own count of tests. */
function runVitest() {
  return counted(countTests, (file) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    return tool([join(MODULES, 'vitest', 'vitest.mjs'), 'run', ...reporters]);
  });
}

/** Playwright's own count of tests. */
function runPlaywright() {
  return counted(countEndToEnd, (file) => {
    const command = [join(MODULES, 'playwright', 'cli.js'), 'test', '--reporter=list,json'];
    return tool(command, { PLAYWRIGHT_JSON_OUTPUT_FILE: file });
  });
}

/**
 * Runs a tool that writes a report, and counts what that says.
 * @param {(report: any, status: number) => Count} count `report` is undefined when it wrote none
 * @param {(file: string) => ReturnType<typeof tool>} run
 * @returns {Promise<Count>}
 */
async function counted(count, run) {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-test-'));
  const file = join(folder, 'report.json');
  try {
    const { status, interrupted } = await run(file);
    const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    return { ...count(report, status), interrupted };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string[]} command
 * @param {Record<string, string>} [more] variables
 */
function tool(command, more = {}) {
  const node = node24();
  // What a tool or a test starts as `node` has to be the same Node.
  const path = [dirname(node), join(MODULES, '.bin'), process.env.PATH].join(delimiter);
  return runChild(node, command, { cwd: root, env: { ...process.env, ...more, PATH: path } });
}
