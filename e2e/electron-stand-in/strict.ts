/**
 * What is not there must not look as if it were: reading a name that an object of the stand-in does not have
 * throws, and says which. So an app can't pass a test by asking for something that nobody answers.
 *
 * The refusal sits at the end of each prototype chain: a proxy that is reached only when nothing before it has
 * the name. The objects themselves stay plain, private fields and all.
 */
import { EventEmitter } from 'node:events';

/** Names that JavaScript and its tools look for on any object, to find out what it is. */
const PROBED = new Set([
  ...['then', 'toJSON', 'inspect', 'nodeType', 'asymmetricMatch', '$$typeof', 'domain', 'href'],
]);

const NAME = Symbol('name');

/** The error for something that Electron has, or may have, but the stand-in does not. */
export function missing(what: string): Error {
  return new Error(`The stand-in for Electron has no ${what}.`);
}

/** The error for something that the stand-in knows and will not do. */
export function refused(why: string): Error {
  return new Error(`The stand-in for Electron refuses this: ${why}.`);
}

const refusal: object = new Proxy(Object.create(null), {
  get(_target, key, receiver: object) {
    if (typeof key === 'symbol' || PROBED.has(key)) return undefined;
    throw missing(`${nameOf(receiver)}.${key}`);
  },
});

function nameOf(receiver: object): string {
  const named = receiver as {
    [NAME]?: string;
    readonly name?: unknown;
    readonly constructor: { name: string };
  };
  if (named[NAME] !== undefined) return named[NAME];
  return typeof receiver === 'function' ? String(named.name) : named.constructor.name;
}

/** What each object has of its own; and what throws when it is read, and so can't be copied. */
const NOT_SHARED = ['constructor', 'caller', 'arguments'];

function strictBase(...sources: object[]): object {
  const base = Object.create(refusal) as object;
  for (const source of sources) {
    const descriptors: PropertyDescriptorMap = {};
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(source))) {
      if (!NOT_SHARED.includes(name)) descriptors[name] = descriptor as PropertyDescriptor;
    }
    Object.defineProperties(base, descriptors);
  }
  return base;
}

const plainBase = strictBase(Object.prototype);
const functionBase = strictBase(Object.prototype, Function.prototype);

/** An object that has exactly these members. @param name as it is called in Electron */
export function strict<Members extends object>(name: string, members: Members): Members {
  Object.defineProperty(members, NAME, { value: name });
  return Object.setPrototypeOf(members, plainBase) as Members;
}

/** Base of the classes that tell of nothing. */
export const Strict = strictClass('Strict', plainBase, () => {}) as new () => object;

type Listener = Parameters<EventEmitter['on']>[1];

/** What a class says of the events that it has. */
interface WithEvents {
  readonly events?: readonly string[] | 'any';
}

/**
 * Base of the classes that tell of things. Each has a static `events`: listening to any other is refused,
 * because it would never be heard.
 */
export const StrictEmitter = strictClass('StrictEmitter', emitterBase(), (self) => {
  (EventEmitter as unknown as (this: object) => void).call(self);
}) as unknown as new () => EventEmitter;

function emitterBase(): object {
  const base = strictBase(Object.prototype, EventEmitter.prototype) as EventEmitter;
  for (const method of ['on', 'addListener', 'prependListener'] as const) {
    const original = EventEmitter.prototype[method];
    base[method] = function (this: EventEmitter, event: string | symbol, listener: Listener) {
      const { name, events = [] } = this.constructor as WithEvents & { readonly name: string };
      // Internal uses go by symbols.
      if (typeof event === 'string' && events !== 'any' && !events.includes(event))
        throw missing(`event '${event}' of ${name}`);
      return original.call(this, event, listener);
    } as EventEmitter['on'];
  }
  return base;
}

function strictClass(name: string, prototype: object, init: (self: object) => void): unknown {
  const made = function (this: object) {
    init(this);
  };
  Object.defineProperty(made, 'name', { value: name });
  made.prototype = Object.create(prototype, { constructor: { value: made } });
  return Object.setPrototypeOf(made, functionBase);
}
