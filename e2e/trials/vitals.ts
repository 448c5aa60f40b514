/** What a running Waypost holds, seen from outside: what must come back to where it was when everybody has left. */

import { readdir, readFile, readlink } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { eventually } from '../../server/testing/temp.ts';
import type { Service } from '../service.ts';

export interface Vitals {
  /** Incoming connections by Waypost's own count. */
  readonly incoming: number;
  /** Open file descriptors, and the sockets among them; 0 where the system doesn't tell (only Linux does). */
  readonly descriptors: number;
  readonly sockets: number;
  /** Files of message bodies. */
  readonly files: number;
  /** Resident memory in MB; 0 where the system doesn't tell. */
  readonly rssMB: number;
}

export async function pidOf({ folder }: Pick<Service, 'folder'>): Promise<number> {
  return (JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as { pid: number }).pid;
}

export async function readVitals(service: Service): Promise<Vitals> {
  const status = await statusOf(service);
  const pid = await pidOf(service);
  const numbers = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(numbers.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return {
    incoming: status.incoming.now,
    descriptors: links.filter((link) => link !== '').length,
    sockets: links.filter((link) => link.startsWith('socket:')).length,
    files: (await readdir(join(service.folder, 'messages'))).length,
    rssMB: await rssMB(pid),
  };
}

interface Status {
  readonly incoming: { readonly now: number };
}

/** The socket of the command line. */
export function controlOf({ folder }: Pick<Service, 'folder'>): { path: string } {
  return { path: join(folder, 'control.sock') };
}

/** What `waypost status` shows, without a process for each look: by the socket that it asks. */
async function statusOf(service: Service): Promise<Status> {
  if (process.platform === 'win32') return JSON.parse(await service.run(['status', '--json'])) as Status;
  const answer = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    const asked = request({
      socketPath: controlOf(service).path,
      method: 'POST',
      path: '/status/get',
      headers: { 'content-type': 'application/json' },
      agent: false,
    });
    asked.once('response', resolve).once('error', reject).end('{}');
  });
  return ((await json(answer)) as { json: Status }).json;
}

async function rssMB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}

/**
 * Resolves when nobody is connected and nothing is held that was not held before. Rejects with what is left over
 * after `timeoutMs`.
 */
export async function settled(service: Service, baseline: Vitals, timeoutMs = 20_000): Promise<Vitals> {
  let now = await readVitals(service);
  try {
    await eventually(
      async () => {
        now = await readVitals(service);
        return now.incoming === 0 && now.descriptors <= baseline.descriptors && now.files === baseline.files;
      },
      { timeoutMs, intervalMs: 250 },
    );
  } catch {
    throw new Error(`Left over: ${JSON.stringify(now)}, where it was ${JSON.stringify(baseline)} before.`);
  }
  return now;
}

/** What the window's own socket brings that is no call is told in the log on purpose: only the window has one. */
const NO_CALL = /^Error \(rpc\): (SyntaxError|TypeError|Error: Invalid|RangeError)/;
const COMPLAINTS = /^(POP3: )?(Unexpected error|Error \()/;

/** What the process says of its own faults in its log; must be empty. */
export async function complaints(service: Service): Promise<string[]> {
  const entries = JSON.parse(await service.run(['log', '--json', '--grep', 'error', '--limit', '5000'])) as {
    text: string;
  }[];
  return entries.map(({ text }) => text).filter((text) => COMPLAINTS.test(text) && !NO_CALL.test(text));
}
