/** Launches the desktop app in Electron itself, by Playwright, with the observer loaded before the app. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type Browser, chromium, type ElectronApplication, type Page } from 'playwright';
import { chooseLauncher } from './desktop-choice.ts';
import { makeKeyring } from './desktop-keyring.ts';
import type { Ended, Evaluate, Launched, LaunchOptions } from './desktop-launched.ts';
import { observerSource } from './desktop-observer.ts';

/** Starts the app; resolves when its process runs. */
export async function launchElectron(options: LaunchOptions): Promise<Launched> {
  const { app, args, env, folder, isSecond } = options;
  const observer = join(folder, `observer-${++count}.cjs`);
  await writeFile(observer, preloadedSource(options));
  const executablePath = chooseLauncher().electron ?? '';
  const started = { cwd: app, env: { ...environment(), ...env } };
  // Playwright waits for an app to begin; one that ends at once is none to it.
  if (isSecond) return new PlainElectron(spawn(executablePath, [app, ...args], started));
  const all = ['-r', observer, app, ...args];
  return new RealElectron(await _electron.launch({ executablePath, args: all, ...started }));
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

/** A process of Electron of which nobody asks anything. */
class PlainElectron implements Launched {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #output = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.#output += chunk;
      });
    }
    this.ended = once(child, 'close').then(([code, signal]) => ({ code, signal }) as Ended);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  output(): string {
    return this.#output;
  }

  evaluate: Evaluate = () => Promise.reject(new Error('Nobody can look into a second start.'));

  pages(): Promise<Page[]> {
    return Promise.resolve([]);
  }

  async end(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.ended;
  }
}

class RealElectron extends PlainElectron {
  readonly #application: ElectronApplication;
  readonly #watched = new WeakSet<Page>();
  #hasCrashed = false;
  #again: Promise<Browser> | undefined;

  constructor(application: ElectronApplication) {
    super(application.process());
    this.#application = application;
  }

  override readonly evaluate: Evaluate = (run, argument) =>
    this.#application.evaluate(run as never, argument as never) as Promise<never>;

  override async pages(): Promise<Page[]> {
    // Playwright does not come back to a page that has crashed; a connection made anew finds what took its place.
    const pages = this.#hasCrashed ? await this.#connectAgain() : this.#application.windows();
    for (const page of pages) {
      if (!this.#watched.has(page)) page.on('crash', () => this.#crashed());
      this.#watched.add(page);
    }
    return pages.filter((page) => !page.isClosed());
  }

  #crashed(): void {
    this.#hasCrashed = true;
    this.#again = undefined;
  }

  async #connectAgain(): Promise<Page[]> {
    const folder = await this.evaluate(({ app }) => app.getPath('userData'), undefined);
    const [port = ''] = (await readFile(join(folder, 'DevToolsActivePort'), 'utf8')).split('\n');
    this.#again ??= chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
    return (await this.#again).contexts().flatMap((context) => context.pages());
  }
}
