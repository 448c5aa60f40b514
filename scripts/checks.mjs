import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { runChild } from './child.mjs';
import { node24 } from './node24.mjs';
import { root } from './project.mjs';

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {NodeJS.Signals} [interrupted] the signal by which somebody asked to stop
 */

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
 * Counts what Vitest reports, so that nothing that went wrong counts as nothing: a file that could not be
 * loaded has no tests to fail, and an error outside of any test shows in the exit code only.
 * @param {any} report Vitest's JSON report; undefined when it wrote none
 * @param {number} status its exit code
 * @returns {Count}
 */
export function countTests(report, status) {
  const passed = report?.numPassedTests ?? 0;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  const files = report?.testResults ?? [];
  const broken = files.filter((file) => {
    return file.status === 'failed' && !file.assertionResults.some((each) => each.status === 'failed');
  });
  const failed = (report?.numFailedTests ?? 0) + broken.length;
  const wentWrong = status !== 0 || passed + failed === 0;
  return { passed, failed: failed === 0 && wentWrong ? 1 : failed, skipped };
}

/**
 * The same for Playwright. Whatever has no test to blame (a file that could not be loaded, a browser that is not
 * there) is in its list of errors; a test that only passed when it was repeated has failed.
 * @param {any} report Playwright's JSON report; undefined when it wrote none
 * @param {number} status its exit code
 * @returns {Count}
 */
export function countEndToEnd(report, status) {
  const { expected: passed = 0, unexpected = 0, flaky = 0, skipped = 0 } = report?.stats ?? {};
  const failed = unexpected + flaky + (report?.errors ?? []).length;
  const wentWrong = status !== 0 || passed + failed === 0;
  return { passed, failed: failed === 0 && wentWrong ? 1 : failed, skipped };
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
