/** What this machine is called, and where it can be reached. */
import { execFile } from 'node:child_process';
import { hostname, networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { isHostname } from './contract/fields.ts';

/** An IP address of this machine that a port can be opened on. */
export interface LocalAddress {
  readonly address: string;
  readonly interface: string;
}

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

/**
 * This machine's addresses: IPv4 before IPv6, and those that only this machine can reach last. IPv6 link-local
 * addresses mean nothing without their interface, so they are left out.
 */
export function localAddresses(interfaces: typeof networkInterfaces = networkInterfaces): LocalAddress[] {
  const all = Object.entries(interfaces()).flatMap(([name, list = []]) =>
    list.map((one) => ({ ...one, interface: name })),
  );
  const rank = (one: (typeof all)[number]) => (one.internal ? 2 : 0) + (one.family === 'IPv6' ? 1 : 0);
  return all
    .filter(({ family, address }) => family === 'IPv4' || !/^fe[89ab]/i.test(address))
    .sort((a, b) => rank(a) - rank(b))
    .map(({ address, interface: name }) => ({ address, interface: name }));
}
