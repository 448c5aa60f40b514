/** The `events` of a sandboxed preload, as much of it as there is. Goes there as source text. */

type Listener = (...args: unknown[]) => void;

export function makeEmitter() {
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
  return Emitter;
}
