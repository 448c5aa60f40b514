/** What every test starts from: a service, and its window in a browser. */
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, type ConsoleMessage, expect, type Page } from 'playwright/test';
import { makeSeed, type Service, type ServiceOptions, startService } from './service.ts';
import { SettingsWindow } from './window.ts';

interface Given {
  /** How the service starts; `test.use({ start: … })`. Ports and addresses are set already. */
  start: Omit<ServiceOptions, 'seed'>;
  /** False for a first start: no account, nothing. */
  withAccount: boolean;
  service: Service;
  /** The window at its Connections tab. */
  app: SettingsWindow;
  /** Runs after the test, last first, even when it failed. */
  atEnd: (stop: () => unknown) => void;
}

interface OfWorker {
  seed: string;
}

export const test = base.extend<Given, OfWorker>({
  start: [{}, { option: true }],
  withAccount: [true, { option: true }],
  seed: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from here
    async ({}, use) => {
      const seed = await makeSeed();
      await use(seed.path);
      await seed.remove();
    },
    { scope: 'worker' },
  ],
  service: async ({ start, withAccount, seed }, use) => {
    const service = await startService({ ...start, seed: withAccount ? seed : undefined });
    await use(service);
    await service.remove();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  atEnd: async ({}, use) => {
    const stops: (() => unknown)[] = [];
    await use((stop) => void stops.unshift(stop));
    for (const stop of stops) await stop();
  },
  app: async ({ page, service }, use) => {
    const complaints = listen(page);
    const app = new SettingsWindow(page);
    await app.open(service.address);
    await use(app);
    expect(complaints, 'what the page complained about').toEqual([]);
  },
});

/** Collects errors of the page. A connection that is lost on purpose is none. */
function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('console', (message: ConsoleMessage) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (!/WebSocket connection to .* failed/.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

/** Fails when axe finds anything in the state that the page is in. */
export async function expectAccessible(page: Page): Promise<void> {
  // The legacy mode leaves out frames of other origins, of which there are none, and is much quicker.
  // React Aria announces a button at work by an unseen image that names it, and leaves it for seconds when both are over.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .exclude('[data-live-announcer] [role=img]')
    .analyze();
  const found = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ html }) => html) }));
  expect(found, 'axe violations').toEqual([]);
}

export { expect };
