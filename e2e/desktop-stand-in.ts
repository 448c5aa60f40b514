/** Launches the desktop app in the stand-in: its built main process in plain Node, its windows in Chromium. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Page } from 'playwright/test';
import {
  chromiumVersion,
  giveBackChromium,
  type SharedChromium,
  takeChromium,
  warmUpChromium,
} from './desktop-chromium.ts';
import type { Ended, Evaluate, Launched, LaunchOptions } from './desktop-launched.ts';
import type { Observer } from './desktop-views.ts';
import { decode, encode } from './electron-stand-in/clone.ts';
import {
  openWire,
  SETTINGS,
  type StandInSettings,
  type ToLauncher,
  type ToStandIn,
  WIRE,
} from './electron-stand-in/wire.ts';

const PROGRAM = join(import.meta.dirname, 'electron-stand-in', 'start.mjs');

/** Starts the app; resolves when its process runs. Its browser is taken when it opens a window. */
export async function launchStandIn({ app, args, env, ...world }: LaunchOptions): Promise<Launched> {
  warmUpChromium();
  const settings: StandInSettings = { ...world, chrome: await chromiumVersion() };
  const child = spawn(process.execPath, [PROGRAM, app, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env, [SETTINGS]: JSON.stringify(settings) },
  });
  return new StandIn(child);
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

class StandIn implements Launched {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #send: (message: ToStandIn) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #targets = new WeakMap<Page, string>();
  #chromium: Promise<SharedChromium> | undefined;
  #count = 0;
  #output = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.#output += chunk;
      });
    }
    this.#send = openWire<ToLauncher, ToStandIn>(child.stdio[WIRE] as Duplex, (message) =>
      this.#hear(message),
    );
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      // Not `exit`: by then it may not have been read what it wrote last.
      child.once('close', (code, signal) => {
        this.#rejectAll();
        this.#giveBack();
        resolve({ code, signal });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  output(): string {
    return this.#output;
  }

  readonly evaluate: Evaluate = async (run, argument) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = ++this.#count;
    this.#waiting.set(id, { resolve, reject });
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) this.#rejectAll();
    else
      this.#send({ kind: 'evaluate', id, source: String(run), argument: encode(structuredClone(argument)) });
    return (await promise) as never;
  };

  async pages(): Promise<Page[]> {
    if (!this.#chromium) return [];
    const targets = await this.evaluate(() => {
      const key = Symbol.for('waypost.e2e.observer');
      return ((globalThis as Record<symbol, unknown>)[key] as Observer).targets();
    }, undefined);
    const browser = await (await this.#chromium).browser();
    const pages = new Map<string, Page>();
    for (const page of browser.contexts().flatMap((context) => context.pages())) {
      pages.set(await this.#targetOf(page), page);
    }
    return (targets ?? []).flatMap((target) => (target === undefined ? [] : (pages.get(target) ?? [])));
  }

  async end(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.ended;
  }

  async #targetOf(page: Page): Promise<string> {
    const known = this.#targets.get(page);
    if (known !== undefined) return known;
    try {
      const session = await page.context().newCDPSession(page);
      const { targetInfo } = await session.send('Target.getTargetInfo');
      await session.detach();
      this.#targets.set(page, targetInfo.targetId);
      return targetInfo.targetId;
    } catch {
      // It was closed meanwhile.
      return '';
    }
  }

  #hear(message: ToLauncher): void {
    switch (message.kind) {
      case 'screen wanted':
        void this.#giveScreen();
        break;
      case 'result':
        this.#waiting.get(message.id)?.resolve(decode(message.value));
        this.#waiting.delete(message.id);
        break;
      case 'failure': {
        const error = new Error(message.message);
        error.stack = `${message.stack}\n    in the main process of the app`;
        this.#waiting.get(message.id)?.reject(error);
        this.#waiting.delete(message.id);
      }
    }
  }

  async #giveScreen(): Promise<void> {
    try {
      this.#chromium = takeChromium();
      this.#send({ kind: 'screen', endpoint: (await this.#chromium).endpoint });
    } catch (error) {
      this.#send({ kind: 'no screen', why: String(error) });
    }
  }

  /** With the app's connection all that it had in the browser is gone. */
  #giveBack(): void {
    this.#chromium?.then(giveBackChromium, () => {});
    this.#chromium = undefined;
  }

  #rejectAll(): void {
    const error = new Error(`The app has ended. It said:\n${this.#output}`);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
