/** The built service as a process of its own, on a data folder, a DNS and ports of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { chmod, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SERVICE_FLAGS } from '../scripts/service-flags.mjs';
import type { SettingsPatch } from '../server/contract/settings.ts';
import { type DnsZone, type FakeDns, startDns } from '../server/testing/dns.ts';
import { unusedPort } from '../server/testing/ports.ts';
import { temporaryFolder } from '../server/testing/temp.ts';

const PROGRAM = join(import.meta.dirname, '..', 'out', 'server', 'waypost.js');
const READY_MS = 15_000;

/** The account that every service has, unless it is a first start. */
export const ANNA = { address: 'anna@waypost.test', password: 'correct horse' };

export interface ServiceOptions {
  readonly settings?: SettingsPatch;
  readonly zone?: DnsZone;
  /** A data folder to begin with, which is copied. Default: an empty one, as at a first start. */
  readonly seed?: string | undefined;
  /** More variables for the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** A command that runs the process, such as one that takes away rights. */
  readonly under?: readonly string[];
  /** An existing folder to keep data in, which is left behind. Default: one of its own, removed at the end. */
  readonly data?: string;
}

export interface Service {
  readonly folder: string;
  /** Ports of the two listeners at the start; both on 127.0.0.1. */
  readonly port: number;
  readonly secondPort: number;
  readonly dns: FakeDns;
  /** The printed address of the window, with its token. */
  readonly address: string;
  /** Whether the process that was started last still runs. */
  readonly isRunning: boolean;
  /** Runs `waypost ARGS…` on its data folder; rejects when that fails. */
  run(args: readonly string[], input?: string): Promise<string>;
  /** Sends the process a signal that does not end it. */
  signal(name: NodeJS.Signals): void;
  /** Ends the process; the folder stays. */
  stop(): Promise<void>;
  /** Ends it as a crash does, also while it is still starting; `start` rejects then. */
  kill(): Promise<void>;
  /** Starts it again after a stop: same folder, same ports, same address. `settings` are merged first. */
  start(settings?: SettingsPatch): Promise<void>;
  /** Ends all, and removes the folder. */
  remove(): Promise<void>;
}

/** Starts a service; resolves when its window can be opened and its listeners are settled. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  if (!existsSync(PROGRAM)) throw new Error('Waypost has not been built (npm run build).');
  const { settings = {}, zone = {}, seed } = options;
  const { path: folder, remove } = await temporaryFolder();
  // Another user, whom the command may make of us, reads the settings file in it.
  if (options.under) await chmod(folder, 0o755);
  const dns = await startDns(zone);
  const data = options.data ?? join(folder, 'data');
  if (seed !== undefined) await cp(seed, data, { recursive: true });
  else await mkdir(data, { recursive: true });
  const port = await unusedPort('127.0.0.1');
  const secondPort = await unusedPort('127.0.0.1');
  const at = (own: number) => ({ port: own, address: '127.0.0.1' });

  const settingsFile = join(folder, 'settings.json');
  // At once: whoever kills it right after `start` means this process, not the one before.
  const serveWith = (ui: string, patch: SettingsPatch) => {
    writeFileSync(settingsFile, JSON.stringify(patch));
    return serve(['--data', data, '--ui', ui, '--settings', settingsFile], options);
  };
  let running = serveWith('127.0.0.1:0', {
    hostname: 'mail.waypost.test',
    ...settings,
    incoming: {
      ...settings.incoming,
      primary: { ...at(port), ...settings.incoming?.primary },
      secondary: { ...at(secondPort), ...settings.incoming?.secondary },
    },
    delivery: { dnsServers: [dns.address], ...settings.delivery },
  });
  const address = await running.address.catch(async (error: unknown) => {
    await dns.stop();
    await remove();
    throw error;
  });
  return {
    folder: data,
    port,
    secondPort,
    dns,
    address,
    run: (args, input) => runWaypost(data, args, input),
    signal: (name) => void running.process.kill(name),
    get isRunning() {
      return !hasEnded(running.process);
    },
    stop: () => end(running.process),
    kill: () => end(running.process, 'SIGKILL'),
    start: async (patch = {}) => {
      running = serveWith(new URL(address).host, patch);
      await running.address;
    },
    remove: async () => {
      // Nobody looks at the folder any more, so it need not end in an orderly way.
      await end(running.process, 'SIGKILL');
      await dns.stop();
      await remove();
    },
  };
}

/** Makes a data folder that has Anna's account, to begin others with. */
export async function makeSeed(): Promise<{ path: string; remove(): Promise<void> }> {
  const { path, remove } = await temporaryFolder();
  const service = await startService();
  await service.run(['account', 'add', ANNA.address, '--password-stdin'], ANNA.password);
  await service.stop();
  await cp(service.folder, path, { recursive: true });
  await service.remove();
  return { path, remove };
}

interface Running {
  readonly process: ChildProcess;
  /** The window's address, once the listeners are settled. */
  readonly address: Promise<string>;
}

function serve(args: readonly string[], { env = {}, under = [] }: ServiceOptions): Running {
  const [program = '', ...rest] = [...under, process.execPath, ...SERVICE_FLAGS, PROGRAM, 'serve', ...args];
  const child = spawn(program, rest, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  const address = new Promise<string>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`The service ${why}. It said:\n${said}`));
    };
    const timer = setTimeout(() => fail(`was not ready within ${READY_MS} ms`), READY_MS);
    const onExit = (code: number | null) => fail(`ended with ${code}`);
    child.once('exit', onExit);
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      const found = /^Settings window: (\S+)$/m.exec(said)?.[1];
      // The listeners are told after the window.
      if (!found || !/^(Listening|Not listening)/m.test(said)) return;
      clearTimeout(timer);
      child.off('exit', onExit);
      resolve(found);
    });
  });
  return { process: child, address };
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

export async function runWaypost(data: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, ...args, '--data', data], { stdio: 'pipe' });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`waypost ${args.join(' ')} ended with ${String(code)}: ${err}`);
  return out;
}
