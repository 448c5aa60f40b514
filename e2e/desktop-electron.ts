/** Launches the desktop app in Electron itself, by Playwright, with the observer loaded before the app. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { chooseLauncher } from './desktop-choice.ts';
import { makeKeyring } from './desktop-keyring.ts';
import type { Ended, Evaluate, Launched, LaunchOptions } from './desktop-launched.ts';
import { observerSource } from './desktop-observer.ts';

/** Starts the app; resolves when its process runs. */
export async function launchElectron(options: LaunchOptions): Promise<Launched> {
  const { app, args, env, folder } = options;
  const observer = join(folder, `observer-${++count}.cjs`);
  await writeFile(observer, preloadedSource(options));
  const application = await _electron.launch({
    executablePath: chooseLauncher().electron ?? '',
    args: ['-r', observer, app, ...args],
    cwd: app,
    env: { ...environment(), ...env },
  });
  return new RealElectron(application);
}

let count = 0;

/** What Electron runs before the app: the observer, and a keyring as the test wants it. */
function preloadedSource({ keyring, keyringSecret, downloads }: LaunchOptions): string {
  const choice = `${JSON.stringify(keyring)}, ${JSON.stringify(keyringSecret)}`;
  return [
    "const electron = require('electron');",
    observerSource(downloads),
    `const keyring = (${makeKeyring})(require('node:crypto'), ${choice}, () => electron.app.isReady());`,
    'for (const [name, value] of Object.entries(keyring)) {',
    '  Object.defineProperty(electron.safeStorage, name, { value, configurable: true });',
    '}',
  ].join('\n');
}

function environment(): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _, ...rest } = process.env;
  return Object.fromEntries(
    Object.entries(rest).filter((each): each is [string, string] => each[1] !== undefined),
  );
}

class RealElectron implements Launched {
  readonly ended: Promise<Ended>;
  readonly #application: ElectronApplication;
  #output = '';

  constructor(application: ElectronApplication) {
    this.#application = application;
    const child = application.process();
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.#output += chunk;
      });
    }
    this.ended = once(child, 'close').then(([code, signal]) => ({ code, signal }) as Ended);
  }

  get pid(): number {
    return this.#application.process().pid ?? 0;
  }

  output(): string {
    return this.#output;
  }

  readonly evaluate: Evaluate = (run, argument) =>
    this.#application.evaluate(run as never, argument as never) as Promise<never>;

  async pages(): Promise<Page[]> {
    return this.#application.windows().filter((page) => !page.isClosed());
  }

  async end(): Promise<void> {
    const child = this.#application.process();
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await this.ended;
  }
}
