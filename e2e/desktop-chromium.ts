/**
 * The browsers in which the stand-in shows windows. Starting one takes longer than most tests, so apps use the same
 * one after another. It ends with the process that started it, however that ends, and leaves nothing.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright';
import { launchOptions } from './browser.ts';

const OFF = [
  ...['Translate', 'OptimizationHints', 'MediaRouter', 'HttpsUpgrades', 'LocalNetworkAccessChecks'],
  // Each window would have pages of its own for these.
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'PreloadTopChromeWebUI'],
];

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
  `--disable-features=${OFF.join(',')}`,
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
/** Runs a command and then removes a folder. */
const CLEANING = '"$@"; rm -rf -- "$0"';

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

export interface SharedChromium {
  /** Where it listens to its own protocol. */
  readonly endpoint: string;
  /** Playwright's view of it. */
  browser(): Promise<Browser>;
  /** Whether it still runs. */
  runs(): boolean;
}

/** Those that no app uses now. */
const idle: SharedChromium[] = [];
let starting: Promise<SharedChromium> | undefined;

/** One that no other app uses; give it back. */
export async function takeChromium(): Promise<SharedChromium> {
  for (let found = idle.pop(); found; found = idle.pop()) if (found.runs()) return found;
  const first = starting ?? startChromium();
  starting = undefined;
  return first;
}

export function giveBackChromium(chromium: SharedChromium): void {
  idle.push(chromium);
}

/** Starts one that will be wanted soon, unless there is one. */
export function warmUpChromium(): void {
  if (idle.length > 0 || starting) return;
  starting = startChromium();
  // Whoever takes it is told.
  starting.catch(() => {});
}

async function startChromium(): Promise<SharedChromium> {
  const { executablePath, args } = await options;
  const profile = await mkdtemp(join(tmpdir(), 'waypost-chromium-'));
  const command = [executablePath, ...args, ...FIXED, `--user-data-dir=${profile}`, 'about:blank'];
  // The shell stays to clean up, whoever is killed, and however.
  const [program = '', ...rest] =
    process.platform === 'win32' ? command : ['/bin/sh', '-c', CLEANING, profile, ...command];
  const child = spawn(program, rest, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    // Not in the group of the tests: a terminal's Ctrl+C would end it before the app, which is to end in order.
    detached: process.platform !== 'win32',
  });
  const endpoint = await listening(child);
  for (const each of [child, ...child.stdio]) (each as { unref?(): void } | null)?.unref?.();
  let browser: Promise<Browser> | undefined;
  return {
    endpoint,
    browser: () => {
      browser ??= chromium.connectOverCDP(endpoint, { noDefaults: true, isLocal: true });
      return browser;
    },
    runs: () => child.exitCode === null && child.signalCode === null,
  };
}

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

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
