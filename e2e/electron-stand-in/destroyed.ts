/** An object whose native part is gone, as Electron leaves it: whatever is asked of it, it throws. */

/** What can still be asked: whether it is gone, and to listen no more. */
const STILL = new Set([
  ...[
    'isDestroyed',
    'constructor',
    'on',
    'once',
    'off',
    'addListener',
    'removeListener',
    'removeAllListeners',
  ],
  ...['prependListener', 'listeners', 'listenerCount', 'eventNames', 'emit', 'then', 'toJSON', 'inspect'],
]);

export function makeDestroyed(object: object): void {
  const living = Object.getPrototypeOf(object) as object;
  const dead = new Proxy(living, {
    get(target, key, receiver) {
      if (typeof key === 'string' && !STILL.has(key)) throw new TypeError('Object has been destroyed');
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  Object.setPrototypeOf(object, dead);
}
