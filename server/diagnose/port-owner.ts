/** Who holds a TCP port, where the system tells. Asked only after a bind failed, so it may take a moment. */
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 3_000;

/** The program that listens on `port`, as "nginx (pid 812)"; undefined when the system doesn't say. */
export async function portOwner(port: number): Promise<string | undefined> {
  try {
    switch (process.platform) {
      case 'linux':
        return await linuxOwner(port);
      case 'darwin':
        return await darwinOwner(port);
      case 'win32':
        return await windowsOwner(port);
      default:
        return undefined;
    }
  } catch {
    // Not being told is an answer too: the port is in use either way.
    return undefined;
  }
}

/** /proc/net/tcp maps ports to socket inodes, /proc/PID/fd maps inodes to processes (those we may look at). */
async function linuxOwner(port: number): Promise<string | undefined> {
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const fd of fds) {
      const link = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      if (!inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '')) continue;
      return describe(await programName(pid), Number(pid));
    }
  }
  return undefined;
}

/** The program's file, since `comm` is only what the main thread calls itself: "MainThread" in every Node. */
async function programName(pid: string): Promise<string> {
  const file = await readlink(`/proc/${pid}/exe`).catch(() => '');
  // A program that was replaced while it runs has " (deleted)" behind its name.
  const name = basename(file).replace(/ \(deleted\)$/, '');
  return name || (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
}

const LISTEN = '0A';

async function listeningInodes(port: number): Promise<Set<string>> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((line) => line.trim().split(/\s+/));
  const ours = rows.filter(([, local = '', , state]) => local.endsWith(`:${hexPort}`) && state === LISTEN);
  return new Set(ours.map((columns) => columns[9] ?? ''));
}

async function darwinOwner(port: number): Promise<string | undefined> {
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], {
    timeout: TIMEOUT_MS,
  });
  const pid = /^p(\d+)$/m.exec(stdout)?.[1];
  const name = /^c(.+)$/m.exec(stdout)?.[1];
  return pid && name ? describe(name, Number(pid)) : undefined;
}

async function windowsOwner(port: number): Promise<string | undefined> {
  const script =
    `$c = Get-NetTCPConnection -State Listen -LocalPort ${port} | Select-Object -First 1; ` +
    '$p = Get-Process -Id $c.OwningProcess; "$($p.ProcessName)|$($p.Id)"';
  const { stdout } = await run('powershell.exe', ['-NoProfile', '-Command', script], { timeout: TIMEOUT_MS });
  const [name = '', pid = ''] = stdout.trim().split('|');
  return /^\d+$/.test(pid) ? describe(name, Number(pid)) : undefined;
}

function describe(name: string, pid: number): string {
  return pid === process.pid ? 'Waypost itself' : `${name} (pid ${pid})`;
}
