import { describe, expect, test } from 'vitest';
import { countEndToEnd, countTests } from './checks.mjs';

const good = { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'pending' }] };
const bad = { status: 'failed', assertionResults: [{ status: 'failed' }] };
const unloadable = { status: 'failed', assertionResults: [] };
const counts = { numPassedTests: 1, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };

test('passed, failed and skipped tests are counted', () => {
  expect(countTests({ ...counts, testResults: [good] }, 0)).toEqual({ passed: 1, failed: 0, skipped: 1 });
  const report = { ...counts, numFailedTests: 1, numTodoTests: 2, testResults: [good, bad] };
  expect(countTests(report, 1)).toEqual({ passed: 1, failed: 1, skipped: 3 });
});

test('a file that could not be loaded is a failure', () => {
  expect(countTests({ ...counts, testResults: [good, unloadable] }, 1).failed).toBe(1);
});

test('an error outside of any test is a failure', () => {
  expect(countTests({ ...counts, testResults: [good] }, 1).failed).toBe(1);
});

test('no test at all, or no report, is a failure', () => {
  expect(countTests({ testResults: [] }, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(countTests(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

describe('end to end', () => {
  const stats = { expected: 3, unexpected: 0, flaky: 0, skipped: 0 };

  test('passed, failed and skipped tests are counted', () => {
    expect(countEndToEnd({ stats: { ...stats, skipped: 1 }, errors: [] }, 0)).toEqual({
      passed: 3,
      failed: 0,
      skipped: 1,
    });
    expect(countEndToEnd({ stats: { ...stats, unexpected: 2, flaky: 1 }, errors: [] }, 1).failed).toBe(3);
  });

  test('an error that belongs to no test is a failure', () => {
    const { passed, failed } = countEndToEnd(
      { stats, errors: [{ message: 'a file that could not be loaded' }] },
      1,
    );
    expect([passed, failed]).toEqual([3, 1]);
    expect(countEndToEnd({ stats, errors: [] }, 1).failed).toBe(1);
  });

  test('no test at all, or no report, is a failure', () => {
    expect(countEndToEnd({ stats: { ...stats, expected: 0 }, errors: [] }, 0).failed).toBe(1);
    expect(countEndToEnd(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
