/** Translates what happens in a page into what its `WebContents` tells, and asks the app where Electron would. */
import type { EventEmitter } from 'node:events';
import { inBackground } from './cdp.ts';
import type { Channel } from './channel.ts';
import { decode } from './clone.ts';
import type { ConsoleLine } from './contents-page.ts';
import { makeEvent } from './event.ts';
import { ipcMain } from './ipc.ts';
import { defaultSession } from './session.ts';
import { openChromium } from './stage.ts';
import { missing, refused } from './strict.ts';
import type { FromWorld } from './world-messages.ts';

export type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0];

type Message<Kind extends FromWorld['kind']> = Extract<FromWorld, { kind: Kind }>;

const LEVELS = ['debug', 'info', 'warning', 'error'] as const;

export class ContentsEvents {
  openHandler: OpenHandler | undefined;
  readonly #emitter: EventEmitter;
  readonly #contents: Electron.WebContents;
  readonly #preload: string;

  /** @param contents the same object twice: as the stand-in has it and as an app sees it */
  constructor(emitter: EventEmitter, contents: Electron.WebContents, preload: string) {
    this.#emitter = emitter;
    this.#contents = contents;
    this.#preload = preload;
  }

  /** The preload's world has said something. @param url where its page is, as the browser sees it */
  hear(message: FromWorld, channel: Channel, url: string): void {
    switch (message.kind) {
      case 'send':
      case 'invoke':
      case 'post':
        this.#receive(message, channel);
        break;
      case 'port message':
        channel.portMessage(message);
        break;
      case 'port closed':
        channel.portClosed(message.port);
        break;
      case 'permission':
        inBackground(this.#askFor(message, channel, url));
        break;
      case 'input':
        this.#input(message);
        break;
      case 'preload failed':
        this.#preloadFailed(message);
        break;
      case 'lost':
        throw refused(`a message can't leave the page: ${message.message}`);
    }
  }

  say({ level, text, line, url }: ConsoleLine): void {
    const details = {
      level,
      message: text,
      lineNumber: line,
      sourceId: url,
      frame: this.#contents.mainFrame,
    };
    this.#emitter.emit('console-message', makeEvent(details), LEVELS.indexOf(level), text, line, url);
  }

  /** The page has tried to open another one, which comes to nothing whatever the app says. */
  windowOpened({
    url,
    name,
    features,
  }: {
    readonly url: string;
    readonly name: string;
    readonly features: string;
  }): void {
    const response = this.openHandler?.({
      url,
      frameName: name,
      features,
      disposition: features === '' ? 'foreground-tab' : 'new-window',
      referrer: { url: this.#contents.getURL(), policy: 'strict-origin-when-cross-origin' },
    });
    if (!response) throw missing('window that a page opens, which is what Electron does without a handler');
    if (response.action !== 'deny') throw missing('window that a page opens');
  }

  /** The page would rather stay; whether it must close. */
  mustClose(): boolean {
    const event = makeEvent();
    this.#emitter.emit('will-prevent-unload', event);
    return event.defaultPrevented;
  }

  #receive(message: Message<'send' | 'invoke' | 'post'>, channel: Channel): void {
    const frame = this.#contents.mainFrame;
    if (message.kind !== 'invoke') {
      const args = decode(message.args) as unknown[];
      this.#emitter.emit('ipc-message', makeEvent({ senderFrame: frame }), message.channel, ...args);
    }
    ipcMain.receive(message, { contents: this.#contents, channel, frame });
  }

  async #askFor(
    { id, permission, media }: Message<'permission'>,
    channel: Channel,
    url: string,
  ): Promise<void> {
    const chromium = await openChromium();
    await defaultSession.permissions.ask(chromium, permission, media, { contents: this.#contents, url });
    channel.decided(id);
  }

  /** Told when it has happened already, so there is nothing that could be prevented. */
  #input({ event: name, details }: Message<'input'>): void {
    const event = makeEvent();
    Object.defineProperty(event, 'preventDefault', {
      value: () => {
        throw missing(`way to prevent '${name}'`);
      },
    });
    this.#emitter.emit(name, event, details);
  }

  #preloadFailed({ message, stack }: Message<'preload failed'>): void {
    const error = Object.assign(new Error(message), { stack });
    console.error(`Unable to load preload script: ${this.#preload}\n`, error);
    this.#emitter.emit('preload-error', makeEvent(), this.#preload, error);
  }
}
