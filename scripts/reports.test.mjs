import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './project.mjs';
import { countEndToEnd, countTests } from './reports.mjs';

const good = {
  name: join(root, 'server', 'good.test.ts'),
  status: 'passed',
  assertionResults: [{ status: 'passed' }, { status: 'pending' }],
};
const bad = {
  name: join(root, 'server', 'bad.test.ts'),
  status: 'failed',
  assertionResults: [
    { status: 'passed', fullName: 'a listener opens' },
    {
      status: 'failed',
      fullName: 'a listener closes',
      failureMessages: ['Error: it did not\n    at a line'],
    },
  ],
};
const unloadable = {
  name: join(root, 'server', 'broken.test.ts'),
  status: 'failed',
  message: '\u001b[31mno such module\u001b[39m',
  assertionResults: [],
};
const counts = { numPassedTests: 1, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };

test('passed, failed and skipped tests are counted', () => {
  const count = countTests({ ...counts, testResults: [good] }, 0);
  expect(count).toEqual({ passed: 1, failed: 0, skipped: 1, failures: [] });
  const report = { ...counts, numFailedTests: 1, numTodoTests: 2, testResults: [good, bad] };
  expect(countTests(report, 1)).toMatchObject({ passed: 1, failed: 1, skipped: 3 });
});

test('what failed is told in a line: where, and why', () => {
  const report = { ...counts, numFailedTests: 1, testResults: [good, bad, unloadable] };
  expect(countTests(report, 1).failures).toEqual([
    `${join('server', 'bad.test.ts')} › a listener closes: Error: it did not`,
    `${join('server', 'broken.test.ts')}: no such module`,
  ]);
});

test('a file that could not be loaded is a failure', () => {
  expect(countTests({ ...counts, testResults: [good, unloadable] }, 1).failed).toBe(1);
});

test('an error outside of any test is a failure', () => {
  expect(countTests({ ...counts, testResults: [good] }, 1).failed).toBe(1);
});

test('no test at all, or no report, is a failure', () => {
  expect(countTests({ testResults: [] }, 0)).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  expect(countTests(undefined, 0)).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
});

describe('end to end', () => {
  const stats = { expected: 3, unexpected: 0, flaky: 0, skipped: 0 };

  test('passed, failed and skipped tests are counted', () => {
    expect(countEndToEnd({ stats: { ...stats, skipped: 1 }, errors: [] }, 0)).toEqual({
      passed: 3,
      failed: 0,
      skipped: 1,
      failures: [],
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

  test('what failed is told in a line, with the titles around it', () => {
    /** @param {string} title @param {string} status @param {object[]} results */
    const spec = (title, status, results) => ({ title, tests: [{ status, results }] });
    const suites = [
      {
        title: 'queue.spec.ts',
        specs: [spec('opens', 'expected', [{}])],
        suites: [
          {
            title: 'a message',
            specs: [
              spec('is held', 'unexpected', [
                { error: { message: '\u001b[31mno button\u001b[39m\n  at a line' } },
              ]),
              spec('is sent', 'flaky', [{ error: { message: 'too late' } }, {}]),
            ],
          },
        ],
      },
    ];
    const report = {
      stats: { ...stats, unexpected: 1, flaky: 1 },
      suites,
      errors: [{ message: 'no browser' }],
    };
    expect(countEndToEnd(report, 1).failures).toEqual([
      'queue.spec.ts › a message › is held: no button',
      'queue.spec.ts › a message › is sent: too late',
      'outside of any test: no browser',
    ]);
  });

  test('no test at all, or no report, is a failure', () => {
    expect(countEndToEnd({ stats: { ...stats, expected: 0 }, errors: [] }, 0).failed).toBe(1);
    expect(countEndToEnd(undefined, 1)).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  });
});
