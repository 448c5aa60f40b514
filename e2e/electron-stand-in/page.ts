/** One page of the browser, made ready to be a window's: with the preload, at a size, and in the app's colours. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { appSchemes } from './address.ts';
import type { CdpSession } from './cdp.ts';
import type { Chromium } from './chromium.ts';
import { decode, makeCodec } from './clone.ts';
import { locationSource } from './location.ts';
import { pageWorldSource } from './page-world.ts';
import { worldSource } from './world.ts';
import { BINDING, DELIVER, WORLD } from './world-messages.ts';

export interface Look {
  /** Points of the content, before zooming. */
  readonly width: number;
  readonly height: number;
  readonly zoom: number;
  readonly dark: boolean;
  readonly offline: boolean;
  readonly userAgent: string;
}

export interface Preload {
  readonly path: string | undefined;
  /** More arguments for its `process.argv`. */
  readonly args: readonly string[];
}

export class Page {
  readonly targetId: string;
  readonly session: CdpSession;
  readonly #chromium: Chromium;
  #look: Partial<Look> = {};

  /** Opens one. @param prepare called before anything can happen in it */
  static async open(
    chromium: Chromium,
    preload: Preload,
    look: Look,
    prepare: (page: Page) => void,
  ): Promise<Page> {
    const { targetId, session } = await chromium.openPage();
    const page = new Page(chromium, targetId, session);
    prepare(page);
    await page.#start(preload);
    await page.wear(look);
    return page;
  }

  private constructor(chromium: Chromium, targetId: string, session: CdpSession) {
    this.#chromium = chromium;
    this.targetId = targetId;
    this.session = session;
  }

  async #start(preload: Preload): Promise<void> {
    const { session } = this;
    const secret = randomUUID();
    const source = preload.path === undefined ? undefined : readFileSync(preload.path, 'utf8');
    const world = worldSource({
      preload: source === undefined ? undefined : { source, path: preload.path ?? '' },
      process: preloadProcess(preload.args),
      secret,
    });
    await Promise.all([
      session.send('Page.enable'),
      session.send('Page.setLifecycleEventsEnabled', { enabled: true }),
      session.send('Inspector.enable'),
      session.send('Log.enable'),
      session.send('Runtime.enable'),
      session.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: world, worldName: WORLD }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: pageWorldSource(secret) }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: locationSource(appSchemes()) }),
    ]);
  }

  /** Changes what is different. */
  async wear(look: Look): Promise<void> {
    const old = this.#look;
    this.#look = look;
    const { width, height, zoom, dark, offline, userAgent } = look;
    const { session } = this;
    if (old.width !== width || old.height !== height || old.zoom !== zoom) {
      const size = { width: Math.round(width / zoom), height: Math.round(height / zoom) };
      const metrics = { ...size, deviceScaleFactor: zoom === 1 ? 0 : zoom, mobile: false };
      await session.send('Emulation.setDeviceMetricsOverride', metrics);
    }
    if (old.dark !== dark) {
      const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
      await session.send('Emulation.setEmulatedMedia', { features });
    }
    if ((old.offline ?? false) !== offline) {
      await session.send('Network.enable');
      const speed = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
      await session.send('Network.emulateNetworkConditions', { offline, ...speed });
    }
    if (userAgent !== '' && old.userAgent !== userAgent) {
      await session.send('Emulation.setUserAgentOverride', { userAgent });
    }
  }

  /** Runs a script in the page's own world; resolves with a clone of what it comes to. */
  async evaluate(code: string, userGesture: boolean): Promise<unknown> {
    const { session } = this;
    const run = { expression: code, awaitPromise: true, userGesture };
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', run);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    const { objectId } = result;
    if (objectId === undefined) return result.value as unknown;
    const functionDeclaration = `function () { return (${makeCodec})().encode(structuredClone(this)); }`;
    const encoded = await session.send('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration,
      returnByValue: true,
    });
    if (encoded.exceptionDetails) throw new Error('An object could not be cloned.');
    return decode(encoded.result.value as string);
  }

  /** @param url of the page, as the browser sees it */
  async clearStorage(url: string): Promise<void> {
    if (!URL.canParse(url)) return;
    const { origin } = new URL(url);
    await this.session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  }

  /** Takes a text to the world of a document; nothing happens when that is gone meanwhile. */
  async deliver(contextId: string, text: string): Promise<void> {
    const expression = `${DELIVER}(${JSON.stringify(text)})`;
    const answer = await this.session
      .send('Runtime.evaluate', { expression, uniqueContextId: contextId })
      .catch(() => {});
    // A listener of the preload has thrown: shown as an error that nobody caught is shown in Electron.
    const details = answer?.exceptionDetails;
    if (details) console.error('Error in the preload:', details.exception?.description ?? details.text);
  }

  /** Closes it without asking. */
  close(): Promise<void> {
    return this.#chromium.closePage(this.targetId);
  }
}

function preloadProcess(args: readonly string[]): Record<string, unknown> {
  const { platform, arch, versions, resourcesPath } = process;
  return {
    ...{ platform, arch, versions, resourcesPath, type: 'renderer', pid: 0 },
    ...{ sandboxed: true, contextIsolated: true, isMainFrame: true },
    argv: [process.execPath, '--type=renderer', ...args],
    env: { ...process.env },
  };
}
