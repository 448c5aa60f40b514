import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { beforeEach, expect, it, vi } from 'vitest';
import { machineName } from './machine.ts';

vi.mock('node:os', () => ({ hostname: vi.fn() }));
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
