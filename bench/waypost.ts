/** The built service as a process of its own, as a user's is, with a data folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runWaypost } from '../e2e/service.ts';
import { SERVICE_FLAGS } from '../scripts/service-flags.mjs';
import { unusedPort } from '../server/testing/ports.ts';
import type { LoopReport } from './loop-delay.ts';
import type { Profile } from './profiler.ts';
import { type BenchServer, end, greeted, LOCAL } from './server.ts';

const PROGRAM = join(import.meta.dirname, '..', 'out', 'server', 'waypost.js');

const PRELOADS = { loop: 'loop-delay.ts', parts: 'profiler.ts' } as const;

export interface Waypost extends BenchServer {
  /** The most memory it had since its start, in MB. */
  peakMB(): Promise<number>;
  /** What its event loop does while `work` is done, with `watch: 'loop'`. */
  watchLoop(work: () => Promise<unknown>): Promise<LoopReport>;
  /** What its main thread does while `work` is done, with `watch: 'parts'`. */
  profile(work: () => Promise<unknown>): Promise<Profile>;
  /** Ends the process; the folder stays. */
  halt(): Promise<void>;
  /** Starts it again. Resolves to the seconds until it greets. */
  restart(): Promise<number>;
}

export interface WaypostOptions {
  /** An empty folder, or none yet. */
  readonly folder: string;
  /** Where it relays to. */
  readonly sinkPort: number;
  /** What is loaded to look at it, which makes the start longer; nothing by default. */
  readonly watch?: 'loop' | 'parts';
}

export async function startWaypost({ folder, sinkPort, watch }: WaypostOptions): Promise<Waypost> {
  await mkdir(folder, { recursive: true });
  const port = await unusedPort('127.0.0.1');
  const second = await unusedPort('127.0.0.1');
  const settings = {
    hostname: 'mail.waypost.test',
    incoming: {
      primary: { port, address: '127.0.0.1' },
      secondary: { port: second, address: '127.0.0.1' },
      maxTotal: 100,
      maxPerHost: 10,
    },
    smartHost: { enabled: true, exclusive: true, host: `127.0.0.1:${sinkPort}`, security: 'none' },
  };
  const settingsFile = join(folder, 'bench-settings.json');
  await writeFile(settingsFile, JSON.stringify(settings));
  const start = async (args: readonly string[]) => {
    const preload = watch ? ['--import', join(import.meta.dirname, PRELOADS[watch])] : [];
    const command = [...SERVICE_FLAGS, ...preload, PROGRAM, 'serve', '--no-ui', '--data', folder, ...args];
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The service ended with ${String(code)} at its start.`);
    });
    await Promise.race([greeted(port), ended]);
    return child;
  };
  let child: ChildProcess = await start(['--settings', settingsFile]);
  // It would go on if the bench were cut off.
  const cutOff = () => void child.kill();
  process.once('exit', cutOff);
  await runWaypost(folder, ['account', 'add', LOCAL, '--password-stdin'], 'bench');
  let before = 0;
  return {
    name: 'Waypost',
    port,
    // A 250 says that it is in the mailbox, so there is nothing to wait for, only to check.
    delivered: async (messages) => {
      const list = JSON.parse(await runWaypost(folder, ['account', 'list', '--json'])) as {
        messages: number;
      }[];
      const now = list[0]?.messages ?? 0;
      if (now - before !== messages)
        throw new Error(`The mailbox got ${now - before} messages, not ${messages}.`);
      before = now;
      return 0;
    },
    relayBy: async (connections) => {
      const patch = {
        outgoing: { maxConnections: connections },
        delivery: { perDestination: connections },
      };
      await runWaypost(folder, ['settings', 'apply', '-'], JSON.stringify(patch));
    },
    memoryMB: () => memory(child, 'VmRSS'),
    peakMB: () => memory(child, 'VmHWM'),
    watchLoop: (work) => watched<LoopReport>(child, work),
    profile: (work) => watched<Profile>(child, work),
    halt: () => end(child),
    restart: async () => {
      const begun = performance.now();
      child = await start([]);
      return (performance.now() - begun) / 1000;
    },
    stop: async () => {
      process.off('exit', cutOff);
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the preload has to tell of the time in which `work` was done. */
async function watched<Report>(child: ChildProcess, work: () => Promise<unknown>): Promise<Report> {
  child.send('begin');
  await work();
  child.send('report');
  const [report] = (await once(child, 'message')) as [Report];
  return report;
}

/** 0 where the system does not tell. */
async function memory({ pid }: ChildProcess, what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
}
