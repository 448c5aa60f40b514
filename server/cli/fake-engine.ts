/** An engine for tests of what hosts it: its listeners change when the test says so. */
import type { ListenerView } from '../contract/views.ts';
import { type FakeState, fakeRouter, fakeState } from '../web/fake-api.ts';
import type { EngineStartOptions, StartEngine } from './serve.ts';

export interface FakeEngine {
  readonly state: FakeState;
  readonly startEngine: StartEngine;
  /** What the engine was started with. */
  readonly started: EngineStartOptions[];
  readonly stops: () => number;
  /** What went to its mail log. */
  readonly reported: string[];
  /** Replaces the listeners and tells whoever subscribed. */
  change(listeners: ListenerView[]): void;
  /** Rejects the start, when set. */
  refuse?: Error;
}

export function fakeEngine(): FakeEngine {
  const state = fakeState();
  const started: EngineStartOptions[] = [];
  const reported: string[] = [];
  const callbacks = new Set<() => void>();
  let stops = 0;
  const fake: FakeEngine = {
    state,
    started,
    reported,
    stops: () => stops,
    change: (listeners) => {
      state.status = { ...state.status, listeners };
      for (const callback of callbacks) callback();
    },
    startEngine: async (options) => {
      started.push(options);
      if (fake.refuse) throw fake.refuse;
      const engine = {
        status: async () => state.status,
        onListeners: (callback: () => void) => {
          callbacks.add(callback);
          return () => void callbacks.delete(callback);
        },
        stop: async () => {
          stops += 1;
        },
      };
      return { engine, router: fakeRouter(state), context: {}, report: (text) => reported.push(text) };
    },
  };
  return fake;
}
