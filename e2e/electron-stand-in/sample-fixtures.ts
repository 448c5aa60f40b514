/** What the tests of the stand-in start from. */
import { test as base, expect } from 'playwright/test';
import type { Desktop } from '../desktop.ts';
import { type Sample, startSample } from './sample.ts';

interface Given {
  /** Starts a small app; it is ended after the test. */
  start(sample?: Sample): Promise<Desktop>;
}

export const test = base.extend<Given>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from here
  start: async ({}, use) => {
    const started: Desktop[] = [];
    await use(async (sample) => {
      const app = await startSample(sample);
      started.push(app);
      return app;
    });
    for (const app of started) await app.remove();
  },
});

/** What the app has noted. */
export function seen(app: Desktop): Promise<unknown[]> {
  return app.evaluate(() => (globalThis as unknown as { seen: unknown[] }).seen, undefined);
}

/** Runs each of the scripts in the main process and tells what it threw. */
export async function thrown(app: Desktop, scripts: readonly string[]): Promise<string[]> {
  return app.evaluate(async (electron, each) => {
    const found: string[] = [];
    for (const script of each) {
      try {
        const run = new Function('electron', `return (async () => { ${script} })()`) as (
          given: unknown,
        ) => unknown;
        await run(electron);
        found.push('nothing');
      } catch (error) {
        found.push((error as Error).message);
      }
    }
    return found;
  }, scripts);
}

/** An app without a window. */
export const HIDDEN: Sample = { ready: '' };

export { expect };
