/** Downloads: an app may forbid one, or watch it. Where it goes is the browser's business, as a person has set it. */
import { fromPage } from './address.ts';
import { makeEvent } from './event.ts';
import type { Session } from './session.ts';
import { StrictEmitter } from './strict.ts';

type Has = 'getURL' | 'getFilename' | 'cancel' | 'getState';

export class DownloadItem extends StrictEmitter implements Pick<Electron.DownloadItem, Has> {
  static readonly events = ['updated', 'done'];
  readonly #url: string;
  readonly #name: string;
  readonly #cancel: () => void;
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
    this.#items.get(guid)?.end(state === 'completed' ? 'completed' : 'cancelled');
    this.#items.delete(guid);
  }
}
