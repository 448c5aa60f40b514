/**
 * The script of a page's isolated world. It goes there as source text, so it must use nothing from outside of
 * itself but what it is given.
 */
import type { Codec } from './clone.ts';
import type { FromWorld, ToWorld } from './world-messages.ts';

/** Types of the DOM are not known here; these are the few that are used. */
interface DomPort extends EventTarget {
  onmessage: ((event: { readonly data: unknown; readonly ports: readonly DomPort[] }) => void) | null;
  postMessage(message: unknown, transfer?: DomPort[]): void;
  close(): void;
}

interface DomWindow extends EventTarget {
  readonly top: unknown;
  readonly document: EventTarget;
  getSelection(): unknown;
  [name: string]: unknown;
}

interface Key
  extends Readonly<
    Record<'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat' | 'isComposing', boolean>
  > {
  readonly key: string;
  readonly code: string;
  readonly location: number;
}

interface Clicked extends EventTarget {
  readonly isContentEditable?: boolean;
  readonly tagName?: string;
  closest?(selector: string): { readonly href: string } | null;
}

export function inWorld(
  { encode, decode }: Codec,
  names: { binding: string; deliver: string; secret: string; path: string },
  processFacts: Record<string, unknown>,
  preload: (...given: unknown[]) => void,
): void {
  const window = globalThis as unknown as DomWindow;
  const call = window[names.binding] as (text: string) => void;
  delete window[names.binding];
  // Frames within the page have no preload.
  if (window.top !== globalThis) return;
  const send = (message: FromWorld) => call(JSON.stringify(message));

  function strict<Members extends object>(name: string, members: Members): Members {
    return new Proxy(members, {
      get(target, key) {
        if (typeof key === 'symbol' || key === 'then' || key === 'toJSON' || key in target) {
          return Reflect.get(target, key) as unknown;
        }
        throw new Error(`The stand-in for Electron has no ${name}.${key} in a sandboxed preload.`);
      },
    });
  }

  // A port of the page is reached by a port that stays here, under a name that both processes know.
  const ports = new Map<string, DomPort>();
  let portCount = 0;
  const keep = (name: string, port: DomPort) => {
    ports.set(name, port);
    port.onmessage = ({ data, ports: moved }: { data: unknown; ports: readonly DomPort[] }) => {
      try {
        send({ kind: 'port message', port: name, data: encode(data), ports: moved.map(take) });
      } catch (error) {
        send({ kind: 'lost', message: String(error) });
      }
    };
    port.addEventListener('close', () => {
      ports.delete(name);
      send({ kind: 'port closed', port: name });
    });
  };
  const take = (port: DomPort): string => {
    const name = `page-${++portCount}`;
    keep(name, port);
    return name;
  };
  const give = (name: string): DomPort => {
    const { port1, port2 } = new MessageChannel() as unknown as { port1: DomPort; port2: DomPort };
    keep(name, port1);
    return port2;
  };

  type Listener = (...args: unknown[]) => void;
  class Emitter {
    readonly #listeners = new Map<string, { listener: Listener; once: boolean }[]>();
    on(event: string, listener: Listener): this {
      return this.#add(event, listener, false);
    }
    addListener(event: string, listener: Listener): this {
      return this.#add(event, listener, false);
    }
    once(event: string, listener: Listener): this {
      return this.#add(event, listener, true);
    }
    off(event: string, listener: Listener): this {
      const left = this.#of(event).filter((each) => each.listener !== listener);
      this.#listeners.set(event, left);
      return this;
    }
    removeListener(event: string, listener: Listener): this {
      return this.off(event, listener);
    }
    removeAllListeners(event?: string): this {
      if (event === undefined) this.#listeners.clear();
      else this.#listeners.delete(event);
      return this;
    }
    listenerCount(event: string): number {
      return this.#of(event).length;
    }
    emit(event: string, ...args: unknown[]): boolean {
      const found = [...this.#of(event)];
      for (const { listener, once } of found) {
        if (once) this.off(event, listener);
        listener.apply(this, args);
      }
      return found.length > 0;
    }
    #of(event: string) {
      return this.#listeners.get(event) ?? [];
    }
    #add(event: string, listener: Listener, once: boolean): this {
      this.#listeners.set(event, [...this.#of(event), { listener, once }]);
      return this;
    }
  }

  const events = new Emitter();
  const calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let callCount = 0;
  const argsOf = (args: unknown[]) => encode(structuredClone(args));
  const listening = (method: 'on' | 'off' | 'once' | 'addListener' | 'removeListener') => {
    return (channel: string, listener: Listener) => {
      events[method](channel, listener);
      return ipcRenderer;
    };
  };
  const ipcRenderer: object = strict('ipcRenderer', {
    on: listening('on'),
    once: listening('once'),
    off: listening('off'),
    addListener: listening('addListener'),
    removeListener: listening('removeListener'),
    removeAllListeners(channel: string) {
      events.removeAllListeners(channel);
      return ipcRenderer;
    },
    send(channel: string, ...args: unknown[]) {
      send({ kind: 'send', channel, args: argsOf(args) });
    },
    invoke(channel: string, ...args: unknown[]) {
      const id = ++callCount;
      send({ kind: 'invoke', id, channel, args: argsOf(args) });
      return new Promise((resolve, reject) => void calls.set(id, { resolve, reject }));
    },
    postMessage(channel: string, message: unknown, transfer: DomPort[] = []) {
      if (!transfer.every((each) => each instanceof MessagePort)) {
        throw new TypeError('ipcRenderer.postMessage can transfer message ports only.');
      }
      const moved = structuredClone({ message, ports: [...transfer] }, { transfer });
      send({ kind: 'post', channel, args: encode([moved.message]), ports: moved.ports.map(take) });
    },
  });

  window[names.deliver] = (text: string) => {
    const message = JSON.parse(text) as ToWorld;
    switch (message.kind) {
      case 'event': {
        const event = { sender: ipcRenderer, ports: message.ports.map(give) };
        events.emit(message.channel, event, ...(decode(message.args) as unknown[]));
        break;
      }
      case 'answer': {
        const { id, value, failure } = message;
        const waiting = calls.get(id);
        calls.delete(id);
        if (failure === undefined) waiting?.resolve(decode(value ?? '[["u"],[]]'));
        else waiting?.reject(new Error(failure));
        break;
      }
      case 'port message':
        ports.get(message.port)?.postMessage(decode(message.data), message.ports.map(give));
        break;
      case 'port close':
        ports.get(message.port)?.close();
        ports.delete(message.port);
        break;
      case 'permission':
        window.document.dispatchEvent(new CustomEvent(`${names.secret}-in`, { detail: message.id }));
    }
  };
  Object.defineProperty(window, names.deliver, { enumerable: false, writable: false, configurable: false });
  window.document.addEventListener(`${names.secret}-out`, (event) => {
    const { detail } = event as CustomEvent<string>;
    send({
      kind: 'permission',
      ...(JSON.parse(detail) as { id: number; permission: string; media: string[] }),
    });
  });

  const tellKey = (event: Event) => {
    const { type, key, code, repeat, isComposing, shiftKey, ctrlKey, altKey, metaKey, location } =
      event as Event & Key;
    const modifiers = { shift: shiftKey, control: ctrlKey, alt: altKey, meta: metaKey };
    const details = { type: type === 'keydown' ? 'keyDown' : 'keyUp', key, code, isAutoRepeat: repeat };
    send({
      kind: 'input',
      event: 'before-input-event',
      details: { ...details, ...modifiers, isComposing, location },
    });
  };
  window.document.addEventListener('keydown', tellKey, true);
  window.document.addEventListener('keyup', tellKey, true);
  window.addEventListener('contextmenu', (event) => {
    if (event.defaultPrevented) return;
    const {
      clientX: x,
      clientY: y,
      target,
    } = event as Event & { clientX: number; clientY: number; target: Clicked };
    const isEditable = target.isContentEditable === true || /^(INPUT|TEXTAREA)$/.test(target.tagName ?? '');
    const selectionText = String(window.getSelection());
    const linkURL = target.closest?.('a[href]')?.href ?? '';
    send({ kind: 'input', event: 'context-menu', details: { x, y, isEditable, selectionText, linkURL } });
  });

  const modules: Record<string, unknown> = {
    electron: strict('electron', {
      ipcRenderer,
      contextBridge: strict('contextBridge', {}),
      webFrame: strict('webFrame', {}),
      nativeImage: strict('nativeImage', {}),
      crashReporter: strict('crashReporter', {}),
    }),
    events: Object.assign(Emitter, { EventEmitter: Emitter }),
    timers: { setTimeout, clearTimeout, setInterval, clearInterval },
    url: { URL, URLSearchParams },
  };
  modules['electron/renderer'] = modules.electron;
  modules['electron/common'] = modules.electron;
  const require = (name: string): unknown => {
    const found = modules[name.replace(/^node:/, '')];
    if (found === undefined) throw new Error(`module not found: ${name}`);
    return found;
  };
  const missing = (name: string) =>
    new Proxy(() => {}, {
      get: () => {
        throw new Error(`The stand-in for Electron has no ${name} in a sandboxed preload.`);
      },
      apply: () => {
        throw new Error(`The stand-in for Electron has no ${name} in a sandboxed preload.`);
      },
    });
  const module = { exports: {} };
  const folder = names.path.replace(/[\\/][^\\/]*$/, '');
  try {
    const soon = [missing('setImmediate'), missing('clearImmediate')];
    const process = strict('process', processFacts);
    preload(
      require,
      module,
      module.exports,
      process,
      globalThis,
      missing('Buffer'),
      ...soon,
      names.path,
      folder,
    );
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    send({ kind: 'preload failed', message, stack });
  }
}
