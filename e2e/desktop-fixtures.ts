/** What every test of the desktop starts from: the app on a data folder, a DNS and ports of its own. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SettingsPatch } from '../server/contract/settings.ts';
import { type DnsZone, type FakeDns, startDns } from '../server/testing/dns.ts';
import { unusedPort } from '../server/testing/ports.ts';
import { temporaryFolder } from '../server/testing/temp.ts';
import { type Desktop, type DesktopOptions, launchDesktop } from './desktop.ts';
import { test as base, expect } from './fixtures.ts';
import { SettingsWindow } from './window.ts';

interface Start extends Omit<DesktopOptions, 'data' | 'seed'> {
  readonly settings?: SettingsPatch;
  readonly zone?: DnsZone;
}

/** A data folder whose settings name ports and a DNS of its own, and the app on it. */
export interface Waypost {
  readonly desktop: Desktop;
  readonly folder: string;
  /** Ports of the two listeners at the start; both on 127.0.0.1. */
  readonly port: number;
  readonly secondPort: number;
  readonly dns: FakeDns;
  /** The window at its first tab; resolves when it shows what is true. */
  window(): Promise<SettingsWindow>;
  /** Starts the app again on the same folder, after it has ended. */
  again(options?: Start): Promise<void>;
}

interface Given {
  desktopStart: Start;
  waypost: Waypost;
  /** The window of the running app. */
  desktopWindow: SettingsWindow;
}

export const test = base.extend<Given>({
  desktopStart: [{}, { option: true }],
  waypost: async ({ desktopStart: start, seed }, use) => {
    const { path, remove } = await temporaryFolder();
    const folder = join(path, 'data');
    await mkdir(folder);
    await cp(seed, folder, { recursive: true });
    const dns = await startDns(start.zone ?? {});
    const [port, secondPort] = [await unusedPort('127.0.0.1'), await unusedPort('127.0.0.1')];
    await writeSettings(folder, { port, secondPort, dns, more: start.settings ?? {} });
    let desktop = await launchDesktop({ ...start, data: folder });
    await use({
      get desktop() {
        return desktop;
      },
      folder,
      port,
      secondPort,
      dns,
      window: async () => {
        const window = new SettingsWindow(await desktop.window());
        await expect(window.statusLine).toContainText(/istening/);
        return window;
      },
      again: async (options = {}) => {
        await desktop.stop();
        desktop = await launchDesktop({ ...start, ...options, data: folder });
      },
    });
    await desktop.remove();
    await dns.stop();
    await remove();
  },
  desktopWindow: async ({ waypost }, use) => use(await waypost.window()),
});

interface Written {
  readonly port: number;
  readonly secondPort: number;
  readonly dns: FakeDns;
  readonly more: SettingsPatch;
}

/** What an earlier run of the app would have left. */
async function writeSettings(folder: string, { port, secondPort, dns, more }: Written): Promise<void> {
  const at = (own: number) => ({ port: own, address: '127.0.0.1' });
  const settings: SettingsPatch = {
    hostname: 'mail.waypost.test',
    ...more,
    incoming: {
      ...more.incoming,
      primary: { ...at(port), ...more.incoming?.primary },
      secondary: { ...at(secondPort), ...more.incoming?.secondary },
    },
    delivery: { dnsServers: [dns.address], ...more.delivery },
  };
  await writeFile(join(folder, 'settings.json'), JSON.stringify({ version: 1, revision: 1, settings }), {
    mode: 0o600,
  });
}

export { expect };
