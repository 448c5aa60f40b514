import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MachineView } from '../../server/contract/views.ts';
import { createFakeEngine, type FakeEngine } from '../testing/fake-engine.ts';
import { SheetProvider } from './context.tsx';
import { openSheet, type Sheet } from './sheet.ts';
import { SmartHostGroup } from './smart-host-group.tsx';

const NOTE = 'There is no keyring here: the password is kept in settings.json, which only you can read.';
const UNREADABLE = 'The stored password can’t be read on this system. Enter it again.';

let engine: FakeEngine;
let sheet: Sheet;

beforeEach(() => {
  engine = createFakeEngine();
});
afterEach(cleanup);

async function show(secrets: MachineView['secrets'] = 'file'): Promise<void> {
  const machine = { version: '1', platform: 'linux', name: 'mail.example.com', addresses: [], secrets };
  sheet = openSheet(engine.connection, engine.live);
  render(
    <SheetProvider sheet={sheet} machine={machine} fallback="Loading">
      <SmartHostGroup />
    </SheetProvider>,
  );
  await screen.findByRole('group', { name: 'SmartHost' });
}

const field = () => screen.getByLabelText('Password');
const isSaid = (text: string) => screen.queryByText(text) !== null;
const tick = (name: string) => fireEvent.click(screen.getByRole('checkbox', { name }));

it('says where the password is kept when it is wanted, and not before', async () => {
  await show();
  expect(isSaid(NOTE)).toBe(false);
  tick('SmartHost');
  expect(isSaid(NOTE)).toBe(false);
  tick('Authenticate');
  expect(isSaid(NOTE)).toBe(true);
  tick('Authenticate');
  expect(isSaid(NOTE)).toBe(false);
});

it('says so of a password that is set, until it is to be removed', async () => {
  engine.applyElsewhere({ smartHost: { enabled: true, host: 'a.example', password: 'hush' } });
  await show();
  expect(isSaid(NOTE)).toBe(true);
  act(() => sheet.edit({ type: 'typed', path: 'smartHost.password', entry: false }));
  expect(isSaid(NOTE)).toBe(false);
});

it('has nothing to say where the keyring keeps it', async () => {
  engine.applyElsewhere({ smartHost: { enabled: true, host: 'a.example', password: 'hush' } });
  await show('keyring');
  expect(isSaid(NOTE)).toBe(false);
});

it('asks for a password that can not be read here, until one is typed', async () => {
  engine.forgetPassword();
  await show('keyring');
  expect(isSaid(UNREADABLE)).toBe(false);
  tick('SmartHost');
  tick('Authenticate');
  expect(isSaid(UNREADABLE)).toBe(true);
  expect(field().getAttribute('placeholder')).toBe('Can’t be read');
  fireEvent.change(field(), { target: { value: 'neu' } });
  expect(isSaid(UNREADABLE)).toBe(false);
});
