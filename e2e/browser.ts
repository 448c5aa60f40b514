/** The browser of the tests, and how it is started. */
import { requireBrowser } from '../scripts/browser.mjs';

/** A test talks to nobody but the service it started. */
const SILENT = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** Options for `chromium.launch`; rejects with one sentence when there is no browser. */
export async function launchOptions(): Promise<{ executablePath: string; args: string[] }> {
  // Chromium's sandbox does not work for root, who runs the tests in many containers.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return { executablePath: await requireBrowser(), args: [...SILENT, ...sandbox] };
}
