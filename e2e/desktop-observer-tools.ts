/** How the observer of an app gets between it and Electron. Goes into Electron as source text. */

export type Tools = ReturnType<typeof makeTools>;

export function makeTools() {
  function wrap<Target extends object, Name extends keyof Target>(
    target: Target,
    name: Name,
    make: (original: Target[Name]) => Target[Name],
  ): void {
    const original = target[name];
    Object.defineProperty(target, name, { value: make(original), writable: true, configurable: true });
  }

  /** Calls `tell` with each call of a method, and then the method itself. */
  function watch<Target extends object>(
    target: Target,
    name: keyof Target & string,
    tell: (self: object, first: never) => void,
  ) {
    wrap(target, name as keyof Target, (original) => {
      return function (this: object, ...args: never[]) {
        const answer = Reflect.apply(original as (...given: never[]) => unknown, this, args);
        tell(this, args[0] as never);
        return answer;
      } as Target[keyof Target];
    });
  }

  return { wrap, watch };
}
