import { checks } from './checks.mjs';
import { PlainError } from './project.mjs';
import { BuildError, setup } from './setup.mjs';

// `npm test`: sets up, runs every check even when one fails, and closes with one line that counts them.

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const failedChecks = [];
/** @type {string[]} */
const failedTests = [];

/**
 * @param {string} title
 * @param {import('./reports.mjs').Count} count
 */
function add(title, { passed, failed, skipped, failures = [] }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  if (failed > 0) failedChecks.push(title);
  failedTests.push(...failures);
}

/** @returns {Promise<boolean>} whether there is anything to check with */
async function prepare() {
  try {
    await setup({ browser: true });
    return true;
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    console.log(error.message);
    add('Set-up', { passed: 0, failed: 1, skipped: 0 });
    return error instanceof BuildError;
  }
}

if (await prepare()) {
  for (const { title, run } of checks) {
    console.log(`\n── ${title}`);
    const count = await run();
    add(title, count);
    if (count.interrupted) {
      add('stopped before the end', { passed: 0, failed: count.failed > 0 ? 0 : 1, skipped: 0 });
      break;
    }
  }
}

const { passed, failed, skipped } = total;
if (failedChecks.length > 0) console.log(`\nFailed: ${failedChecks.join(', ')}`);
// Once more, at the end: what failed early is far up by now, or cut off.
for (const each of failedTests) console.log(`  ✗ ${each}`);
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
