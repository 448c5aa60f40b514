import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from './project.mjs';

// What the JSON reports of Vitest and Playwright say, in one form.

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} [failures] a line for each test that failed, where they can be told: where, and why
 * @property {NodeJS.Signals} [interrupted] the signal by which somebody asked to stop
 */

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
  /** @type {{ name: string, status: string, message?: string, assertionResults: any[] }[]} */
  const files = report?.testResults ?? [];
  const failures = files.flatMap((file) => {
    const name = relative(root, file.name);
    const tests = file.assertionResults.filter((test) => test.status === 'failed');
    if (tests.length === 0 && file.status === 'failed') return line(name, file.message);
    return tests.map((test) => line(`${name} › ${test.fullName}`, test.failureMessages?.[0]));
  });
  const failed = failures.length;
  return { passed, failed: atLeastOne(passed, failed, status), skipped, failures };
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
  /** @type {any[]} */
  const errors = report?.errors ?? [];
  const failed = unexpected + flaky + errors.length;
  const failures = [
    ...(report?.suites ?? []).flatMap((/** @type {any} */ suite) => failedSpecs(suite, [])),
    ...errors.map((error) => line('outside of any test', error.message)),
  ];
  return { passed, failed: atLeastOne(passed, failed, status), skipped, failures };
}

/**
 * @param {any} suite a file, or a `describe` in it
 * @param {string[]} above the titles around it
 * @returns {string[]}
 */
function failedSpecs(suite, above) {
  const path = [...above, suite.title];
  const inner = (suite.suites ?? []).flatMap((/** @type {any} */ each) => failedSpecs(each, path));
  const own = (suite.specs ?? []).flatMap((/** @type {any} */ spec) => {
    const tests = spec.tests.filter((/** @type {any} */ test) => /^(unexpected|flaky)$/.test(test.status));
    return tests.map((/** @type {any} */ test) => {
      const wrong = test.results.find((/** @type {any} */ result) => result.error);
      return line([...path, spec.title].join(' › '), wrong?.error.message);
    });
  });
  return [...inner, ...own];
}

/**
 * @param {number} passed
 * @param {number} failed
 * @param {number} status
 */
function atLeastOne(passed, failed, status) {
  return failed === 0 && (status !== 0 || passed === 0) ? 1 : failed;
}

/**
 * @param {string} where
 * @param {string | undefined} why the first of its lines is told
 */
function line(where, why) {
  const reason = stripVTControlCharacters(why ?? '')
    .trim()
    .split('\n', 1)[0];
  return reason ? `${where}: ${reason}` : where;
}
