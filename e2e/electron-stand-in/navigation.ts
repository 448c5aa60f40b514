/**
 * Where a page is and where it goes: loading on behalf of the app, what the app may forbid to the page, and the
 * events about both in Electron's order.
 */
import { fromPage, toPage } from './address.ts';
import type { CdpSession } from './cdp.ts';
import { errorCode, loadError } from './errors.ts';
import { makeEvent } from './event.ts';
import { type FrameTree, shown, type WebFrameMain } from './frames.ts';

export interface NavigationHost {
  readonly frames: FrameTree;
  emit(event: string, ...args: unknown[]): boolean;
}

interface Load {
  readonly url: string;
  loaderId: string | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Navigation {
  url = '';
  title = '';
  isLoading = false;
  /** Whether the app has been told so. */
  #isTold = false;
  readonly #host: NavigationHost;
  #load: Load | undefined;
  /** Documents that the app has asked for, as the browser sees them. The page's own wishes are judged. */
  readonly #asked = new Set<string>();
  #loaderId: string | undefined;
  /** The document that has been loaded to its end. */
  #loadedId: string | undefined;

  constructor(host: NavigationHost) {
    this.#host = host;
  }

  /** Watches a page from its beginning. */
  watch(session: CdpSession): void {
    const host = this.#host;
    session.on('Page.frameAttached', ({ frameId, parentFrameId }) =>
      host.frames.attached(frameId, parentFrameId),
    );
    session.on('Page.frameDetached', ({ frameId, reason }) => {
      if (reason === 'remove') host.frames.detached(frameId);
    });
    session.on('Page.frameStartedNavigating', ({ frameId, url, navigationType }) => {
      if (!host.frames.isMain(frameId) || navigationType === 'sameDocument') return;
      this.#started(url);
    });
    session.on('Page.frameNavigated', ({ frame }) => this.#navigated(frame));
    session.on('Page.navigatedWithinDocument', ({ frameId, url }) => this.#moved(frameId, url));
    session.on('Page.lifecycleEvent', ({ frameId, loaderId, name }) => {
      if (host.frames.isMain(frameId) && loaderId === this.#loaderId) this.#passed(name, session);
    });
    session.on('Page.frameStoppedLoading', ({ frameId }) => {
      if (host.frames.isMain(frameId) && !this.#load) this.#end();
    });
  }

  /** Loads a URL because the app says so. Resolves and rejects as `loadURL` does. */
  async load(url: string, page: Promise<{ readonly session: CdpSession }>): Promise<void> {
    this.abort();
    if (!URL.canParse(url)) throw loadError('ERR_INVALID_URL', url);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // It may be rejected while something else is waited for.
    promise.catch(() => {});
    const load: Load = { url, loaderId: undefined, resolve, reject };
    this.#load = load;
    this.isLoading = true;
    const asked = toPage(withSlash(url));
    try {
      const { session } = await page;
      if (this.#load !== load) return await promise;
      this.#asked.add(documentOf(asked));
      const { loaderId, errorText } = await session.send('Page.navigate', { url: asked });
      if (this.#load !== load) return await promise;
      if (errorText) this.#failed(errorText, url);
      else if (loaderId === undefined || loaderId === this.#loadedId) this.#done();
      else load.loaderId = loaderId;
    } catch (error) {
      if (this.#load === load) this.#load = undefined;
      reject(error as Error);
    } finally {
      this.#asked.delete(documentOf(asked));
    }
    return promise;
  }

  /** The app wants the document to be loaded again. */
  async reload(session: CdpSession): Promise<void> {
    const asked = documentOf(toPage(this.url));
    this.#asked.add(asked);
    this.isLoading = true;
    await session.send('Page.reload').catch((error: unknown) => {
      this.#asked.delete(asked);
      throw error;
    });
  }

  /** A load that is under way comes to nothing: another one begins, or the page ends. */
  abort(): void {
    const load = this.#load;
    this.#load = undefined;
    load?.reject(loadError('ERR_ABORTED', load.url));
  }

  /** Whether a frame may go to a URL; the app's listeners decide unless the app has asked for it. */
  mayNavigate(frame: WebFrameMain, isMainFrame: boolean, url: string, isRedirect: boolean): boolean {
    const details = {
      ...{ url, isMainFrame, isSameDocument: false, frame: shown(frame) },
      initiator: isRedirect ? null : shown(frame),
    };
    const isAllowed = (name: string, ...args: unknown[]) => {
      const event = makeEvent(details);
      this.#host.emit(name, event, ...args);
      return !event.defaultPrevented;
    };
    const args = [url, false, isMainFrame, frame.processId, frame.routingId];
    if (isRedirect) return isAllowed('will-redirect', ...args);
    if (isMainFrame && this.#asked.delete(documentOf(toPage(url)))) return true;
    return isAllowed('will-frame-navigate') && (!isMainFrame || isAllowed('will-navigate', ...args));
  }

  /** The title of the page may be another one. */
  async readTitle(session: CdpSession): Promise<void> {
    const { result } = await session.send('Runtime.evaluate', { expression: 'document.title' });
    const title = String(result.value ?? '');
    if (title === this.title || title === '') return;
    this.title = title;
    this.#host.emit('page-title-updated', makeEvent(), title, true);
  }

  #begin(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.isLoading = true;
    this.#host.emit('did-start-loading', makeEvent());
  }

  #end(): void {
    this.isLoading = false;
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#host.emit('did-stop-loading', makeEvent());
  }

  #started(url: string): void {
    this.#begin();
    const frame = shown(this.#host.frames.main);
    const details = { url: fromPage(url), isSameDocument: false, isMainFrame: true, frame, initiator: null };
    this.#host.emit('did-start-navigation', makeEvent(details), fromPage(url), false, true);
  }

  #navigated(frame: {
    id: string;
    loaderId: string;
    url: string;
    urlFragment?: string;
    name?: string;
    unreachableUrl?: string;
  }): void {
    const { frames } = this.#host;
    const isMain = frames.isMain(frame.id);
    const url = `${frame.url}${frame.urlFragment ?? ''}`;
    frames.navigated({ id: frame.id, url, name: frame.name ?? '' });
    if (!isMain) return;
    this.#loaderId = frame.loaderId;
    this.url = fromPage(frame.unreachableUrl ?? url);
    // The page that the browser shows instead is none of the app's.
    if (frame.unreachableUrl === undefined) this.#host.emit('did-navigate', makeEvent(), this.url, -1, '');
    else if (!this.#load) this.#failed('ERR_FAILED', this.url);
  }

  #moved(frameId: string, url: string): void {
    const { frames } = this.#host;
    frames.moved(frameId, url);
    const isMain = frames.isMain(frameId);
    if (isMain) this.url = fromPage(url);
    const { processId, routingId } = frames.get(frameId) ?? frames.main;
    this.#host.emit('did-navigate-in-page', makeEvent(), fromPage(url), isMain, processId, routingId);
  }

  #passed(milestone: string, session: CdpSession): void {
    switch (milestone) {
      case 'firstPaint':
        this.#host.emit('first-paint');
        break;
      case 'DOMContentLoaded':
        void this.readTitle(session).catch(() => {});
        this.#host.emit('dom-ready', makeEvent());
        break;
      case 'load':
        this.#loadedId = this.#loaderId;
        this.#host.emit('did-finish-load', makeEvent());
        if (this.#load?.loaderId === this.#loadedId) this.#done();
    }
  }

  #failed(text: string, url: string): void {
    const name = text.replace(/^net::/, '');
    const load = this.#load;
    this.#load = undefined;
    this.#host.emit('did-fail-load', makeEvent(), errorCode(name), name, url, true);
    load?.reject(loadError(name, url));
    this.#end();
  }

  #done(): void {
    const load = this.#load;
    this.#load = undefined;
    load?.resolve();
    this.#end();
  }
}

/** What tells one document from another. */
function documentOf(url: string): string {
  return url.split('#', 1)[0] ?? '';
}

/** The host of a URL of the web is followed by a path, be it empty. */
function withSlash(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#]+)(?=[?#]|$)/i, '$1/');
}
