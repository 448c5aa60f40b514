import { beforeEach, expect, it, vi } from 'vitest';
import { fakeIo } from '../../testing/fixtures/fake-io.ts';
import { run } from '../run.ts';
import { serve } from '../serve.ts';

vi.mock('../serve.ts', () => ({ serve: vi.fn() }));
vi.mock('../../host/engine-start.ts', () => ({ startHere: () => {} }));

beforeEach(() => void vi.mocked(serve).mockReset());

/** Where `waypost serve ARGS…` wants its window. */
async function window(...args: string[]): Promise<unknown> {
  expect(await run(['--data', '/nowhere', 'serve', ...args], fakeIo())).toBe(0);
  return vi.mocked(serve).mock.calls[0]?.[0].ui;
}

it('has a window on this machine unless told otherwise', async () => {
  expect(await window()).toEqual({ host: '127.0.0.1', port: 8025, chosen: false });
});

it.each<[args: string[], ui: unknown]>([
  [['--no-ui'], undefined],
  [['--ui', '127.0.0.1:8025'], { host: '127.0.0.1', port: 8025, chosen: true }],
  [['--ui=[::1]:99'], { host: '::1', port: 99, chosen: true }],
  [['--ui', '0.0.0.0:99', '--ui-allow-remote'], { host: '0.0.0.0', port: 99, chosen: true }],
  [['--ui-allow-remote'], { host: '127.0.0.1', port: 8025, chosen: false }],
])('%j', async (args, ui) => {
  expect(await window(...args)).toEqual(ui);
});

it('is not even started for an address that others can reach', async () => {
  expect(await run(['serve', '--ui', '0.0.0.0:99'], fakeIo())).toBe(2);
  expect(serve).not.toHaveBeenCalled();
});
