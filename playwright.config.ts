import { defineConfig } from 'playwright/test';
import { launchOptions } from './e2e/browser.ts';
import { launcherLine } from './e2e/desktop-choice.ts';

// Once, not in each process that runs tests.
if (process.env.TEST_WORKER_INDEX === undefined) console.log(launcherLine());

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'out/e2e',
  fullyParallel: true,
  // Two: each test has a browser page, a service and its database, and a small machine has no more to give.
  workers: 2,
  retries: 0,
  forbidOnly: true,
  // A machine that does other work meanwhile is no reason to fail.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    headless: true,
    viewport: { width: 760, height: 620 },
    locale: 'en-GB',
    actionTimeout: 10_000,
    trace: 'off',
    video: 'off',
    screenshot: 'off',
    launchOptions: await launchOptions(),
  },
});
