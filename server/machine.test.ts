import { execFile } from 'node:child_process';
import { hostname, type networkInterfaces } from 'node:os';
import { beforeEach, expect, it, vi } from 'vitest';
import { localAddresses, machineName } from './machine.ts';

vi.mock('node:os', () => ({ hostname: vi.fn(), networkInterfaces: vi.fn() }));
vi.mock('node:child_process', () => ({ execFile: vi.fn() }));

/** What `hostname -f` prints; undefined when there is no such command. */
function systemSays(full: string | undefined): void {
  const answer = (...args: unknown[]) => {
    const callback = args.at(-1) as (error: Error | null, result?: { stdout: string }) => void;
    if (full === undefined) callback(new Error('not found'));
    else callback(null, { stdout: full });
  };
  vi.mocked(execFile).mockImplementation(answer as unknown as typeof execFile);
}

beforeEach(() => {
  vi.mocked(execFile).mockReset();
  vi.stubGlobal('process', Object.create(process, { platform: { value: 'linux' } }));
  return () => vi.unstubAllGlobals();
});

it.each<[short: string, full: string | undefined, name: string]>([
  ['desk', 'Desk.example.com\n', 'desk.example.com'],
  ['desk', 'desk.example.com.\n', 'desk.example.com'],
  ['desk', undefined, 'desk'],
  ['desk', '(none)\n', 'desk'],
  ['desk', '', 'desk'],
  ['desk', '127.0.0.1\n', 'desk'],
  ["Anna's Mac", undefined, 'localhost'],
  ["Anna's Mac", 'mac.local', 'mac.local'],
])('calls a machine %j whose full name is %j %j', async (short, full, name) => {
  vi.mocked(hostname).mockReturnValue(short);
  systemSays(full);
  expect(await machineName()).toBe(name);
});

it('does not ask when the name is complete', async () => {
  vi.mocked(hostname).mockReturnValue('Mail.Example.com');
  expect(await machineName()).toBe('mail.example.com');
  expect(execFile).not.toHaveBeenCalled();
});

it("lists the addresses that a port can be opened on, this machine's own last", () => {
  const of = (address: string, family: 'IPv4' | 'IPv6', internal = false) => ({ address, family, internal });
  const interfaces = {
    lo: [of('127.0.0.1', 'IPv4', true), of('::1', 'IPv6', true)],
    eth0: [of('fe80::1', 'IPv6'), of('2001:db8::5', 'IPv6'), of('192.0.2.7', 'IPv4')],
    wlan0: [of('feb0::1', 'IPv6'), of('169.254.3.4', 'IPv4')],
    gone: undefined,
  };
  const found = localAddresses(() => interfaces as unknown as ReturnType<typeof networkInterfaces>);
  expect(found).toEqual([
    { address: '192.0.2.7', interface: 'eth0' },
    { address: '169.254.3.4', interface: 'wlan0' },
    { address: '2001:db8::5', interface: 'eth0' },
    { address: '127.0.0.1', interface: 'lo' },
    { address: '::1', interface: 'lo' },
  ]);
});
