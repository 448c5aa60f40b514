/** Processes of our own for tests of what only a process can show: locks, signals, sudden death. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly pid: number;
  /** All it said until its end. */
  readonly stdout: Promise<string>;
  readonly stderr: Promise<string>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Runs `waypost ARGS…` from source. */
export function runWaypost(args: readonly string[], env: Record<string, string> = {}): Child {
  return start([new URL('main.ts', import.meta.url).pathname, ...args], env);
}

/** Runs a script that may import files of this folder as `./name.ts`. */
export function runScript(script: string): Child {
  const resolved = script.replace(/'(\.\.?\/[^']+\.ts)'/g, (_, path) =>
    JSON.stringify(new URL(path, import.meta.url).href),
  );
  return start(['--input-type=module', '--eval', resolved], {});
}

function start(args: readonly string[], env: Record<string, string>): Child {
  const child = spawn(process.execPath, args, { stdio: 'pipe', env: { ...process.env, ...env } });
  return {
    process: child,
    pid: child.pid ?? 0,
    stdout: text(child.stdout),
    stderr: text(child.stderr),
    ended: once(child, 'exit').then(([code, signal]) => code ?? signal),
  };
}
