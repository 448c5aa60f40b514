/** Other people's programs as child processes: bounded, and ended by the id of the process that was started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';

export interface Ran {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program to its end, for two minutes at most unless told otherwise. A failure is in the result. */
export async function run(
  program: string,
  args: readonly string[],
  {
    input = '',
    timeoutMs = 120_000,
    env = {},
  }: { input?: string; timeoutMs?: number; env?: Record<string, string> } = {},
): Promise<Ran> {
  const child = spawn(program, args, {
    stdio: 'pipe',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    env: { ...process.env, ...env },
  });
  // A program that ends without reading its input is judged by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const exited = once(child, 'close');
  const [stdout, stderr, [code]] = await Promise.all([buffer(child.stdout), text(child.stderr), exited]);
  return { code: code as number | null, stdout, stderr };
}

/** As `run`, but a failure rejects with what the program said. Resolves to its standard output. */
export async function mustRun(program: string, args: readonly string[], options = {}): Promise<Buffer> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code === 0) return stdout;
  throw new Error(
    `${program} ${args.slice(0, 3).join(' ')} … ended with ${String(code)}: ${stderr}${stdout.toString().slice(-500)}`,
  );
}

/** Ends a process that was started here: asks first, and after five seconds insists. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(insist);
}
