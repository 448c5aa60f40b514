/**
 * Downloads: an app may forbid one, say where it goes, and watch it. The browser puts it aside by a name of its own;
 * when it is complete it is moved to where the app wants it. One that the app has no place for would make Electron
 * ask the person, and stays aside here.
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { fromPage } from './address.ts';
import { makeEvent } from './event.ts';
import { settings } from './process.ts';
import type { Session } from './session.ts';
import { StrictEmitter } from './strict.ts';

type Has = 'getURL' | 'getFilename' | 'cancel' | 'getState' | 'setSavePath' | 'getSavePath' | 'savePath';

export class DownloadItem extends StrictEmitter implements Pick<Electron.DownloadItem, Has> {
  static readonly events = ['updated', 'done'];
  readonly #url: string;
  readonly #name: string;
  readonly #cancel: () => void;
  savePath = '';
  #state: ReturnType<Electron.DownloadItem['getState']> = 'progressing';

  constructor(url: string, name: string, cancel: () => void) {
    super();
    this.#url = url;
    this.#name = name;
    this.#cancel = cancel;
  }

  getURL(): string {
    return this.#url;
  }
  getFilename(): string {
    return this.#name;
  }
  getState(): ReturnType<Electron.DownloadItem['getState']> {
    return this.#state;
  }
  setSavePath(path: string): void {
    this.savePath = path;
  }
  getSavePath(): string {
    return this.savePath;
  }
  cancel(): void {
    this.#cancel();
  }

  /** For the browser: it is over. */
  end(state: 'completed' | 'cancelled'): void {
    this.#state = state;
    this.emit('done', makeEvent(), state);
  }
}

export class Downloads {
  readonly #session: Session;
  readonly #contentsOf: (url: string, frameId: string) => Electron.WebContents | undefined;
  readonly #items = new Map<string, DownloadItem>();
  #cancel: (guid: string) => void = () => {};

  constructor(
    session: Session,
    contentsOf: (url: string, frameId: string) => Electron.WebContents | undefined,
  ) {
    this.#session = session;
    this.#contentsOf = contentsOf;
  }

  cancelBy(cancel: (guid: string) => void): void {
    this.#cancel = cancel;
  }

  begin({ guid, url, name, frameId }: { guid: string; url: string; name: string; frameId: string }): void {
    const item = new DownloadItem(fromPage(url), name, () => this.#cancel(guid));
    this.#items.set(guid, item);
    const event = makeEvent();
    this.#session.emit('will-download', event, item, this.#contentsOf(url, frameId));
    if (event.defaultPrevented) this.#cancel(guid);
  }

  progress({ guid, state }: { guid: string; state: string }): void {
    if (state === 'inProgress') return;
    const item = this.#items.get(guid);
    const isComplete = state === 'completed';
    if (isComplete && item?.savePath) renameSync(join(settings.downloads, guid), item.savePath);
    item?.end(isComplete ? 'completed' : 'cancelled');
    this.#items.delete(guid);
  }
}
