/**
 * `npm run bench`: how fast Waypost takes and delivers mail at full durability, and what it weighs idle.
 *
 * The service runs as its own process, as a user's does, and so does the load generator. Machines are
 * shared and noisy: compare the figures of one run with each other, not with those of another day.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unusedPort } from '../server/testing/ports.ts';
import { startSink } from '../server/testing/sink.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');
const CLI = join(ROOT, 'out/server/waypost.js');
const RECIPIENT = 'load@waypost.test';

interface Row {
  readonly what: string;
  readonly value: string;
}

const folder = await mkdtemp(join(tmpdir(), 'waypost-bench-'));
const port = await unusedPort('127.0.0.1');
const sink = await startSink({ extensions: ['PIPELINING', '8BITMIME', 'SIZE 0'] });
const service = await startService();
try {
  const rows: Row[] = [{ what: 'Idle service, memory (RSS)', value: `${await rssMB(service)} MB` }];
  rows.push(await accept('accept and deliver, 5 kept sessions', 5, 20_000, true));
  rows.push(await accept('accept and deliver, 20 kept sessions', 20, 20_000, true));
  rows.push(await accept('accept and deliver, 5 at a time, a new connection each', 5, 5_000, false));
  rows.push(await relay('accept and relay to a sink, 2 connections', 2, 3_000));
  rows.push(await relay('accept and relay to a sink, 20 connections', 20, 3_000));
  rows.push({ what: 'Service after the load, memory (RSS)', value: `${await rssMB(service)} MB` });
  console.log(
    `Messages of 4 KiB, each committed durably before its 250. ${cpus().length} cores, Node ${process.version}.\n`,
  );
  const width = Math.max(...rows.map((row) => row.what.length));
  for (const row of rows) console.log(`${row.what.padEnd(width)}  ${row.value.padStart(16)}`);
} finally {
  service.kill('SIGTERM');
  await new Promise((resolve) => service.once('exit', resolve));
  await sink.stop();
  await rm(folder, { recursive: true, force: true });
}

async function startService(): Promise<ChildProcess> {
  const settings = {
    hostname: 'bench.waypost.test',
    incoming: {
      primary: { port, address: '127.0.0.1' },
      secondary: { port: port + 1, address: '127.0.0.1' },
      maxTotal: 100,
      maxPerHost: 10,
    },
    smartHost: { enabled: true, exclusive: true, host: `127.0.0.1:${sink.port}`, security: 'none' },
  };
  const settingsFile = join(folder, 'bench-settings.json');
  await writeFile(settingsFile, JSON.stringify(settings));
  const child = spawn(
    process.execPath,
    [CLI, 'serve', '--no-ui', '--data', folder, '--settings', settingsFile],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The service ended with ${code}.`)));
    child.stderr?.on('data', (chunk: Buffer) => {
      if (/Listening/i.test(chunk.toString())) resolve();
    });
  });
  const add = spawn(process.execPath, [
    CLI,
    'account',
    'add',
    RECIPIENT,
    '--password-stdin',
    '--data',
    folder,
  ]);
  add.stdin.end('bench');
  await new Promise((resolve) => add.once('exit', resolve));
  return child;
}

async function load(options: object): Promise<number> {
  const { stdout } = await run(process.execPath, [
    join(import.meta.dirname, 'load.ts'),
    JSON.stringify(options),
  ]);
  return (JSON.parse(stdout) as { seconds: number }).seconds;
}

async function accept(what: string, sessions: number, messages: number, keep: boolean): Promise<Row> {
  const seconds = await load({ port, sessions, messages, keep, bytes: 4096, to: RECIPIENT });
  return { what, value: perSecond(messages, seconds) };
}

async function relay(what: string, connections: number, messages: number): Promise<Row> {
  await waypost(
    ['settings', 'apply', '-'],
    JSON.stringify({ outgoing: { maxConnections: connections }, delivery: { perDestination: connections } }),
  );
  const before = sink.messages.length;
  const start = performance.now();
  await load({ port, sessions: 5, messages, keep: true, bytes: 4096, to: 'somebody@remote.test' });
  await sink.waitFor(before + messages, 120_000);
  return { what, value: perSecond(messages, (performance.now() - start) / 1000) };
}

async function waypost(args: readonly string[], input: string): Promise<void> {
  const child = spawn(process.execPath, [CLI, ...args, '--data', folder], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(input);
  await new Promise((resolve) => child.once('exit', resolve));
}

function perSecond(messages: number, seconds: number): string {
  return `${Math.round(messages / seconds)} messages/s`;
}

async function rssMB(child: ChildProcess): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
