/** Sleep and shutdown of the machine, as far as they concern mail. */
import type { PowerMonitor } from 'electron';

export interface PowerOptions {
  readonly monitor: PowerMonitor;
  /** Whether there is a network; false is certain, true is not. */
  readonly isOnline: () => boolean;
  readonly sleep: () => void;
  readonly wakeUp: () => void;
  /** The system shuts down and waits for us. */
  readonly quit: () => void;
  /** How often the network is looked for after waking, and for how long, in milliseconds. */
  readonly everyMs?: number;
  readonly longestMs?: number;
}

/**
 * Pauses deliveries while the machine sleeps. After waking the network takes a moment to come back, and attempts
 * made before it would all fail: so they wait for it, though not for ever, since a network of this machine alone
 * may be all there is. Returns what ends the watching.
 */
export function watchPower(options: PowerOptions): () => void {
  const { monitor, isOnline, sleep, wakeUp, quit, everyMs = 1000, longestMs = 30_000 } = options;
  let waiting: NodeJS.Timeout | undefined;

  const onSuspend = () => {
    clearInterval(waiting);
    sleep();
  };
  const onResume = () => {
    clearInterval(waiting);
    const until = performance.now() + longestMs;
    const look = () => {
      if (!isOnline() && performance.now() < until) return;
      clearInterval(waiting);
      wakeUp();
    };
    waiting = setInterval(look, everyMs);
    look();
  };
  const onShutdown = (event?: { preventDefault(): void }) => {
    event?.preventDefault();
    quit();
  };
  monitor.on('suspend', onSuspend);
  monitor.on('resume', onResume);
  monitor.on('shutdown', onShutdown);
  return () => {
    clearInterval(waiting);
    monitor.off('suspend', onSuspend);
    monitor.off('resume', onResume);
    monitor.off('shutdown', onShutdown);
  };
}
