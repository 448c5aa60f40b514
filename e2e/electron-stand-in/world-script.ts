/**
 * The script of a page's isolated world. It goes there as source text, so it must use nothing from outside of
 * itself but what it is given.
 */
import type { Codec } from './clone.ts';
import type { DomPort, DomWindow } from './dom.ts';
import type { makeEmitter } from './world-emitter.ts';
import type { listenToInput } from './world-input.ts';
import type { FromWorld, ToWorld } from './world-messages.ts';
import type { bridgePorts } from './world-ports.ts';

/** Functions that go along. */
export interface WorldParts {
  readonly bridgePorts: typeof bridgePorts;
  readonly listenToInput: typeof listenToInput;
  readonly makeEmitter: typeof makeEmitter;
}

export function inWorld(
  codec: Codec,
  parts: WorldParts,
  names: { binding: string; deliver: string; secret: string; path: string },
  processFacts: Record<string, unknown>,
  preload: (...given: unknown[]) => void,
): void {
  const { encode, decode } = codec;
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

  const { take, give, message: portMessage, close: portClose } = parts.bridgePorts(codec, send);
  parts.listenToInput(window, send);

  const Emitter = parts.makeEmitter();
  const events = new Emitter();
  const calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let callCount = 0;
  const argsOf = (args: unknown[]) => encode(structuredClone(args));
  type Listener = (...args: unknown[]) => void;
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
        portMessage(message);
        break;
      case 'port close':
        portClose(message.port);
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
