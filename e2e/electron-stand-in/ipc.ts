/** `ipcMain`: what comes from the preload of a page. */
import type { Channel } from './channel.ts';
import { cloned, decode } from './clone.ts';
import { makeEvent } from './event.ts';
import { MessagePortMain } from './ports.ts';
import { StrictEmitter } from './strict.ts';
import type { FromWorld } from './world-messages.ts';

type Handler = (event: Electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown;
type Message = Extract<FromWorld, { kind: 'send' | 'invoke' | 'post' }>;

/** Who sent something. */
export interface Sender {
  readonly contents: Electron.WebContents;
  readonly channel: Channel;
  readonly frame: Electron.WebFrameMain;
}

class IpcMain
  extends StrictEmitter
  implements Pick<Electron.IpcMain, 'handle' | 'handleOnce' | 'removeHandler'>
{
  static readonly events = 'any';
  readonly #handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (typeof handler !== 'function') {
      throw new TypeError(`Expected handler to be a function, but found type '${typeof handler}'`);
    }
    if (this.#handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    this.#handlers.set(channel, handler);
  }

  handleOnce(channel: string, handler: Handler): void {
    this.handle(channel, (event, ...args) => {
      this.removeHandler(channel);
      return handler(event, ...args);
    });
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  /** For a page: a message came. */
  receive(message: Message, sender: Sender): void {
    const args = decode(message.args) as unknown[];
    if (message.kind === 'invoke') return void this.#invoke(message.id, message.channel, args, sender);
    const names = message.kind === 'post' ? message.ports : [];
    const ports = sender.channel.take(names).map((each) => new MessagePortMain(each));
    const event = makeEvent({
      ...factsOf(sender),
      ports: ports as unknown as Electron.MessagePortMain[],
      reply: (channel: string, ...answer: unknown[]) => sender.channel.event(channel, cloned(answer), []),
      returnValue: undefined as unknown,
    });
    addFrame(event, sender);
    this.emit(message.channel, event, ...args);
  }

  async #invoke(id: number, channel: string, args: unknown[], sender: Sender): Promise<void> {
    const event = makeEvent(factsOf(sender));
    addFrame(event, sender);
    try {
      const handler = this.#handlers.get(channel);
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      const value = await handler(event as unknown as Electron.IpcMainInvokeEvent, ...args);
      sender.channel.answer(id, cloned(value));
    } catch (error) {
      console.error(`Error occurred in handler for '${channel}':`, error);
      sender.channel.refuse(id, `Error invoking remote method '${channel}': ${String(error)}`);
    }
  }
}

export const ipcMain = new IpcMain();

function factsOf({ contents, frame }: Sender) {
  return { type: 'frame' as const, sender: contents, frameId: frame.routingId, processId: frame.processId };
}

/** The frame is null once its document is gone, whenever that is looked at. */
function addFrame(event: object, { channel, frame }: Sender): void {
  Object.defineProperty(event, 'senderFrame', {
    get: () => (channel.isOver ? null : frame),
    enumerable: true,
  });
}
