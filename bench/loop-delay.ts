/**
 * Loaded into the service by the bench (`--import`), not a part of it: measures how long its event loop keeps
 * callers waiting and what the process costs. Between the messages `begin` and `report` of the bench it looks, which by
 * itself takes some of the speed; `report` is answered with the figures.
 */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

export interface LoopReport {
  /** Of the event loop's delay, in ms. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Part of the time in which the event loop was busy. */
  readonly busy: number;
  /** Seconds of processor time, of all threads. */
  readonly cpuSeconds: number;
}

/** How often it is looked, in ms; an idle loop has that as its delay. */
const RESOLUTION_MS = 1;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let cpu = process.cpuUsage();
let utilization = performance.eventLoopUtilization();

process.on('message', (message) => {
  if (message === 'begin') begin();
  else process.send?.(report());
});

function begin(): void {
  delay.reset();
  delay.enable();
  cpu = process.cpuUsage();
  utilization = performance.eventLoopUtilization();
}

function report(): LoopReport {
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  return {
    p50: delay.percentile(50) / 1e6,
    p99: delay.percentile(99) / 1e6,
    max: delay.max / 1e6,
    busy: performance.eventLoopUtilization(utilization).utilization,
    cpuSeconds: (user + system) / 1e6,
  };
}

// The service ends when it is told to, whether the bench listens or not.
process.channel?.unref();
