/** What this machine is called. */
import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { isHostname } from './contract/fields.ts';

const TIMEOUT_MS = 2_000;

/** The machine's fully qualified name where it has one, else its short name; the default of `hostname`. */
export async function machineName(): Promise<string> {
  const short = usable(hostname());
  if (short?.includes('.')) return short;
  const full = process.platform === 'win32' ? undefined : await askForFullName();
  return usable(full) ?? short ?? 'localhost';
}

/** A host name as the settings write it; undefined for what is none, such as "Anna's Mac". */
function usable(name: string | undefined): string | undefined {
  return name !== undefined && isHostname(name) ? name.toLowerCase().replace(/\.$/, '') : undefined;
}

/** The system knows its domain better than any guess made from resolver settings. */
async function askForFullName(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('hostname', ['-f'], { timeout: TIMEOUT_MS });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
