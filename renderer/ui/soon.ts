import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

interface Module<Props> {
  readonly default: ComponentType<Props>;
}

/**
 * A component whose code is loaded once the browser has nothing else to do, or when it is shown, whatever comes
 * first. Loaded before, it is there at once: React shows the fallback of what is not for 0.3 seconds at least.
 */
export function soon<Props>(load: () => Promise<Module<Props>>): LazyExoticComponent<ComponentType<Props>> {
  let loaded: Module<Props> | undefined;
  const begin = async () => {
    loaded ??= await load();
    return loaded;
  };
  // Where a browser can't tell, or the code can't be had now, it is loaded when it is shown.
  globalThis.requestIdleCallback?.(() => void begin().catch(() => {}), { timeout: 3000 });
  return lazy(() => {
    const there = loaded;
    if (!there) return begin();
    // React asks for nothing but this of a promise, and takes an answer at once for what it is.
    const then = (take: (module: Module<Props>) => void) => take(there);
    return { then } as never;
  });
}
