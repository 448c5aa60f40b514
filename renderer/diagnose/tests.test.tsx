/** The three buttons, and what each of them asks the engine. */
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Client } from '../client.ts';
import { SheetProvider } from '../connections/context.tsx';
import { openSheet, type Sheet } from '../connections/sheet.ts';
import { createFakeEngine } from '../testing/fake-engine.ts';
import { SmartHostTest } from './smart-host-test.tsx';
import { IncomingTest, OutgoingTest } from './way-tests.tsx';

const asked = vi.fn();
const nothing = (name: string) => async (input: unknown) => {
  asked(name, input);
  return (async function* () {})();
};
const diagnose = {
  smartHost: nothing('smartHost'),
  port25: nothing('port25'),
  incoming: nothing('incoming'),
} as unknown as Client['diagnose'];

let sheet: Sheet;
let show: (isConnected: boolean) => void;

beforeEach(async () => {
  asked.mockClear();
  const engine = createFakeEngine();
  sheet = openSheet(engine.connection, engine.live);
  const page = (isConnected: boolean) => (
    <SheetProvider sheet={sheet} machine={undefined} fallback="Loading">
      <SmartHostTest diagnose={diagnose} isConnected={isConnected} />
      <IncomingTest diagnose={diagnose} isConnected={isConnected} />
      <OutgoingTest diagnose={diagnose} isConnected={isConnected} />
    </SheetProvider>
  );
  const { rerender } = render(page(true));
  show = (isConnected) => rerender(page(isConnected));
  await screen.findByRole('button', { name: 'Test the SmartHost' });
});
afterEach(cleanup);

const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const press = (name: string) => act(async () => void fireEvent.click(button(name)));
const type = (path: 'smartHost.enabled' | 'smartHost.host' | 'incoming.maxTotal', entry: string | boolean) =>
  act(() => sheet.edit({ type: 'typed', path, entry }));
const NOTE = 'This tests what is entered, which is not applied yet.';

it('tries what is entered, and says that it is not applied', async () => {
  type('smartHost.enabled', true);
  type('smartHost.host', 'smart.test:587');
  await press('Test the SmartHost');
  expect(asked).toHaveBeenCalledWith('smartHost', {
    patch: { 'smartHost.enabled': true, 'smartHost.host': 'smart.test:587' },
  });
  expect(screen.getByText(NOTE)).toBeDefined();
});

it('sends a message where an address is entered', async () => {
  type('smartHost.enabled', true);
  type('smartHost.host', 'smart.test');
  await press('Test the SmartHost');
  const field = screen.getByRole('textbox', { name: 'Send a test message to' });
  fireEvent.change(field, { target: { value: ' bob@remote.test ' } });
  await press('Test Again');
  expect(asked.mock.lastCall?.[1]).toMatchObject({ sendTo: 'bob@remote.test' });
});

it('needs a SmartHost that could be applied', () => {
  expect(button('Test the SmartHost').disabled).toBe(true);
  type('smartHost.enabled', true);
  expect(button('Test the SmartHost').disabled).toBe(true);
  type('smartHost.host', 'smart.test');
  expect(button('Test the SmartHost').disabled).toBe(false);
});

it('speaks of nothing that does not matter to it', async () => {
  type('smartHost.enabled', true);
  type('smartHost.host', 'smart.test');
  await act(() => sheet.apply());
  type('incoming.maxTotal', '30');
  await press('Test the SmartHost');
  expect(screen.queryByText(NOTE)).toBeNull();
});

it('tries the usual mail servers, or those that are named', async () => {
  await press('Test outgoing port 25');
  expect(asked).toHaveBeenLastCalledWith('port25', { hosts: [] });
  const field = screen.getByRole('textbox', { name: 'Domains or servers' });
  fireEvent.change(field, { target: { value: 'a.test, b.test:2525  c.test' } });
  await press('Test Again');
  expect(asked).toHaveBeenLastCalledWith('port25', { hosts: ['a.test', 'b.test:2525', 'c.test'] });
});

it('tries the incoming ports', async () => {
  await press('Test the incoming ports');
  expect(asked).toHaveBeenLastCalledWith('incoming', undefined);
});

it('is possible only while Waypost can be reached', () => {
  type('smartHost.enabled', true);
  type('smartHost.host', 'smart.test');
  act(() => show(false));
  for (const name of ['Test the SmartHost', 'Test the incoming ports', 'Test outgoing port 25'])
    expect(button(name).disabled).toBe(true);
});
