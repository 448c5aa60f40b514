/** `run.json`: what a running Waypost tells scripts about itself. It is there while, and only while, it runs. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListenerView } from '../contract/views.ts';

export interface RunInfo {
  readonly pid: number;
  readonly version: string;
  /** Address of the settings window, with the token that lets its reader in; null when there is none. */
  readonly ui: string | null;
  readonly listeners: readonly Pick<ListenerView, 'name' | 'address' | 'port' | 'state'>[];
}

/** Writes or replaces the file; readers see the old one or the new one, never half of it. */
export function writeRunFile(folder: string, { pid, version, ui, listeners }: RunInfo): void {
  const path = pathIn(folder);
  const beside = `${path}.new`;
  const info: RunInfo = {
    pid,
    version,
    ui,
    listeners: listeners.map(({ name, address, port, state }) => ({ name, address, port, state })),
  };
  writeFileSync(beside, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  renameSync(beside, path);
}

/** What the file says, or null when there is none. A process that was killed leaves its file behind. */
export function readRunFile(folder: string): RunInfo | null {
  try {
    return JSON.parse(readFileSync(pathIn(folder), 'utf8')) as RunInfo;
  } catch {
    return null;
  }
}

/** Removes the file; for whoever holds the folder's lock. */
export function removeRunFile(folder: string): void {
  rmSync(pathIn(folder), { force: true });
}

function pathIn(folder: string): string {
  return join(folder, 'run.json');
}
