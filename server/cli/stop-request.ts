/** How a running Waypost is asked to stop, and what happens to errors that nobody caught. */
import { isHarmless } from '../host/harmless.ts';
import type { ProcessEvents } from './io.ts';

// SIGHUP: its terminal was closed. SIGBREAK: Ctrl+Break on Windows.
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/**
 * One Ctrl+C may arrive several times: libraries that clean up at the end raise the signal once more, and a
 * launcher passes on what the terminal has sent to everybody already. No person is that quick.
 */
const ECHO_MS = 300;

export interface StopRequest {
  /** Resolves, to an exit code, when a signal or an error asks to stop. */
  readonly asked: Promise<number>;
  /** Stops watching. */
  end(): void;
}

export interface StopOptions {
  readonly events: ProcessEvents;
  /** Called for Ctrl+C while stopping already. */
  readonly exitNow: (code: number) => void;
  /** Gets every uncaught error, in full, with what becomes of it. */
  readonly log: (error: unknown, where: string) => void;
}

/** Watches for signals and for errors that nobody caught. */
export function watchForStop({ events, exitNow, log }: StopOptions): StopRequest {
  const { promise: asked, resolve } = Promise.withResolvers<number>();
  let stoppingSince: number | undefined;
  const stop = (code: number): void => {
    stoppingSince ??= performance.now();
    resolve(code);
  };
  const handlers: [string, (value: unknown) => void][] = STOP_SIGNALS.map((signal) => [
    signal,
    () => {
      const again = stoppingSince !== undefined && performance.now() - stoppingSince > ECHO_MS;
      if (again && signal === 'SIGINT') exitNow(130);
      else stop(0);
    },
  ]);
  // The work that failed is given up, all other goes on.
  handlers.push(['unhandledRejection', (error) => log(error, 'unhandled rejection')]);
  handlers.push([
    'uncaughtException',
    (error) => {
      log(error, 'uncaught error');
      // Anything may be half done now. What was accepted is committed, so a fresh start loses nothing.
      if (!isHarmless(error)) stop(1);
    },
  ]);
  for (const [event, handler] of handlers) events.on(event, handler);
  return {
    asked,
    end: () => {
      for (const [event, handler] of handlers) events.off(event, handler);
    },
  };
}
