/** A Chromium of its own for each app in the stand-in: it ends with the process that started it, however that ends. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright';
import { launchOptions } from './browser.ts';

/** Fit for a test: nothing that comes by itself, nothing that slows down, and no network but this machine. */
const FIXED = [
  '--headless',
  '--remote-debugging-port=0',
  // Also by a pipe, though nobody talks there: when it breaks, the browser ends.
  '--remote-debugging-pipe',
  '--no-default-browser-check',
  '--disable-back-forward-cache',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-breakpad',
  '--disable-component-extensions-with-background-pages',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-features=Translate,OptimizationHints,MediaRouter,HttpsUpgrades',
  '--disable-hang-monitor',
  '--disable-popup-blocking',
  '--disable-renderer-backgrounding',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  '--lang=en-GB',
  '--metrics-recording-only',
  '--mute-audio',
  '--password-store=basic',
  '--use-mock-keychain',
];
const READY_MS = 30_000;
/** How long it may take to end in an orderly way. */
const END_MS = 3000;

const options = launchOptions();
// Whoever needs it is told.
options.catch(() => {});
let version: Promise<string> | undefined;

/** The version of the browser, such as `138.0.7204.49`; unknown on Windows, where asking would open a window. */
export function chromiumVersion(): Promise<string> {
  version ??= (async () => {
    if (process.platform === 'win32') return '0.0.0.0';
    const { stdout } = await promisify(execFile)((await options).executablePath, ['--version']);
    return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? '0.0.0.0';
  })();
  return version;
}

export interface OwnChromium {
  /** Where it listens to its own protocol. */
  readonly endpoint: string;
  /** Playwright's view of it. */
  browser(): Promise<Browser>;
  /** Ends it, and removes its profile. */
  end(): Promise<void>;
}

/** Starts one. @param folder where its profile may lie */
export async function startChromium(folder: string): Promise<OwnChromium> {
  const { executablePath, args } = await options;
  const profile = join(folder, `chromium-${process.pid}-${++count}`);
  const child = spawn(executablePath, [...args, ...FIXED, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    // A group of its own, so that nothing of it is left behind.
    detached: process.platform !== 'win32',
  });
  const endpoint = await listening(child);
  let browser: Promise<Browser> | undefined;
  return {
    endpoint,
    browser: () => {
      browser ??= chromium.connectOverCDP(endpoint, { noDefaults: true, isLocal: true });
      return browser;
    },
    end: async () => {
      await (await browser?.catch(() => undefined))?.close();
      await end(child);
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

let count = 0;

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => {
      clearTimeout(timer);
      kill(child);
      reject(new Error(`The browser ${why}. It said:\n${said}`));
    };
    const timer = setTimeout(() => fail('did not get ready'), READY_MS);
    child.once('error', (error) => fail(`could not be started (${error.message})`));
    child.once('exit', (code) => fail(`ended with ${code}`));
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      const endpoint = /^DevTools listening on (ws:\S+)/m.exec(said)?.[1];
      if (!endpoint) return;
      clearTimeout(timer);
      said = '';
      resolve(endpoint);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  // Nobody is at the pipe any more.
  for (const each of [child.stdio[3], child.stdio[4]]) (each as Duplex).destroy();
  const timer = setTimeout(() => kill(child), END_MS);
  await exited;
  clearTimeout(timer);
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
