/** What this machine is called. */
import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { isHostname } from './contract/fields.ts';

const TIMEOUT_MS = 2_000;

/** The machine's fully qualified name where it has one, else its short name; the default of `hostname`. */
export async function machineName(): Promise<string> {
  const short = hostname();
  if (short.includes('.') && isHostname(short)) return short.toLowerCase();
  const full = process.platform === 'win32' ? undefined : await askForFullName();
  if (full !== undefined && isHostname(full)) return full.toLowerCase();
  return isHostname(short) ? short.toLowerCase() : 'localhost';
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
